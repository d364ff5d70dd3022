package client_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// losing runs a test with a server that does what it is told, but loses the
// answer to its n-th request.
func losing(t *testing.T, n int, test func(t *testing.T, c *client.Client)) {
	t.Helper()
	var server http.Handler
	lost := func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	pass := func(w http.ResponseWriter, r *http.Request) { server.ServeHTTP(w, r) }
	f := &trouble{next: http.HandlerFunc(pass)}
	for range n - 1 {
		f.fail = append(f.fail, pass)
	}
	f.fail = append(f.fail, lost)
	bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
		server, c.Token = serve(t)
		test(t, c)
	})
}

// TestLostDecision is made twice, and means the same.
func TestLostDecision(t *testing.T) {
	losing(t, 1, func(t *testing.T, c *client.Client) {
		got, err := c.Decide(t.Context(), "user@example.com", api.Decision{State: suppress.Allowed, Note: "once"})
		require.NoError(t, err)
		assert.Equal(t, suppress.Allowed, got.State)
		events, err := c.Events(t.Context(), "user@example.com")
		require.NoError(t, err)
		assert.Len(t, events.Decisions, 2)
		assert.Equal(t, got, events.Lookup)
	})
}

// TestLostRelease succeeds, and isn't taken for a release of nothing.
func TestLostRelease(t *testing.T) {
	losing(t, 2, func(t *testing.T, c *client.Client) {
		_, err := c.Decide(t.Context(), "user@example.com", api.Decision{})
		require.NoError(t, err)
		got, err := c.Release(t.Context(), "user@example.com", "")
		require.NoError(t, err)
		assert.Equal(t, suppress.Released, got.State)
	})
}

// TestLostDeletion of a dead letter can't tell who deleted it.
func TestLostDeletion(t *testing.T) {
	losing(t, 2, func(t *testing.T, c *client.Client) {
		keep(t, c, "{")
		assert.Equal(t, http.StatusNotFound, status(t, c.DeleteLetter(t.Context(), 1)))
		left, err := c.DeadLetters(t.Context(), 0, 0)
		require.NoError(t, err)
		assert.Empty(t, left.DeadLetters)
	})
}

// TestLostReports aren't looked for again.
func TestLostReports(t *testing.T) {
	losing(t, 2, func(t *testing.T, c *client.Client) {
		keep(t, c, "{")
		_, err := c.ReplayLetter(t.Context(), 1)
		assert.ErrorContains(t, err, "no answer from")
	})
}

// TestLostReclassification isn't made again: a second try would report that
// nothing changed. A dry run is.
func TestLostReclassification(t *testing.T) {
	losing(t, 1, func(t *testing.T, c *client.Client) {
		_, err := c.Reclassify(t.Context(), api.ReclassifyRequest{})
		assert.ErrorContains(t, err, "no answer from")
	})
	losing(t, 1, func(t *testing.T, c *client.Client) {
		got, err := c.Reclassify(t.Context(), api.ReclassifyRequest{DryRun: true})
		require.NoError(t, err)
		assert.True(t, got.DryRun)
	})
}

// TestClosedConnection: one that was kept, and that the server closes as the
// next request arrives, is no failure of a call that may be made twice.
func TestClosedConnection(t *testing.T) {
	losing(t, 2, func(t *testing.T, c *client.Client) {
		c.Retries = -1
		_, err := c.Lookup(t.Context(), "user@example.com")
		require.NoError(t, err)
		_, err = c.Decide(t.Context(), "user@example.com", api.Decision{})
		require.NoError(t, err)
	})
}
