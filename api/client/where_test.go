package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api/client"
)

// withPassword puts a name and a password into a URL.
func withPassword(url string) string { return strings.Replace(url, "://", "://aiko:hush@", 1) }

// TestWhere is the URL, but for a password.
func TestWhere(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:8025":            "http://127.0.0.1:8025",
		"https://aiko:hush@x.example/":     "https://aiko:xxxxx@x.example/",
		"https://aiko@x.example":           "https://aiko@x.example",
		"http://aiko:hush@x.example:80:80": "a URL that can't be read",
		"http://aiko:hush@x .example":      "a URL that can't be read",
		"http://x .example":                "http://x .example",
		"":                                 "",
	} {
		assert.Equal(t, want, (&client.Client{URL: url}).Where(), url)
	}
}

// TestNoErrorShowsThePassword that stands in the URL, whichever call fails and
// however.
func TestNoErrorShowsThePassword(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	broken := httptest.NewServer(http.HandlerFunc(breaksOff))
	defer broken.Close()
	hidden := func(url string) string { return strings.Replace(url, "://", "://aiko:xxxxx@", 1) }
	urls := map[string]string{"no answer": gone.URL, "half an answer": broken.URL}
	for _, body := range []string{"{}", "[]", "hello", "", "null"} {
		urls["the answer "+body] = answering(t, http.StatusOK, body).URL
	}
	calls := append(clientCalls(), clientCall{route: "count", make: failing(func(ctx context.Context, c *client.Client) (any, error) {
		return c.Count(ctx, client.Filter{})
	})})
	for name, url := range urls {
		c := &client.Client{URL: withPassword(url), Retries: -1}
		for _, call := range calls {
			err := call.make(t.Context(), c)
			if err == nil && strings.HasPrefix(name, "the answer") {
				continue // not every answer is read
			}
			require.Error(t, err, "%s: %s", name, call.route)
			assert.NotContains(t, err.Error(), "hush", "%s: %s", name, call.route)
		}
		_, err := c.Lookup(t.Context(), "user@example.com")
		assert.ErrorContains(t, err, hidden(url), name)
	}
}

// TestURLThatCannotBeUsed: the error says why, and doesn't repeat a password.
func TestURLThatCannotBeUsed(t *testing.T) {
	const unread = `the server's URL "a URL that can't be read" can't be used; write it as http://127.0.0.1:8025`
	for url, want := range map[string]string{
		"http://aiko:hush@x .example":     unread,
		"http://aiko:hush@x:80:80":        unread,
		"http://aiko:hush/1@example.com":  unread,
		"http://aiko:hu%zzsh@example.com": unread,
		"aiko:hush@example.com":           unread,
		"http://x .example":               `the server's URL "http://x .example" can't be used; write it as http://127.0.0.1:8025`,
		"localhost:8025":                  `the server's URL "localhost:8025" can't be used; write it as http://127.0.0.1:8025`,
	} {
		_, err := (&client.Client{URL: url}).Lookup(t.Context(), "user@example.com")
		require.EqualError(t, err, want)
	}
}
