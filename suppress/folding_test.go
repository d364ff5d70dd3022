package suppress_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
	"github.com/nosend/nosend/suppress/storetest"
)

// remembered is how many bounces are known again when they are repeated: of 20
// messages with all that was said, and of 64 before them by their ids.
const remembered = 20 + 64

// history is all that the list knows of the address.
func (s *story) history() suppress.History {
	s.t.Helper()
	_, h, err := s.History(s.t.Context(), s.who)
	require.NoError(s.t, err)
	return h
}

// pushOut reports so many deferred messages that what came before is folded.
func (s *story) pushOut() {
	s.t.Helper()
	for n := range 20 {
		s.report(s.event(suppress.KindDeferred, fmt.Sprint("pushes out ", n), timeout))
	}
	require.Len(s.t, s.history().Evidence, 20)
}

// TestOldestRememberedBounce is a duplicate still.
func TestOldestRememberedBounce(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range remembered {
		s.after(time.Duration(n) * time.Minute)
		s.bounce(fmt.Sprint("m", n), full)
	}
	assert.Equal(t, suppress.Report{Duplicates: 1}, s.report(s.event(suppress.KindBounce, "m0", full)))
	assert.Equal(t, remembered, s.answer().Bounces)
}

// TestOrdinaryMailTakesNoPlace among the remembered bounces: weeks of mail that
// arrives don't make a repeated bounce a new one.
func TestOrdinaryMailTakesNoPlace(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m0", noHost)
	bounce := s.event(suppress.KindBounce, "m0", noHost)
	for n := range 4 * 28 {
		s.after(time.Duration(n+1) * 6 * time.Hour)
		id := fmt.Sprint("mail", n)
		s.report(s.event(suppress.KindDeferred, id, timeout), s.event(suppress.KindQueued, id, ""), s.event(suppress.KindDelivered, id, ""))
	}
	assert.Equal(t, suppress.Report{Duplicates: 1}, s.report(bounce))
	assert.Equal(t, suppress.Watching, s.standing())
	assert.Equal(t, 1, s.answer().Bounces)
}

// TestHistoryIsBounded, however much bounces: one count a day, for 16 days, and
// the ids of 64 messages.
func TestHistoryIsBounded(t *testing.T) {
	s := newStory(t, "a@example.com")
	const aDay = 5
	for n := range 200 {
		s.after(time.Duration(n/aDay)*day + time.Duration(n%aDay)*time.Minute)
		s.bounce(fmt.Sprint("m", n), full)
	}
	h := s.history()
	counts := h.Base.Rules["mailbox"].Counts
	require.Len(t, counts, 16)
	for n, c := range counts {
		assert.Equal(t, aDay, c.N)
		assert.Equal(t, monday.Add(time.Duration(20+n)*day+(aDay-1)*time.Minute), c.At, "the day's latest")
	}
	assert.Len(t, h.Evidence, 20)
	assert.Len(t, h.Seen, remembered-20)
	assert.Equal(t, 200, s.answer().Bounces)
}

// TestLatestDecisionsAreKept, twenty of them; the last one counts.
func TestLatestDecisionsAreKept(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 25 {
		s.decide(suppress.Decision{Standing: suppress.Allowed, Note: fmt.Sprint(n)})
	}
	decisions := s.history().Decisions
	require.Len(t, decisions, 20)
	for n, d := range decisions {
		assert.Equal(t, fmt.Sprint(5+n), d.Note)
	}
	assert.Equal(t, "24", s.answer().Reason.Note)
}

// TestSixteenDaysSurviveFolding: with them the seventeenth message, on another
// day, suppresses under a policy that asks for so many.
func TestSixteenDaysSurviveFolding(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.List = newList(t, suppress.Config{Store: storetest.NewMemory(), Clock: s.clock.Now, Policy: suppress.Policy{
		UpstreamHold: day,
		Rules: []suppress.PolicyRule{{Name: "patient", Class: classify.Soft, Categories: []classify.Category{classify.MailboxFull},
			Threshold: 17, Days: 16, Window: 90 * day, Holds: []time.Duration{30 * day}}},
	}})
	for n := range 16 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), full)
	}
	s.pushOut()
	assert.Equal(t, suppress.Watching, s.standing())
	s.after(16 * day)
	s.bounce("m16", full)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

// TestFewDaysSurviveFolding: the same under the policy in force.
func TestFewDaysSurviveFolding(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 4 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), timeout)
	}
	s.pushOut()
	assert.Equal(t, suppress.Watching, s.standing())
	s.after(4 * day)
	s.bounce("m4", timeout)
	assert.Equal(t, suppress.Suppressed, s.standing(), "five messages on five days")
}
