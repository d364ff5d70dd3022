package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/suppress"
)

func TestDeleteLetter(t *testing.T) {
	s := serve(t)
	id, other := s.letter("{1"), s.letter("{2")
	target := fmt.Sprint("/dead-letters/", id)
	assert.JSONEq(t, fmt.Sprintf(`{"deleted":%d}`, id), s.do(http.MethodDelete, target, "").body)
	assert.Contains(t, s.log.String(), fmt.Sprintf("by=local letter=%d", id))
	s.problem(s.do(http.MethodDelete, target, ""), http.StatusNotFound)
	assert.Equal(t, []string{"{2"}, s.letters())
	assert.Equal(t, int64(1), s.deadLetters().Count)
	assert.Equal(t, int64(0), s.deadLetters().Dropped)
	assert.Equal(t, other, s.shown(other).ID)
}

// TestNoSuchLetter is told, whatever is wanted of it.
func TestNoSuchLetter(t *testing.T) {
	s := serve(t)
	s.letter("{")
	for _, id := range []string{"0", "2", "99", "18446744073709551615", "18446744073709551616", "99999999999999999999999"} {
		for _, call := range []struct{ method, target string }{
			{http.MethodGet, "/dead-letters/" + id}, {http.MethodDelete, "/dead-letters/" + id}, {http.MethodPost, "/dead-letters/" + id + "/replay"},
		} {
			sentence := s.problem(s.do(call.method, call.target, ""), http.StatusNotFound)
			assert.Contains(t, sentence, "there is no dead letter "+id+"; ")
		}
	}
	for _, target := range []string{"/dead-letters/-1", "/dead-letters/1x", "/dead-letters/", "/dead-letters/1/", "/dead-letters/%31"} {
		s.problem(s.get(target), http.StatusNotFound)
	}
	assert.Len(t, s.letters(), 1)
}

// TestReplayOnce: of several replays at once, one takes place.
func TestReplayOnce(t *testing.T) {
	s := serve(t)
	target := fmt.Sprintf("/dead-letters/%d/replay", s.letter(cmc("bounces", bounce(0), unreadable())))
	var done atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if s.do(http.MethodPost, target, "").StatusCode == http.StatusOK {
				done.Add(1)
			}
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, done.Load())
	assert.Len(t, s.letters(), 1)
	assert.Equal(t, 1, *s.events("gone0@x.jp").Count)
}

// TestReplayFaults: for every call of the store that fails, the answer is an
// error, and a repetition ends as if nothing had been.
func TestReplayFaults(t *testing.T) {
	for n := 0; ; n++ {
		s := serve(t)
		s.letter(bounces(1))
		s.letter(cmc("bounces", bounce(1), unreadable()))
		s.letter("{")
		calls := 0
		s.store.interfere(func() error {
			if calls++; calls == n+1 {
				return suppress.ErrFull
			}
			return nil
		})
		got := s.do(http.MethodPost, "/dead-letters/replay", "")
		s.store.interfere(nil)
		if calls <= n {
			assert.Equal(t, http.StatusOK, got.StatusCode)
			assert.Greater(t, n, 6, "every call was tried")
			return
		}
		s.problem(got, http.StatusServiceUnavailable)
		s.replayed(0)
		assert.Len(t, s.letters(), 2, "call %d", n)
		for _, who := range []string{"gone0@x.jp", "gone1@x.jp"} {
			assert.Equal(t, 1, *s.events(who).Count, "call %d", n)
		}
	}
}
