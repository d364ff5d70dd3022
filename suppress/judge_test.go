package suppress_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func TestHoldEndsByTheClock(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	s.after(30*day - time.Microsecond)
	assert.Equal(t, suppress.Suppressed, s.standing())
	s.after(30 * day)
	assert.Equal(t, suppress.Watching, s.standing(), "at once, without a sweep")
	assert.NotContains(t, exported(t, s.List), "a@example.com")
}

// TestHoldsEscalate: evidence inside a hold changes nothing, the first that
// qualifies after its end takes the next step.
func TestHoldsEscalate(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	first := s.answer().Reason.Until
	s.after(20 * day)
	s.bounce("m2", noHost)
	assert.Equal(t, first, s.answer().Reason.Until, "inside the hold")
	s.after(40 * day)
	s.bounce("m3", noHost)
	assert.Equal(t, monday.Add(160*day), s.answer().Reason.Until, "second hold: 120 days")
	s.after(170 * day)
	_, err := s.Sweep(context.Background())
	require.NoError(t, err)
	assert.Equal(t, suppress.Watching, s.standing())
	s.bounce("m4", noHost)
	assert.True(t, s.answer().Suppressed(), "the step outlives the sweep")
	assert.Zero(t, s.answer().Reason.Until, "third hold: until released")
}

// TestSoftHoldEscalatesOnNextBounce: the messages of before the hold still
// count, if they are in the window.
func TestSoftHoldEscalatesOnNextBounce(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 3 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), full)
	}
	s.after(40 * day)
	s.bounce("m3", full)
	assert.Equal(t, monday.Add(160*day), s.answer().Reason.Until)
}

// TestHoldRunsFromReceipt: what is reported late holds from when we heard.
func TestHoldRunsFromReceipt(t *testing.T) {
	s := newStory(t, "a@example.com")
	e := s.event(suppress.KindBounce, "m1", noHost)
	s.after(5 * day)
	s.report(e)
	a := s.answer()
	assert.Equal(t, monday, a.Reason.Since)
	assert.Equal(t, monday.Add(35*day), a.Reason.Until)
}

func TestFutureTimesAreTakenAsReceived(t *testing.T) {
	s := newStory(t, "a@example.com")
	e := s.event(suppress.KindBounce, "m1", noUser)
	e.At = monday.Add(9 * time.Hour)
	s.report(e)
	assert.Equal(t, monday, s.answer().Reason.Since)
	e.MessageID, e.At = "m2", monday.Add(10*time.Minute)
	s.who = address(t, "b@example.com")
	e.Recipient = s.who
	s.report(e)
	assert.Equal(t, monday.Add(10*time.Minute), s.answer().Reason.Since, "within the clocks' tolerance")
}

func TestImpossibleTimesAreTakenAsReceived(t *testing.T) {
	for n, at := range []time.Time{{}, time.Date(-1, 12, 31, 15, 0, 0, 0, time.UTC), time.Unix(-1, 0), time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		s := newStory(t, "a@example.com")
		e := s.event(suppress.KindBounce, fmt.Sprint("m", n), noUser)
		e.At = at
		s.report(e)
		assert.Equal(t, monday, s.answer().Reason.Since, at)
	}
}

func TestDeliveryEndsHolds(t *testing.T) {
	for _, c := range []struct {
		name, text string
		after      suppress.Standing
	}{
		{"a hold with an end", noHost, suppress.Watching},
		{"hard, without end", noUser, suppress.Suppressed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t, "a@example.com")
			s.bounce("m1", c.text)
			s.after(time.Hour)
			s.delivered("m1")
			assert.Equal(t, suppress.Suppressed, s.standing(), "the delivery of the bouncing message itself")
			s.delivered("m2")
			assert.Equal(t, c.after, s.standing())
		})
	}
}

func TestEarlierDeliveryEndsNothing(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.after(time.Hour)
	s.bounce("m1", noHost)
	d := s.event(suppress.KindDelivered, "m2", "")
	d.At = monday
	s.report(d)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

func TestDeliveryClearsSoftCounts(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 4 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), full)
		if n == 1 {
			s.after(time.Duration(n)*day + time.Hour)
			s.delivered("other")
		}
	}
	assert.Equal(t, suppress.Watching, s.standing(), "two since the delivery")
	s.after(4 * day)
	s.bounce("m4", full)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

func TestComplaintAndUnsubscribe(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindUnsubscribe, "m1", ""))
	a := s.answer()
	assert.True(t, a.Suppressed())
	assert.Equal(t, suppress.OriginUnsubscribe, a.Reason.Origin)
	assert.Equal(t, classify.None, a.Class)
	forTransactional, err := s.Lookup(context.Background(), s.who, suppress.MailTransactional)
	require.NoError(t, err)
	assert.False(t, forTransactional.Suppressed())
	s.report(s.event(suppress.KindComplaint, "m2", ""))
	forTransactional, err = s.Lookup(context.Background(), s.who, suppress.MailTransactional)
	require.NoError(t, err)
	assert.Equal(t, suppress.OriginComplaint, forTransactional.Reason.Origin)
	s.after(time.Hour)
	s.delivered("m3")
	assert.Len(t, s.answer().Reasons, 2, "a delivery ends neither")
}

func TestUpstream(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindUpstream, "m1", "suppressed to send mail"))
	s.after(10 * day)
	s.report(s.event(suppress.KindUpstream, "m2", "suppressed to send mail"))
	a := s.answer()
	assert.Equal(t, monday.Add(40*day), a.Reason.Until, "30 days from the latest")
	assert.Equal(t, suppress.OriginUpstream, a.Reason.Origin)
	assert.Zero(t, a.Bounces, "never a new bounce")
	s.after(11 * day)
	s.report(s.event(suppress.KindUpstreamReleased, "", ""))
	assert.Equal(t, suppress.Watching, s.standing())
	s.after(12 * day)
	s.report(s.event(suppress.KindUpstream, "m3", "suppressed to send mail"))
	assert.Equal(t, suppress.Suppressed, s.standing())
}

// TestEndingOneReasonKeepsTheOthers, and the strongest is shown.
func TestEndingOneReasonKeepsTheOthers(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindUpstream, "m1", "refused"), s.event(suppress.KindBounce, "m2", noUser))
	assert.Equal(t, suppress.OriginBounce, s.answer().Reason.Origin)
	s.after(time.Minute)
	s.report(s.event(suppress.KindUpstreamReleased, "", ""))
	assert.Equal(t, suppress.Suppressed, s.standing())
	assert.Len(t, s.answer().Reasons, 1)
}

func TestWithoutEntryNothingIsKept(t *testing.T) {
	s := newStory(t, "a@example.com")
	r := s.report(s.event(suppress.KindDelivered, "m1", ""), s.event(suppress.KindQueued, "m1", ""),
		s.event(suppress.KindDeferred, "m2", timeout), s.event(suppress.KindOther, "m3", ""))
	assert.Equal(t, suppress.Report{Ignored: 4}, r)
	_, _, err := s.History(context.Background(), s.who)
	assert.ErrorIs(t, err, suppress.ErrNotFound)
	assert.Empty(t, s.standing())
}

// TestDeliveryBeforeBounceInOneRequest isn't lost.
func TestDeliveryBeforeBounceInOneRequest(t *testing.T) {
	s := newStory(t, "a@example.com")
	bounce := s.event(suppress.KindBounce, "m1", noHost)
	s.after(time.Hour)
	s.report(s.event(suppress.KindDelivered, "m2", ""), bounce)
	assert.Equal(t, suppress.Watching, s.standing())
}

// TestDeferredNeverCounts, however often.
func TestDeferredNeverCounts(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m0", full)
	for n := range 15 {
		s.after(time.Duration(n) * day)
		s.report(s.event(suppress.KindDeferred, fmt.Sprint("d", n), full))
	}
	a := s.answer()
	assert.Equal(t, suppress.Watching, a.Standing)
	assert.Equal(t, 1, a.Bounces)
}

// TestManyMessagesADay: what no longer is kept word for word still counts
// towards the distinct days.
func TestManyMessagesADay(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 90 {
		s.after(time.Duration(n/30)*day + time.Duration(n%30)*time.Minute)
		s.bounce(fmt.Sprint("m", n), full)
		require.Equal(t, n/30 == 2, s.answer().Suppressed(), "message %d", n)
	}
	_, h, err := s.History(context.Background(), s.who)
	require.NoError(t, err)
	assert.Len(t, h.Evidence, 20)
	assert.Equal(t, 90, s.answer().Bounces)
	r := s.report(s.event(suppress.KindBounce, "m69", full))
	assert.Equal(t, suppress.Report{Duplicates: 1}, r, "an id that is remembered without its evidence")
}

// TestDeliveredClearsOnlyOtherAndEarlierMessages.
func TestDeliveredClearsOnlyOtherAndEarlierMessages(t *testing.T) {
	for name, c := range map[string]struct {
		message string
		at      time.Duration
		want    suppress.Standing
	}{
		"another message, later":      {"other", day + time.Hour, suppress.Watching},
		"another message, earlier":    {"other", day - time.Hour, suppress.Suppressed},
		"another message, same time":  {"other", day, suppress.Suppressed},
		"the second bouncing message": {"m1", day + time.Hour, suppress.Suppressed},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, "a@docomo.ne.jp") // two messages on two days
			s.after(day)
			s.bounce("m1", noUser)
			d := s.event(suppress.KindDelivered, c.message, "")
			s.after(5 * day)
			d.At = monday.Add(c.at)
			s.report(d)
			s.bounce("m2", noUser)
			assert.Equal(t, c.want, s.standing())
		})
	}
}

func TestDeliveryOfTheSameTimeEndsNoHold(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	s.delivered("m2")
	assert.Equal(t, suppress.Suppressed, s.standing())
}

func TestDeliveryEndsUpstream(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindUpstream, "m1", "refused"))
	s.after(time.Hour)
	s.delivered("m2")
	assert.Equal(t, suppress.Watching, s.standing())
}

// TestUpstreamReportedOutOfOrder holds as long as the report that lasts longest.
func TestUpstreamReportedOutOfOrder(t *testing.T) {
	s := newStory(t, "a@example.com")
	early := s.event(suppress.KindUpstream, "m1", "refused")
	s.after(5 * day)
	s.report(s.event(suppress.KindUpstream, "m2", "refused"))
	s.after(6 * day)
	s.report(early)
	assert.Equal(t, monday.Add(36*day), s.answer().Reason.Until)
}

func TestComplaintStandsSinceTheFirst(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindComplaint, "m1", ""))
	s.after(day)
	s.report(s.event(suppress.KindComplaint, "m2", ""))
	assert.Equal(t, monday, s.answer().Reason.Since)
}

// TestTwoKindsOfOneMessage are two facts.
func TestTwoKindsOfOneMessage(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.report(s.event(suppress.KindComplaint, "m1", ""))
	s.after(time.Hour)
	s.bounce("m1", noUser)
	a := s.answer()
	require.Len(t, a.Reasons, 2)
	assert.Equal(t, suppress.OriginBounce, a.Reason.Origin, "of two without end, in the order of Origins")
	assert.Equal(t, suppress.OriginComplaint, a.Reasons[1].Origin)
}

// TestFoldedEvidenceStaysAsItWas: judging on top of what is folded must not
// change it.
func TestFoldedEvidenceStaysAsItWas(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 3 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), full)
	}
	for n := range 20 {
		s.after(3*day + time.Duration(n)*time.Minute)
		s.report(s.event(suppress.KindDeferred, fmt.Sprint("d", n), timeout))
	}
	s.after(4 * day)
	s.delivered("other")
	_, h, err := s.History(context.Background(), s.who)
	require.NoError(t, err)
	counts := h.Base.Rules["mailbox"].Counts
	require.Len(t, counts, 3)
	for n, c := range counts {
		assert.Equal(t, monday.Add(time.Duration(n)*day), c.At)
	}
}

// TestDeliveryOfABouncingMessageClearsNothing: servers that accept every message
// and return it an hour later would otherwise never be suppressed.
func TestDeliveryOfABouncingMessageClearsNothing(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 3 {
		s.after(time.Duration(n) * day)
		s.delivered(fmt.Sprint("m", n))
		s.after(time.Duration(n)*day + time.Hour)
		s.bounce(fmt.Sprint("m", n), full)
	}
	assert.Equal(t, suppress.Suppressed, s.standing())

	s = newStory(t, "a@example.com")
	s.bounce("m0", noHost)
	s.after(day)
	s.delivered("m1")
	assert.Equal(t, suppress.Watching, s.standing())
	s.after(day + time.Hour)
	s.bounce("m1", vague)
	assert.Equal(t, suppress.Suppressed, s.standing(), "the hold of m0 is back")
}

// TestReleaseReportedBeforeItsBlock ends it all the same.
func TestReleaseReportedBeforeItsBlock(t *testing.T) {
	s := newStory(t, "a@example.com")
	block := s.event(suppress.KindUpstream, "m1", "refused")
	s.after(time.Hour)
	s.report(s.event(suppress.KindUpstreamReleased, "", ""))
	s.report(block)
	assert.Equal(t, suppress.Watching, s.standing())
}
