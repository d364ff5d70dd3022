package suppress_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestAccountIsWhatWasDecided is the fifth invariant, over random histories
// with people's words between: what an account says is what the list decided,
// and what it foretells comes true.
func TestAccountIsWhatWasDecided(t *testing.T) {
	rounds := 150
	if testing.Short() {
		rounds = 30
	}
	seed := testSeed(t)
	for round := range rounds {
		t.Run(fmt.Sprintf("seed %d round %d", seed, round), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, uint64(round)))
			s := newStory(t, "a@example.com")
			live(s, rng)
			agrees(s)
			countsAreUsed(s)
			s.clock.set(s.clock.Now().Add(time.Duration(rng.IntN(60*24)) * time.Hour))
			agrees(s)
			endsAreKept(s)
		})
	}
}

// live reports a random history as it happens, some of it late.
func live(s *story, rng *rand.Rand) {
	events := randomHistory(s.t, rng)
	slices.SortStableFunc(events, func(a, b suppress.Event) int { return a.At.Compare(b.At) })
	s.clock.set(events[0].At)
	s.bounce("first", full)
	for _, e := range events {
		if heard := e.At.Add(time.Duration(rng.IntN(72)) * time.Hour); heard.After(s.clock.Now()) {
			s.clock.set(heard)
		}
		s.report(e)
		switch rng.IntN(30) {
		case 0:
			s.release()
		case 1:
			s.decide(suppress.Decision{Standing: suppress.Suppressed, Until: s.clock.Now().Add(20 * day)})
		case 2:
			s.decide(suppress.Decision{Standing: suppress.Allowed})
		}
	}
}

// agrees: the grounds are the answer's reasons, and their events are those that
// decided.
func agrees(s *story) {
	acc := s.account()
	require.Equal(s.t, *s.answer(), acc.Answer)
	var decided, named []uint64
	for i, g := range acc.Grounds {
		require.Equal(s.t, acc.Answer.Reasons[i], g.Reason)
		if g.Event != 0 {
			named = append(named, g.Event)
		}
	}
	var kept []uint64
	for i, p := range acc.Parts {
		require.Contains(s.t, suppress.Effects(), p.Effect, acc.History.Evidence[i].Kind)
		require.NotContains(s.t, kept, p.Event)
		kept = append(kept, p.Event)
		if p.Effect == suppress.EffectDecided {
			decided = append(decided, p.Event)
		}
	}
	named = slices.DeleteFunc(named, func(id uint64) bool { return !slices.Contains(kept, id) })
	require.ElementsMatch(s.t, named, decided)
	for _, c := range acc.Counted {
		runs := slices.ContainsFunc(acc.Grounds, func(g suppress.Ground) bool { return g.Event != 0 && g.Event == c.Event })
		require.Equal(s.t, c.Hold != nil, runs, c.Rule.Name)
	}
}

// countsAreUsed: one more message, on another day, suppresses when the counts
// say so, for as long as they say.
func countsAreUsed(s *story) {
	s.clock.set(s.clock.Now().Add(day))
	texts := map[string]string{"domain": noHost, "hard": noUser, "mailbox": full, "recipient": timeout, "unknown": vague}
	for _, c := range s.account().Counted {
		if c.Hold != nil {
			continue
		}
		s.bounce("one more of "+c.Rule.Name, texts[c.Rule.Name])
		enough := c.Messages+1 >= c.Rule.Threshold && c.Days+1 >= c.Rule.Days
		now := s.account()
		i := slices.IndexFunc(now.Counted, func(n suppress.Counting) bool { return n.Rule.Name == c.Rule.Name })
		require.GreaterOrEqual(s.t, i, 0)
		require.Equal(s.t, enough, now.Counted[i].Hold != nil, "%+v", c)
		if !enough {
			continue
		}
		var until time.Time
		if c.Next != suppress.Forever {
			until = s.clock.Now().Add(c.Next)
		}
		assert.Equal(s.t, until, now.Counted[i].Hold.Until)
		assert.Equal(s.t, c.Step+1, now.Counted[i].Step)
	}
}

// endsAreKept: what is said to end a reason ends it, and nothing else does.
func endsAreKept(s *story) {
	for _, e := range []suppress.Ending{suppress.EndsByProvider, suppress.EndsByDelivery, suppress.EndsByTime, suppress.EndsByRelease} {
		before := s.account()
		switch e {
		case suppress.EndsByProvider:
			s.clock.set(s.clock.Now().Add(time.Minute))
			s.report(s.event(suppress.KindUpstreamReleased, "the provider's", ""))
		case suppress.EndsByDelivery:
			s.clock.set(s.clock.Now().Add(time.Minute))
			s.delivered("a delivery")
		case suppress.EndsByTime:
			s.clock.set(s.clock.Now().Add(1000 * day))
		case suppress.EndsByRelease:
			s.release()
		}
		var left []suppress.Reason
		for _, g := range before.Grounds {
			if !slices.Contains(g.EndedBy, e) {
				left = append(left, g.Reason)
			}
		}
		require.Equal(s.t, left, s.answer().Reasons, e)
	}
}
