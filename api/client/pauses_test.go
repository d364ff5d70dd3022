package client_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api/client"
)

// TestPauses grow, are never twice the same, and are no shorter than asked.
func TestPauses(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 20 {
		f := &trouble{fail: []func(http.ResponseWriter, *http.Request){hangsUp, says(503, ""), says(429, "7"), says(503, inTheBubble(20*time.Second))}}
		bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
			c.Retries, c.Timeout = 4, time.Minute
			_, err := c.Lookup(t.Context(), "user@example.com")
			require.NoError(t, err)
		})
		require.Len(t, f.seen(), 5)
		for i, want := range []struct{ asked, atMost, about time.Duration }{
			{0, 0, 200}, {0, 0, 400}, {7 * time.Second, 7 * time.Second, 800}, {10 * time.Second, 13 * time.Second, 1600},
		} {
			pause, about := f.seen()[i+1].Sub(f.seen()[i]), want.about*time.Millisecond
			assert.GreaterOrEqual(t, pause, want.asked+about/2)
			assert.LessOrEqual(t, pause, want.atMost+about*3/2+time.Millisecond)
			seen[pause] = true
		}
	}
	assert.Greater(t, len(seen), 70)
}

// inTheBubble is a date so long after the moment when every bubble begins.
func inTheBubble(d time.Duration) string {
	return time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC).Add(d).Format(http.TimeFormat)
}

// TestLongWaits: nobody waits for a try that would come after the deadline, or
// longer than a try may take.
func TestLongWaits(t *testing.T) {
	for after, tries := range map[string]int{"10": 2, "11": 1, "99999999999": 1, "-1": 2, "soon": 2, inTheBubble(time.Hour): 1, inTheBubble(-time.Hour): 2} {
		f := &trouble{fail: []func(http.ResponseWriter, *http.Request){says(503, after)}}
		bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
			_, err := c.Lookup(t.Context(), "user@example.com")
			assert.Equal(t, tries == 2, err == nil)
			assert.Len(t, f.seen(), tries, after)
			if tries == 2 {
				assert.GreaterOrEqual(t, f.seen()[1].Sub(f.seen()[0]), 100*time.Millisecond, after)
			}
		})
	}
	f := &trouble{fail: []func(http.ResponseWriter, *http.Request){says(503, "5")}}
	bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := c.Lookup(ctx, "user@example.com")
		assert.Equal(t, 503, status(t, err))
		assert.NoError(t, ctx.Err(), "the deadline was waited for")
	})
}

// TestEndedWhileWaiting: no try after the caller has given up, and both errors
// are told.
func TestEndedWhileWaiting(t *testing.T) {
	f := &trouble{fail: []func(http.ResponseWriter, *http.Request){says(503, "5")}}
	bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := c.Lookup(ctx, "user@example.com")
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 503, status(t, err))
		assert.EqualError(t, err, "the server answered 503 Service Unavailable (context canceled)")
		assert.Len(t, f.seen(), 1)
	})
}

// TestEachTryIsBounded by Timeout, not all of them together.
func TestEachTryIsBounded(t *testing.T) {
	late := func(code int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(9 * time.Second)
			w.WriteHeader(code)
		}
	}
	f := &trouble{fail: []func(http.ResponseWriter, *http.Request){late(503), late(503), waits}}
	bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
		_, err := c.Lookup(t.Context(), "user@example.com")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, f.seen(), 3)
		assert.Equal(t, client.DefaultTimeout, time.Since(f.seen()[2]))
	})
}
