package suppress_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// moment is the finest time that is kept: what lies one moment apart lies on
// two sides of a bound.
const moment = time.Microsecond

// bounceAt is a bounce that happened at a time since monday, reported now.
func (s *story) bounceAt(at time.Duration, message, text string) {
	s.t.Helper()
	e := s.event(suppress.KindBounce, message, text)
	e.At = monday.Add(at)
	s.report(e)
}

// TestBoundOfImpossibleTimes: ten minutes ahead of our clock are believed, and
// any time since 1970.
func TestBoundOfImpossibleTimes(t *testing.T) {
	ahead := 10 * time.Minute
	epoch := time.Unix(0, 0).Sub(monday)
	for at, want := range map[time.Duration]time.Duration{
		ahead - moment: ahead - moment,
		ahead:          ahead,
		ahead + moment: 0,
		epoch:          epoch,
		epoch - moment: 0,
	} {
		s := newStory(t, "a@example.com")
		s.bounceAt(at, "m1", noUser)
		assert.Equal(t, monday.Add(want), s.answer().Reason.Since, "%s from our clock", at)
	}
}

// TestBoundOfLateReports: what is reported up to a week late was settled by a
// release in between, what is later was fed in to count.
func TestBoundOfLateReports(t *testing.T) {
	for late, want := range map[time.Duration]suppress.Standing{
		7*day - moment: suppress.Released,
		7 * day:        suppress.Released,
		7*day + moment: suppress.Suppressed,
	} {
		s := newStory(t, "a@example.com")
		s.bounce("m1", noUser)
		s.after(2 * day)
		s.release()
		s.after(day + late)
		s.bounceAt(day, "m2", noUser)
		assert.Equal(t, want, s.standing(), "%s late", late)
	}
}

// TestBoundOfRelease: what happened more than ten minutes before it, or reached
// us by then, is settled.
func TestBoundOfRelease(t *testing.T) {
	for _, c := range []struct {
		bounced, heard time.Duration
		want           suppress.Standing
	}{
		{-10*time.Minute - moment, time.Minute, suppress.Released},
		{-10 * time.Minute, time.Minute, suppress.Suppressed},
		{-10*time.Minute + moment, time.Minute, suppress.Suppressed},
		{0, 0, suppress.Released},
		{0, moment, suppress.Suppressed},
	} {
		s := newStory(t, "a@example.com")
		s.after(-day)
		s.bounce("m1", noUser)
		s.after(0)
		s.release()
		s.after(c.heard)
		s.bounceAt(c.bounced, "m2", noUser)
		assert.Equal(t, c.want, s.standing(), "bounced at %s, heard at %s", c.bounced, c.heard)
	}
}

// TestBoundOfWindow: at exactly the window's length a message no longer counts.
func TestBoundOfWindow(t *testing.T) {
	for _, c := range []struct {
		text     string
		messages int
	}{{full, 3}, {timeout, 5}, {vague, 3}} {
		for last, want := range map[time.Duration]suppress.Standing{
			90*day - moment: suppress.Suppressed,
			90 * day:        suppress.Watching,
			90*day + moment: suppress.Watching,
		} {
			s := newStory(t, "a@example.com")
			for n := range c.messages - 1 {
				s.after(time.Duration(n) * day)
				s.bounce(fmt.Sprint("m", n), c.text)
			}
			s.after(last)
			s.bounce("last", c.text)
			assert.Equal(t, want, s.standing(), "%s, %s after the first", c.text, last)
		}
	}
}

// TestWindowGoesByWhenItBounced, not by when we heard of it.
func TestWindowGoesByWhenItBounced(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m0", full)
	s.after(day)
	s.bounce("m1", full)
	s.after(91 * day)
	s.bounceAt(89*day, "m2", full)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

// TestBoundOfHold: at its very end a bounce takes the next step, and the sweep
// ends it.
func TestBoundOfHold(t *testing.T) {
	for at, want := range map[time.Duration]time.Duration{
		30*day - moment: 30 * day,
		30 * day:        150 * day,
		30*day + moment: 150*day + moment,
	} {
		s := newStory(t, "a@example.com")
		s.bounce("m1", noHost)
		s.after(at)
		n, err := s.Sweep(t.Context())
		require.NoError(t, err)
		assert.Equal(t, at >= 30*day, n == 1, "swept at %s", at)
		s.bounce("m2", noHost)
		assert.Equal(t, monday.Add(want), s.answer().Reason.Until, "bounced at %s", at)
	}
}

// TestHoldGoesByWhenItBounced: what bounced inside a hold is no reason for the
// next one, though we hear of it when the hold is over.
func TestHoldGoesByWhenItBounced(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	s.after(61 * day)
	s.bounceAt(30*day-moment, "m2", noHost)
	assert.Equal(t, suppress.Watching, s.standing())
	s.bounceAt(30*day, "m3", noHost)
	assert.Equal(t, monday.Add((61+120)*day), s.answer().Reason.Until)
}
