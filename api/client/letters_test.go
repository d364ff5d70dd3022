package client_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// keep has the server keep a body that it can't read.
func keep(t *testing.T, c *client.Client, body string) {
	t.Helper()
	_, err := c.Webhook(t.Context(), "cmc", nil, []byte(body))
	require.Equal(t, http.StatusBadRequest, status(t, err))
}

// TestDeadLetters in every word that the client has for them.
func TestDeadLetters(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	none, err := c.DeadLetters(ctx, 0, 0)
	require.NoError(t, err)
	assert.Empty(t, none.DeadLetters)
	for _, body := range []string{"{", "\xff\x00", "["} {
		keep(t, c, body)
	}
	page, err := c.DeadLetters(ctx, 1, 1)
	require.NoError(t, err)
	require.Len(t, page.DeadLetters, 1)
	assert.Equal(t, uint64(2), page.Last)
	assert.Equal(t, []byte("\xff\x00"), page.DeadLetters[0].Content())
	one, err := c.DeadLetter(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, []byte("{"), one.Content())

	report, err := c.ReplayLetter(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, api.WebhookReport{Rejected: 1, Problems: []string{one.Problem}}, report)
	report, err = c.ReplayLetters(ctx)
	require.NoError(t, err)
	assert.Equal(t, 3, report.Rejected)

	require.NoError(t, c.DeleteLetter(ctx, 1))
	_, err = c.DeadLetter(ctx, 1)
	assert.Equal(t, http.StatusNotFound, status(t, err))
	_, err = c.ReplayLetter(ctx, 1)
	assert.Equal(t, http.StatusNotFound, status(t, err))
	assert.Equal(t, http.StatusNotFound, status(t, c.DeleteLetter(ctx, 1)))
}

// TestDeadLettersOfSomebodyElse: an answer of something else is an error, and
// never reads as done.
func TestDeadLettersOfSomebodyElse(t *testing.T) {
	for _, body := range []string{"{}", `{"id":8}`, "[]", "<html>", ""} {
		ctx, c := t.Context(), answering(t, http.StatusOK, body)
		_, err := c.DeadLetters(ctx, 0, 0)
		require.Error(t, err, body)
		_, err = c.DeadLetter(ctx, 7)
		require.Error(t, err, body)
		_, err = c.ReplayLetter(ctx, 7)
		require.Error(t, err, body)
		_, err = c.ReplayLetters(ctx)
		require.Error(t, err, body)
		require.Error(t, c.DeleteLetter(ctx, 7), body)
	}
}
