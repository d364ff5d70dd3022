package client_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// modes lists every mode, and one that there isn't.
func modes() []client.FailMode { return []client.FailMode{client.FailClosed, client.FailOpen, 7} }

// TestMaySendKnows: an answer is an answer in every mode.
func TestMaySendKnows(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	_, err := c.Decide(ctx, "gone@example.com", api.Decision{})
	require.NoError(t, err)
	_, err = c.Decide(ctx, "welcome@example.com", api.Decision{State: suppress.Allowed})
	require.NoError(t, err)
	for _, mode := range modes() {
		for who, want := range map[string]bool{"user@example.com": true, "Gone@Example.com": false, "welcome@example.com": true, "a/b@x.jp": true} {
			may, err := c.MaySend(ctx, who, mode, suppress.MailAny)
			require.NoError(t, err)
			assert.Equal(t, want, may, who)
		}
		may, err := c.MaySend(ctx, "user@example.com", mode, "bulk")
		assert.ErrorContains(t, err, `mail is "bulk"`)
		assert.False(t, may, "what nosend refuses is not unknown")
	}
}

// TestMaySendDoesNotKnow: then the mode says it, and the error is told.
func TestMaySendDoesNotKnow(t *testing.T) {
	refused := connect(t)
	refused.Token = "revoked"
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx context.Context
		c   *client.Client
	}{
		"a wrong token":      {t.Context(), refused},
		"a caller that left": {ended, connect(t)},
		"no server":          {t.Context(), &client.Client{URL: "http://127.0.0.1:1", Retries: -1}},
		"no URL":             {t.Context(), &client.Client{}},
		"a fault":            {t.Context(), answering(t, http.StatusServiceUnavailable, `{"type":"about:blank","detail":"try again"}`)},
		"a page":             {t.Context(), answering(t, http.StatusOK, "<html>")},
		"other JSON":         {t.Context(), answering(t, http.StatusOK, `{"address":"user@example.com"}`)},
		"a proxy's 400":      {t.Context(), answering(t, http.StatusBadRequest, "<html>")},
		"another's 400":      {t.Context(), answering(t, http.StatusBadRequest, `{"detail":"no such tenant"}`)},
	} {
		for _, mode := range modes() {
			may, err := test.c.MaySend(test.ctx, "user@example.com", mode, suppress.MailAny)
			assert.Error(t, err, name)
			assert.Equal(t, mode == client.FailOpen, may, name)
		}
	}
}

// TestMaySendToNobody: what is no address needs no answer.
func TestMaySendToNobody(t *testing.T) {
	unreachable := &client.Client{URL: "http://127.0.0.1:1", Retries: -1}
	for _, c := range []*client.Client{unreachable, connect(t)} {
		for _, who := range []string{"", "nobody", "@example.com", "nobody@", "\xff@x.jp", "a\n@x.jp"} {
			may, err := c.MaySend(t.Context(), who, client.FailOpen, suppress.MailAny)
			assert.ErrorIs(t, err, suppress.ErrAddress)
			assert.False(t, may, who)
		}
	}
}

// TestTransactional mail goes also to who has unsubscribed, and to nobody else
// on the list.
func TestTransactional(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	report, err := c.Webhook(ctx, "cmc", http.Header{"Content-Type": {"application/json"}}, []byte(`{"event_type":"bounces","event":{"bounces":[
		{"created":"2026-03-02 09:00:00","status":"11","messageId":"<1@shop.example>","to":"quiet@example.com","reason":"unsubscribed"}]}}`))
	require.NoError(t, err)
	require.Equal(t, 1, report.Recorded, report)
	_, err = c.Decide(ctx, "gone@example.com", api.Decision{})
	require.NoError(t, err)
	for _, who := range []string{"quiet@example.com", "gone@example.com"} {
		got, err := c.LookupFor(ctx, who, suppress.MailTransactional)
		require.NoError(t, err)
		assert.Equal(t, who == "gone@example.com", got.Suppressed, who)
		got, err = c.Lookup(ctx, who)
		require.NoError(t, err)
		assert.True(t, got.Suppressed, who)
		may, err := c.MaySend(ctx, who, client.FailClosed, suppress.MailTransactional)
		require.NoError(t, err)
		assert.Equal(t, who == "quiet@example.com", may)
	}
}
