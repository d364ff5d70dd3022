package client_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func TestClassify(t *testing.T) {
	c := connect(t)
	got, err := c.Classify(t.Context(), api.ClassifyRequest{Text: "452 4.2.2 mailbox full", Domain: "example.com"})
	require.NoError(t, err)
	assert.Equal(t, []any{classify.Soft, classify.MailboxFull, "text"}, []any{got.Class, got.Category, got.Basis})
	assert.NotEmpty(t, got.Rule)
}

// TestChanges come page by page, and an end is no error.
func TestChanges(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	for _, who := range []string{"a@x.jp", "b@x.jp", "c@x.jp"} {
		_, err := c.Decide(ctx, who, api.Decision{})
		require.NoError(t, err)
	}
	var seen []string
	after := uint64(0)
	for {
		page, err := c.Changes(ctx, after, 2)
		require.NoError(t, err)
		if len(page.Changes) == 0 {
			assert.Equal(t, after, page.Last)
			break
		}
		assert.LessOrEqual(t, len(page.Changes), 2)
		for _, change := range page.Changes {
			seen = append(seen, change.Address)
			assert.Equal(t, suppress.Suppressed, change.State)
		}
		after = page.Last
	}
	assert.Equal(t, []string{"a@x.jp", "b@x.jp", "c@x.jp"}, seen)
	_, err := c.Changes(ctx, 1000, 0)
	assert.Equal(t, http.StatusBadRequest, status(t, err))
	_, err = c.Changes(ctx, 0, 100_000)
	assert.ErrorContains(t, err, "limit is", "the server bounds it")
}

func TestHealth(t *testing.T) {
	c := connect(t)
	for _, call := range clientCalls() {
		if call.route == "GET /healthz" || call.route == "GET /readyz" {
			assert.NoError(t, call.make(t.Context(), c), call.route)
			assert.Error(t, call.make(t.Context(), answering(t, 200, `{"status":"green"}`)), call.route)
			assert.Equal(t, 503, status(t, call.make(t.Context(), answering(t, 503, ""))), call.route)
		}
	}
}

func TestMetrics(t *testing.T) {
	c := connect(t)
	_, err := c.Lookup(t.Context(), "user@example.com")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, c.Metrics(t.Context(), &out))
	assert.Contains(t, out.String(), "\nnosend_lookups_total{result=\"clear\"} 1\n")
	out.Reset()
	assert.Error(t, answering(t, 200, "go_goroutines 3\n").Metrics(t.Context(), &out))
	assert.Empty(t, out.String())
}

// TestWebhook: the caller's headers go along, above all its own secret.
func TestWebhook(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	body := []byte("event_type=bounces&event=" + `{"bounces":[{"created":"2026-03-02 09:00:00","status":"2","messageId":"1","to":"gone@example.com","reason":"550 5.1.1 user unknown"}]}`)
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, want := range []api.WebhookReport{{Recorded: 1}, {Duplicates: 1}} {
		got, err := c.Webhook(ctx, "cmc", header, body)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, header)
	header.Set("Authorization", "Bearer wrong")
	_, err := c.Webhook(ctx, "cmc", header, body)
	assert.Equal(t, http.StatusUnauthorized, status(t, err))
	_, err = c.Webhook(ctx, "../classify", nil, []byte("{}"))
	assert.Equal(t, http.StatusNotFound, status(t, err))
}
