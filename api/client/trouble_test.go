package client_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nosend/nosend/api/client"
)

// clearAnswer is the answer about an address that the list doesn't know.
const clearAnswer = `{"address":"user@example.com","suppressed":false}`

// trouble fails the first requests, each in its own way, and notes when they
// came. Then it lets next answer.
type trouble struct {
	fail  []func(http.ResponseWriter, *http.Request)
	next  http.Handler
	mutex sync.Mutex
	times []time.Time
}

// seen says when the requests came.
func (f *trouble) seen() []time.Time {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.times
}

func (f *trouble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mutex.Lock()
	f.times = append(f.times, time.Now())
	n := len(f.times)
	f.mutex.Unlock()
	if n <= len(f.fail) {
		f.fail[n-1](w, r)
		return
	}
	if f.next != nil {
		f.next.ServeHTTP(w, r)
		return
	}
	_, _ = io.WriteString(w, clearAnswer)
}

// says answers with a status, and perhaps a Retry-After.
func says(code int, after string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(code)
	}
}

// hangsUp closes the connection before it answers.
func hangsUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// breaksOff closes it in the middle of an answer.
func breaksOff(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, clearAnswer[:20])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// waits doesn't answer.
func waits(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// bubble runs a test where nobody waits for time to pass.
func bubble(t *testing.T, f *trouble, test func(t *testing.T, c *client.Client, p *pipes)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c, p := piped(t, f)
		test(t, c, p)
	})
}
