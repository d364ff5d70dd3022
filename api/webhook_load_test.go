package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// TestManyBodiesAtOnce: when all memory for bodies is taken the next one gets
// 429, and when those before have ended it is taken.
func TestManyBodiesAtOnce(t *testing.T) {
	const limit = 1000
	s := serve(t, withMaxBody(limit))
	var slow []*tcp
	for range 16 {
		slow = append(slow, s.beginBody())
	}
	detail := s.problem(s.post(asJSON, bounces(1)), http.StatusTooManyRequests)
	assert.Contains(t, detail, "too many bodies at once")
	assert.Equal(t, []string{"cmc overloaded"}, s.seen.told(&s.seen.webhooks))
	assert.Equal(t, http.StatusOK, s.get("/suppressed/user@x.jp").StatusCode, "look-ups go on")
	for _, c := range slow {
		body := bounces(1)
		c.write(fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body))
		assert.Equal(t, "HTTP/1.1 200 OK", c.line())
	}
	assert.Equal(t, http.StatusOK, s.post(asJSON, bounces(1)).StatusCode)
}

// beginBody sends the head of a webhook in chunks. The server's "100 Continue"
// says that it has made room for the body and waits for it.
func (s *server) beginBody() *tcp {
	c := s.dial()
	c.write("POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
	require.Equal(s.t, "HTTP/1.1 100 Continue", c.line())
	c.line()
	return c
}

// TestSlowBodiesTakeLittle: a client that announces much and sends nothing
// takes no more memory than one that sends little, so hundreds of them keep
// nobody out.
func TestSlowBodiesTakeLittle(t *testing.T) {
	s := serve(t)
	for range 300 {
		c := s.dial()
		c.write("POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\nExpect: 100-continue\r\n\r\n")
		require.Equal(t, "HTTP/1.1 100 Continue", c.line())
	}
	assert.Equal(t, http.StatusOK, s.post(asJSON, bounces(100)).StatusCode)
}

// TestMemoryIsGivenBack after every kind of answer.
func TestMemoryIsGivenBack(t *testing.T) {
	s := serve(t, withMaxBody(1000), withSecret("hush"))
	for i := range 40 {
		s.post(asJSON, padded("{", 900), "Authorization", "Bearer hush")
		s.post(asJSON, padded("{", 900))
		s.postChunked(padded("{", 1100), "")
		s.post(asJSON, gzipped(t, padded("{", 1100)), "Content-Encoding", "gzip")
		s.post(asJSON, "rubbish", "Content-Encoding", "gzip")
		require.Equal(t, http.StatusOK, s.post(asJSON, bounces(1), "Authorization", "Bearer hush").StatusCode, i)
	}
}

// TestFullQueue: the store's writer stands still, and as many changes wait as
// may. Nobody gets a 5xx for that, and nothing that was accepted is lost.
func TestFullQueue(t *testing.T) {
	gate, waiting := make(chan struct{}), make(chan error)
	s := serve(t, func(s *server, _ *api.Config) { s.commit = func() { <-gate } })
	decide := func(i int) {
		_, err := s.list.Decide(context.Background(), address(t, fmt.Sprintf("u%d@x.jp", i)), suppress.Decision{Standing: suppress.Suppressed})
		waiting <- err
	}
	begun := 0
	for full := false; !full; begun++ {
		go decide(begun)
		select {
		case err := <-waiting:
			require.ErrorIs(t, err, suppress.ErrOverloaded)
			full = true
		default:
		}
	}
	s.problem(s.post(asJSON, bounces(1)), http.StatusTooManyRequests)
	s.problem(s.do(http.MethodPut, "/suppressed/user@x.jp", ""), http.StatusTooManyRequests)
	assert.Equal(t, []string{"cmc overloaded"}, s.seen.told(&s.seen.webhooks))
	close(gate)
	accepted := 0
	for range begun - 1 {
		if err := <-waiting; err == nil {
			accepted++
		} else {
			require.ErrorIs(t, err, suppress.ErrOverloaded)
		}
	}
	assert.Equal(t, api.WebhookReport{Recorded: 1}, s.accepted(s.post(asJSON, bounces(1))))
	tallies, err := s.list.Tallies(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, accepted, tallies[suppress.Tally{Standing: suppress.Suppressed, Class: "none", Category: "none"}])
}

// TestAnswerAfterCommit: no 2xx before the store has said that it is on disk.
func TestAnswerAfterCommit(t *testing.T) {
	begun, gate := make(chan struct{}), make(chan struct{})
	s := serve(t, func(s *server, _ *api.Config) { s.commit = func() { begun <- struct{}{}; <-gate } })
	answered := make(chan int, 1)
	go func() {
		resp, err := http.Post(s.URL+"/webhooks/cmc", asJSON, newBody(bounces(1)))
		if assert.NoError(t, err) {
			resp.Body.Close()
			answered <- resp.StatusCode
		}
	}()
	<-begun
	assert.Equal(t, http.StatusOK, s.get("/healthz").StatusCode) // time enough for an answer that doesn't wait
	early := len(answered) > 0 || len(s.seen.told(&s.seen.requests)) > 1
	close(gate)
	assert.False(t, early, "the answer came before the commit had ended")
	assert.Equal(t, http.StatusOK, <-answered)
}

// TestStoreFailure: 503, and the same webhook sent again ends as if nothing
// had been.
func TestStoreFailure(t *testing.T) {
	s := serve(t)
	for _, fault := range []error{errors.New("the disk is on fire"), suppress.ErrFull, suppress.ErrClosed} {
		s.store.interfere(func() error { return fault })
		s.problem(s.post(asJSON, bounces(3)), http.StatusServiceUnavailable)
		assert.Equal(t, []string{"cmc error"}, s.seen.told(&s.seen.webhooks))
	}
	s.store.interfere(func() error { panic("at the worst time") })
	s.problem(s.post(asJSON, bounces(3)), http.StatusServiceUnavailable)
	assert.Equal(t, []string{"cmc error"}, s.seen.told(&s.seen.webhooks))
	s.store.interfere(nil)
	assert.Equal(t, api.WebhookReport{Recorded: 3}, s.accepted(s.post(asJSON, bounces(3))))
}
