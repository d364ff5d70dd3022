package suppress_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// letter keeps a body that can't be understood now.
func (s *story) letter(body string) suppress.DeadLetter {
	s.t.Helper()
	ctx := context.Background()
	require.NoError(s.t, s.Reject(ctx, suppress.DeadLetter{Source: "cmc", Problem: "not JSON", Body: []byte(body)}))
	letters, _, err := s.DeadLetters(ctx, 0, 1000)
	require.NoError(s.t, err)
	return letters[len(letters)-1]
}

func (s *story) replay(l suppress.DeadLetter, b suppress.Batch) suppress.Report {
	s.t.Helper()
	r, err := s.Replay(context.Background(), l, b)
	require.NoError(s.t, err)
	return r
}

func (s *story) letters() []suppress.DeadLetter {
	s.t.Helper()
	letters, stats, err := s.DeadLetters(context.Background(), 0, 1000)
	require.NoError(s.t, err)
	require.EqualValues(s.t, len(letters), stats.Count)
	require.Zero(s.t, stats.Dropped, "what was replayed wasn't dropped")
	return letters
}

// TestReplayIsAsIfUnderstoodAtOnce: whatever happened since the letter came, a
// replay ends where the list would be if it had been understood then.
func TestReplayIsAsIfUnderstoodAtOnce(t *testing.T) {
	release := func(s *story) {
		_, err := s.Release(t.Context(), s.who, "", "aiko")
		require.NoError(s.t, err)
	}
	stories := map[string][]func(*story){
		"nothing":               {},
		"a release":             {release},
		"a bounce, a release":   {func(s *story) { s.bounce("2", full) }, release},
		"a release, a bounce":   {release, func(s *story) { s.bounce("2", noUser) }},
		"its own second report": {func(s *story) { s.bounce("1", "550 5.1.1") }},
		"a delivery":            {func(s *story) { s.delivered("2") }},
		"a release, its own second report": {release, func(s *story) {
			s.bounce("1", noUser)
		}},
	}
	for name, story := range stories {
		for _, text := range []string{noUser, noHost, full, vague} {
			t.Run(name+", "+text, func(t *testing.T) {
				run := func(late bool) string {
					s := newStory(t, "a@example.com")
					s.bounce("0", full)
					l, event := s.letter("x"), s.event(suppress.KindBounce, "1", text)
					if !late {
						s.replay(l, suppress.Batch{Events: []suppress.Event{event}})
					}
					for i, step := range story {
						s.after(time.Duration(i+1) * day)
						step(s)
					}
					s.after(40 * day)
					if late {
						s.replay(l, suppress.Batch{Events: []suppress.Event{event}})
					}
					_, err := s.Sweep(t.Context())
					require.NoError(t, err)
					assert.Empty(t, s.letters())
					return exported(t, s.List, suppress.Standings()...)
				}
				assert.Equal(t, run(false), run(true))
			})
		}
	}
}

// TestReplayLeaves what can't be understood: received when the letter was, with
// the problem of today.
func TestReplayLeaves(t *testing.T) {
	s := newStory(t, "a@example.com")
	l := s.letter("x")
	s.after(day)
	r := s.replay(l, suppress.Batch{Source: "somebody else", Letters: []suppress.DeadLetter{{Problem: "not a mail address", Body: []byte("x")}}, Rejected: 1})
	assert.Equal(t, suppress.Report{Rejected: 1}, r)
	want := l
	want.Problem = "not a mail address"
	assert.Equal(t, []suppress.DeadLetter{want}, s.letters())
	s.replay(l, suppress.Batch{Letters: []suppress.DeadLetter{{Body: []byte("y")}, {Body: []byte("z")}}, Rejected: 2})
	require.Len(t, s.letters(), 2)
	for _, left := range s.letters() {
		assert.Equal(t, monday, left.Received)
		assert.Equal(t, "cmc", left.Source)
		assert.Greater(t, left.Number, l.Number)
	}
}

// TestReplayTellsTheObserver what became of the events, once.
func TestReplayTellsTheObserver(t *testing.T) {
	s := newStory(t, "a@example.com")
	var d diary
	s.List = newList(t, suppress.Config{Store: restless{storetest.NewMemory()}, Clock: s.clock.Now, Observer: &d})
	l := s.letter("x")
	batch := suppress.Batch{Events: []suppress.Event{s.event(suppress.KindBounce, "1", noUser)}, Ignored: []suppress.Kind{suppress.KindOther},
		Letters: []suppress.DeadLetter{{Body: []byte("x")}}, Rejected: 1}
	s.replay(l, batch)
	assert.ElementsMatch(t, []string{
		"event cmc bounce recorded\n", "event cmc other ignored\n", "event cmc other rejected\n", "bounce cmc hard user_unknown\n", "changed added bounce\n",
	}, d.lines)
	assert.Equal(t, suppress.Report{Duplicates: 1, Ignored: 1, Rejected: 1}, s.replay(l, batch))
	assert.Equal(t, 1, s.answer().Bounces)
}

// TestReplayOfNothing: a letter that is gone takes its events along.
func TestReplayOfNothing(t *testing.T) {
	ctx := t.Context()
	s := newStory(t, "a@example.com")
	l := s.letter("x")
	require.NoError(t, s.DropLetter(ctx, l.Number))
	assert.Empty(t, s.letters())
	_, err := s.Replay(ctx, l, suppress.Batch{Events: []suppress.Event{s.event(suppress.KindBounce, "1", noUser)}, Letters: []suppress.DeadLetter{l}})
	require.ErrorIs(t, err, suppress.ErrNotFound)
	assert.Empty(t, s.standing())
	assert.Empty(t, s.letters())
	s.letter("y")
	for _, number := range []uint64{0, l.Number, 99, math.MaxUint64} {
		require.ErrorIs(t, s.DropLetter(ctx, number), suppress.ErrNotFound)
		_, err := s.DeadLetter(ctx, number)
		require.ErrorIs(t, err, suppress.ErrNotFound)
	}
	assert.Len(t, s.letters(), 1)
}

// TestPagesOfDeadLettersAreBounded in bytes, and go on where they ended.
func TestPagesOfDeadLettersAreBounded(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 5 {
		body := fmt.Appendf(nil, "%d%s", n, strings.Repeat(" ", 3<<20))
		require.NoError(t, s.Reject(context.Background(), suppress.DeadLetter{Source: "cmc", Body: body}))
	}
	var sizes []int
	for after := uint64(0); after < 5; {
		page, _, err := s.DeadLetters(context.Background(), after, 100)
		require.NoError(t, err)
		require.NotEmpty(t, page)
		sizes, after = append(sizes, len(page)), page[len(page)-1].Number
	}
	assert.Equal(t, []int{3, 2}, sizes)
}
