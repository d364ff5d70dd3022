package suppress_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

func (s *story) decide(d suppress.Decision) {
	s.t.Helper()
	_, err := s.Decide(context.Background(), s.who, d)
	require.NoError(s.t, err)
}

func (s *story) release() {
	s.t.Helper()
	_, err := s.Release(context.Background(), s.who, "a mistake", "aiko")
	require.NoError(s.t, err)
}

// TestAllowedOutranksEvents until its end.
func TestAllowedOutranksEvents(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.decide(suppress.Decision{Standing: suppress.Allowed, Until: monday.Add(10 * day), Note: "our own", By: "aiko"})
	s.bounce("m1", noUser)
	s.report(s.event(suppress.KindComplaint, "m2", ""))
	assert.Equal(t, suppress.Allowed, s.standing())
	s.after(10 * day)
	assert.Equal(t, suppress.Suppressed, s.standing(), "the evidence counts from there on")
}

func TestSuppressedByHandOutranksDeliveries(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.decide(suppress.Decision{Standing: suppress.Suppressed, Until: monday.Add(10 * day)})
	s.after(day)
	s.delivered("m1")
	assert.Equal(t, suppress.Suppressed, s.standing())
	assert.Equal(t, suppress.OriginManual, s.answer().Reason.Origin)
	s.after(10 * day)
	assert.Equal(t, suppress.Watching, s.standing())
}

// TestRelease: the evidence up to it is disregarded, and messages already
// counted; a later bounce of another message counts again.
func TestRelease(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noUser)
	s.report(s.event(suppress.KindComplaint, "m0", ""))
	s.after(time.Minute)
	s.release()
	assert.Equal(t, suppress.Released, s.standing())
	assert.Zero(t, s.answer().Bounces)
	s.after(2 * time.Minute)
	s.bounce("m1", noUser)
	assert.Equal(t, suppress.Released, s.standing(), "the message was counted already")
	s.bounce("m2", noUser)
	assert.Equal(t, suppress.Suppressed, s.standing())
	assert.Equal(t, 1, s.answer().Bounces)
}

// TestLateReportAfterRelease of another message that bounced before it.
func TestLateReportAfterRelease(t *testing.T) {
	for _, c := range []struct {
		name           string
		bounced, heard time.Duration
		want           suppress.Standing
	}{
		{"a retry of the day before", -day, time.Minute, suppress.Released},
		{"at the time of the release, by clocks that differ", -9 * time.Minute, time.Second, suppress.Suppressed},
		{"in the same second", 0, time.Millisecond, suppress.Suppressed},
		{"an archive that is fed in", -30 * day, time.Minute, suppress.Suppressed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t, "a@example.com")
			s.after(-2 * day)
			s.bounce("m1", noUser)
			s.after(0)
			s.release()
			e := s.event(suppress.KindBounce, "m2", noUser)
			e.At = monday.Add(c.bounced)
			s.after(c.heard)
			s.report(e)
			assert.Equal(t, c.want, s.standing())
		})
	}
}

func TestReleaseEndsAllowed(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.decide(suppress.Decision{Standing: suppress.Allowed})
	s.after(time.Minute)
	s.release()
	s.after(time.Hour)
	s.bounce("m1", noUser)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

// TestReleaseResetsTheStep: what led to it is disregarded, the steps included.
func TestReleaseResetsTheStep(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	s.after(day)
	s.release()
	s.after(2 * day)
	s.bounce("m2", noHost)
	assert.Equal(t, monday.Add(32*day), s.answer().Reason.Until)
}

func TestDecisionsAreRefused(t *testing.T) {
	s := newStory(t, "a@example.com")
	for want, d := range map[string]suppress.Decision{
		`this decision can't be taken: state is "released", allowed are suppressed and allowed`:   {Standing: suppress.Released},
		"this decision can't be taken: until is 2026-03-02T09:00:00Z, which is not in the future": {Standing: suppress.Suppressed, Until: monday},
	} {
		_, err := s.Decide(context.Background(), s.who, d)
		require.ErrorIs(t, err, suppress.ErrDecision)
		assert.EqualError(t, err, want)
	}
	_, err := s.Release(context.Background(), s.who, "", "")
	assert.ErrorIs(t, err, suppress.ErrNotFound)
	assert.Empty(t, s.standing(), "nothing was made")
}

// TestFeedAndAuditTrail: every change of the list, and every decision.
func TestFeedAndAuditTrail(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m0", full)
	s.bounce("m1", noHost)
	s.after(30 * day)
	_, err := s.Sweep(context.Background())
	require.NoError(t, err)
	s.bounce("m2", noUser)
	s.release()
	s.decide(suppress.Decision{Standing: suppress.Allowed, Note: "ours", By: "aiko"})
	rows, err := s.Changes(context.Background(), 0, 100)
	require.NoError(t, err)
	var got []string
	for _, r := range rows {
		got = append(got, string(r.Kind)+" "+string(r.Origin)+" "+string(r.Standing)+" "+r.By)
	}
	assert.Equal(t, []string{
		"added bounce suppressed ", "expired bounce watching ", "added bounce suppressed ",
		"released bounce released aiko", "updated manual allowed aiko",
	}, got)
}

// TestReleaseForgetsWhatWasFolded, and what is folded after it doesn't count
// either, if it belongs to the time before.
func TestReleaseForgetsWhatWasFolded(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 30 {
		s.after(time.Duration(n) * time.Minute)
		s.bounce(fmt.Sprint("before", n), full)
	}
	s.after(time.Hour)
	s.release()
	assert.Zero(t, s.answer().Bounces)
	for n := range 25 {
		s.after(time.Duration(n+2) * time.Hour)
		s.bounce(fmt.Sprint("after", n), full)
		require.Equal(t, n+1, s.answer().Bounces)
	}
}

// TestChangedReasonIsInTheFeed: a hold that becomes one without end.
func TestChangedReasonIsInTheFeed(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	s.bounce("m2", noHost)
	s.bounce("m3", noUser)
	rows, err := s.Changes(context.Background(), 0, 10)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, suppress.ChangeUpdated, rows[1].Kind)
	assert.Zero(t, rows[1].Until)
}

// TestReleaseUnderAWrongClock settles what was known, and nothing that comes
// when the clock is right again.
func TestReleaseUnderAWrongClock(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.after(365 * day)
	s.bounce("m1", noUser)
	s.release()
	s.after(time.Hour)
	s.bounce("m1", noUser)
	assert.Equal(t, suppress.Released, s.standing(), "it was known")
	s.after(2 * time.Hour)
	s.bounce("m2", noUser)
	assert.Equal(t, suppress.Suppressed, s.standing())
	assert.Equal(t, 1, s.answer().Bounces)
}
