package client_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api/client"
)

// TestWhatIsTriedAgain: a server that comes back is no failure.
func TestWhatIsTriedAgain(t *testing.T) {
	for name, test := range map[string]struct {
		fail   func(http.ResponseWriter, *http.Request)
		refuse error
		tries  int
	}{
		"429": {says(429, ""), nil, 2}, "502": {says(502, ""), nil, 2}, "503": {says(503, ""), nil, 2}, "504": {says(504, ""), nil, 2},
		"400": {says(400, ""), nil, 1}, "401": {says(401, ""), nil, 1}, "404": {says(404, ""), nil, 1}, "302": {says(302, ""), nil, 1},
		"500": {says(500, ""), nil, 1}, "501": {says(501, ""), nil, 1}, "408": {says(408, ""), nil, 1},
		"no answer":        {hangsUp, nil, 2},
		"half an answer":   {breaksOff, nil, 2},
		"too slow":         {waits, nil, 1},
		"refused":          {nil, syscall.ECONNREFUSED, 1},
		"reset":            {nil, syscall.ECONNRESET, 1},
		"no route":         {nil, syscall.EHOSTUNREACH, 1},
		"no such name":     {nil, &net.DNSError{Err: "no such host", Name: "nosend.example", IsNotFound: true}, 0},
		"timed out":        {nil, syscall.ETIMEDOUT, 0},
		"not to be retold": {says(503, "3600"), nil, 1},
	} {
		f := &trouble{}
		if test.fail != nil {
			f.fail = append(f.fail, test.fail)
		}
		bubble(t, f, func(t *testing.T, c *client.Client, p *pipes) {
			if test.refuse != nil {
				p.refuse = []error{test.refuse}
			}
			_, err := c.Lookup(t.Context(), "user@example.com")
			assert.Len(t, f.seen(), test.tries, name)
			good := test.tries == 2 || test.refuse != nil && test.tries == 1
			assert.Equal(t, good, err == nil, "%s: %v", name, err)
		})
	}
}

// TestWhichCallsAreTriedAgain: those that may be done twice, and no others.
func TestWhichCallsAreTriedAgain(t *testing.T) {
	for _, call := range clientCalls() {
		f := &trouble{next: http.NotFoundHandler()}
		for range client.DefaultRetries {
			f.fail = append(f.fail, says(http.StatusTooManyRequests, ""))
		}
		bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
			want, code := 1+client.DefaultRetries, http.StatusNotFound
			if call.once {
				want, code = 1, http.StatusTooManyRequests
			}
			assert.Equal(t, code, status(t, call.make(t.Context(), c)), call.route)
			assert.Len(t, f.seen(), want, call.route)
		})
	}
}

// TestNumberOfTries is the caller's.
func TestNumberOfTries(t *testing.T) {
	for retries, want := range map[int]int{-1: 1, 0: 1 + client.DefaultRetries, 1: 2, 7: 8} {
		f := &trouble{next: http.HandlerFunc(says(503, ""))}
		bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
			c.Retries = retries
			_, err := c.Lookup(t.Context(), "user@example.com")
			assert.Equal(t, 503, status(t, err))
			assert.Len(t, f.seen(), want)
		})
	}
}

// TestRefusedOnTheNetwork: the errors of a real one are known too.
func TestRefusedOnTheNetwork(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	synctest.Test(t, func(t *testing.T) {
		used := 0
		c := client.Client{URL: gone.URL, Retries: 1, HTTP: &http.Client{Transport: counting{&used, &http.Transport{}}}}
		_, err := c.Lookup(t.Context(), "user@example.com")
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.Equal(t, 2, used)
	})
}
