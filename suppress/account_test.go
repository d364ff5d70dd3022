package suppress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func (s *story) account() suppress.Account {
	s.t.Helper()
	acc, err := s.Account(s.t.Context(), s.who)
	require.NoError(s.t, err)
	require.Len(s.t, acc.Parts, len(acc.History.Evidence))
	require.Len(s.t, acc.Grounds, len(acc.Answer.Reasons))
	return acc
}

// effects are those of the evidence, the oldest first.
func (s *story) effects() string {
	s.t.Helper()
	var all []string
	for _, p := range s.account().Parts {
		all = append(all, string(p.Effect))
	}
	return strings.Join(all, " ")
}

// on tells what happened on a day since monday.
func (s *story) on(n int, what, message string) {
	s.t.Helper()
	s.after(time.Duration(n) * day)
	switch kind := suppress.Kind(what); kind {
	case "release":
		s.release()
	case suppress.KindDelivered, suppress.KindComplaint, suppress.KindUnsubscribe, suppress.KindQueued, suppress.KindDeferred,
		suppress.KindUpstream, suppress.KindUpstreamReleased, suppress.KindOther:
		s.report(s.event(kind, message, ""))
	default:
		s.bounce(message, what)
	}
}

// TestEffects: what each piece of evidence did, and what became of that.
func TestEffects(t *testing.T) {
	type happening struct {
		day           int
		what, message string
	}
	type tale []happening
	for name, c := range map[string]struct {
		tale tale
		now  int // day on which the account is asked for
		want string
	}{
		"hard":                          {tale{{0, noUser, "1"}}, 400, "decided"},
		"hard, again":                   {tale{{0, noUser, "1"}, {1, noUser, "2"}}, 1, "decided within_hold"},
		"hard, delivered":               {tale{{0, noUser, "1"}, {1, noUser, "2"}, {2, "delivered", "3"}}, 2, "decided within_hold nothing_to_end"},
		"hold":                          {tale{{0, noHost, "1"}}, 29, "decided"},
		"hold, by its very end":         {tale{{0, noHost, "1"}}, 30, "hold_over"},
		"hold, the next one":            {tale{{0, noHost, "1"}, {20, noHost, "2"}, {40, noHost, "3"}}, 41, "hold_over within_hold decided"},
		"hold, delivered":               {tale{{0, noHost, "1"}, {1, "delivered", "2"}}, 1, "hold_ended ended_holds"},
		"hold, delivered the same":      {tale{{0, noHost, "1"}, {1, "delivered", "1"}}, 1, "decided bounced_anyway"},
		"hold, delivered after its end": {tale{{0, noHost, "1"}, {40, "delivered", "2"}}, 41, "hold_over cleared_counts"},
		"soft":                          {tale{{0, full, "1"}, {1, full, "2"}}, 2, "counted counted"},
		"soft, enough":                  {tale{{0, full, "1"}, {1, full, "2"}, {2, full, "3"}}, 2, "counted counted decided"},
		"soft, delivered":               {tale{{0, full, "1"}, {1, "delivered", "x"}, {2, full, "2"}}, 2, "cleared cleared_counts counted"},
		"soft, delivered twice":         {tale{{0, full, "1"}, {1, "delivered", "x"}, {2, "delivered", "y"}}, 2, "cleared cleared_counts nothing_to_end"},
		"soft, enough, delivered":       {tale{{0, full, "1"}, {1, full, "2"}, {2, full, "3"}, {3, full, "4"}, {4, "delivered", "x"}}, 4, "cleared cleared hold_ended cleared ended_holds"},
		"soft, long ago":                {tale{{0, full, "1"}, {1, full, "2"}}, 90, "out_of_window counted"},
		"never":                         {tale{{0, blocked, "1"}, {1, blocked, "2"}}, 1, "never_suppresses never_suppresses"},
		"complaint":                     {tale{{0, "complaint", "1"}, {1, "complaint", "2"}}, 1, "decided repeated"},
		"unsubscribe and complaint":     {tale{{0, "unsubscribe", "1"}, {1, "complaint", "1"}}, 1, "decided decided"},
		"upstream":                      {tale{{0, "upstream", "1"}, {1, "upstream", "2"}}, 1, "superseded decided"},
		"upstream, again after its end": {tale{{0, "upstream", "1"}, {31, "upstream", "2"}}, 31, "hold_over decided"},
		"upstream, released":            {tale{{0, "upstream", "1"}, {1, "upstream_released", ""}}, 1, "lifted released_upstream"},
		"upstream, released after it":   {tale{{0, "upstream", "1"}, {31, "upstream_released", ""}}, 31, "hold_over nothing_to_end"},
		"upstream, delivered":           {tale{{0, "upstream", "1"}, {1, "delivered", "2"}}, 1, "hold_ended ended_holds"},
		"the others":                    {tale{{0, noUser, "1"}, {1, "queued", "2"}, {1, "deferred", "3"}, {1, "other", "4"}}, 1, "decided records_only records_only records_only"},
		"released":                      {tale{{0, noUser, "1"}, {1, "release", ""}, {2, full, "2"}}, 2, "before_release counted"},
		"delivered, and released":       {tale{{0, noHost, "1"}, {0, "delivered", "1"}, {1, "release", ""}}, 2, "before_release before_release"},
		"a hold ended, counts cleared": {tale{{0, noHost, "1"}, {1, full, "2"}, {1, timeout, "3"}, {1, vague, "4"}, {2, "delivered", "5"}}, 2,
			"hold_ended cleared cleared cleared ended_holds"},
		"one hold ended, one without end": {tale{{0, noHost, "1"}, {1, noUser, "2"}, {2, "delivered", "3"}}, 2, "hold_ended decided ended_holds"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, "a@example.com")
			for _, h := range c.tale {
				s.on(h.day, h.what, h.message)
			}
			s.after(time.Duration(c.now) * day)
			assert.Equal(t, c.want, s.effects())
		})
	}
}

// TestEffectOfALateReport: a release that is reported before its block, and a
// delivery before the bounce that it clears.
func TestEffectOfALateReport(t *testing.T) {
	s := newStory(t, "a@example.com")
	block, soft := s.event(suppress.KindUpstream, "1", ""), s.event(suppress.KindBounce, "2", full)
	s.on(1, "upstream_released", "")
	s.on(1, "delivered", "3")
	s.report(block, soft)
	assert.Equal(t, "cleared hold_ended ended_holds nothing_to_end", s.effects())
}

func TestEffectsHaveSentences(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range suppress.Effects() {
		assert.NotEmpty(t, e.Explain(), e)
		assert.False(t, seen[e.Explain()], e)
		seen[e.Explain()] = true
	}
	assert.Empty(t, suppress.Effect("").Explain())
}

// TestGrounds: what decided, and what will end it.
func TestGrounds(t *testing.T) {
	const person = suppress.EndsByRelease
	for name, c := range map[string]struct {
		what string
		ends time.Duration // 0: never by itself
		by   []suppress.Ending
	}{
		"hard":        {noUser, 0, []suppress.Ending{person}},
		"hold":        {noHost, 30 * day, []suppress.Ending{suppress.EndsByTime, suppress.EndsByDelivery, person}},
		"complaint":   {"complaint", 0, []suppress.Ending{person}},
		"unsubscribe": {"unsubscribe", 0, []suppress.Ending{person}},
		"upstream": {"upstream", 30 * day, []suppress.Ending{suppress.EndsByTime, suppress.EndsByDelivery,
			suppress.EndsByProvider, person}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, "a@example.com")
			s.on(0, c.what, "1")
			acc := s.account()
			require.Len(t, acc.Grounds, 1)
			g := acc.Grounds[0]
			assert.Equal(t, c.by, g.EndedBy)
			assert.Equal(t, acc.Parts[0].Event, g.Event)
			assert.Equal(t, g.Until, acc.Parts[0].Until)
			if c.ends == 0 {
				assert.Zero(t, acc.Ends())
			} else {
				assert.Equal(t, monday.Add(c.ends), acc.Ends())
			}
		})
	}
}

// TestGroundsOfPeople come from no event, and only time or a person ends them.
func TestGroundsOfPeople(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.on(0, noHost, "1")
	s.decide(suppress.Decision{Standing: suppress.Suppressed, Until: monday.Add(day)})
	acc := s.account()
	require.Len(t, acc.Grounds, 2)
	assert.Equal(t, []suppress.Ending{suppress.EndsByTime, suppress.EndsByRelease}, acc.Grounds[0].EndedBy)
	assert.Zero(t, acc.Grounds[0].Event)
	assert.Equal(t, monday.Add(30*day), acc.Ends(), "what ends last")
	s.decide(suppress.Decision{Standing: suppress.Suppressed})
	acc = s.account()
	assert.Equal(t, []suppress.Ending{suppress.EndsByRelease}, acc.Grounds[0].EndedBy)
	assert.Zero(t, acc.Ends())
	s.decide(suppress.Decision{Standing: suppress.Allowed, Until: monday.Add(day)})
	acc = s.account()
	assert.Zero(t, acc.Ends(), "it may be mailed now")
}

// TestEndsUnderAWrongClock: what was reported while the clock was ahead is ended
// like the rest.
func TestEndsUnderAWrongClock(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.on(365, noHost, "1")
	s.after(0)
	assert.Contains(t, s.account().Grounds[0].EndedBy, suppress.EndsByDelivery)
}

// TestCountings: what the rules have counted, what it takes, and what comes.
func TestCountings(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.on(0, full, "1")
	s.on(0, full, "2")
	s.on(1, blocked, "3")
	s.on(2, full, "4")
	acc := s.account()
	require.Len(t, acc.Counted, 1, "what never suppresses has no rule")
	got := acc.Counted[0]
	assert.Equal(t, []string{"mailbox", "mailbox", "", "mailbox"}, rulesOf(&acc))
	assert.Equal(t, "mailbox", got.Rule.Name)
	assert.Equal(t, suppress.Counting{Rule: got.Rule, Messages: 3, Days: 2, Leaves: monday.Add(90 * day), Next: 30 * day}, got)

	s.on(3, full, "5")
	got = s.account().Counted[0]
	require.NotNil(t, got.Hold)
	assert.Equal(t, monday.Add(33*day), got.Hold.Until)
	assert.Equal(t, s.account().Grounds[0].Event, got.Event)
	got.Hold, got.Event = nil, 0
	assert.Equal(t, suppress.Counting{Rule: got.Rule, Messages: 4, Days: 3, Leaves: monday.Add(90 * day), Step: 1, Next: 120 * day}, got)

	s.after(91 * day)
	assert.Equal(t, suppress.Counting{Rule: got.Rule, Messages: 2, Days: 2, Leaves: monday.Add(92 * day), Step: 1, Next: 120 * day}, s.account().Counted[0])
	s.after(200 * day)
	assert.Equal(t, suppress.Counting{Rule: got.Rule, Step: 1, Next: 120 * day}, s.account().Counted[0], "the step stays")
}

func rulesOf(acc *suppress.Account) (names []string) {
	for _, p := range acc.Parts {
		names = append(names, p.Rule)
	}
	return names
}

// TestCountingWithoutWindow leaves never.
func TestCountingWithoutWindow(t *testing.T) {
	s := newStory(t, "a@docomo.ne.jp")
	s.on(0, noUser, "1")
	s.after(1000 * day)
	got := s.account().Counted
	require.Len(t, got, 1)
	assert.Equal(t, suppress.Counting{Rule: got[0].Rule, Messages: 1, Days: 1, Next: suppress.Forever}, got[0])
	assert.Equal(t, classify.Hard, got[0].Rule.Class)
	assert.Equal(t, "counted", s.effects())
}

// TestOlderMessagesAreOnlyCounted, and the one that decided can be among them.
func TestOlderMessagesAreOnlyCounted(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 30 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), full)
	}
	acc := s.account()
	assert.Equal(t, 10, acc.Older)
	assert.Equal(t, acc.Answer.Bounces, acc.Older+len(acc.Parts))
	assert.NotContains(t, s.effects(), "decided")
	require.Len(t, acc.Grounds, 1)
	assert.NotZero(t, acc.Grounds[0].Event)
	assert.Equal(t, 30, acc.Counted[0].Messages)
	s.release()
	assert.Zero(t, s.account().Older)
}

// TestDeliveryOutlivesItsBounce: when the bounce is folded, the delivery of the
// same message is still that of a message that bounced.
func TestDeliveryOutlivesItsBounce(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.on(0, full, "1")
	s.on(0, noHost, "2")
	s.on(20, "delivered", "1")
	s.after(21 * day)
	for n := range 20 {
		s.report(s.event(suppress.KindDeferred, fmt.Sprint("d", n), timeout))
		require.Equal(t, suppress.Suppressed, s.standing(), "after %d others", n+1)
	}
}

func TestNoAccountOfStrangers(t *testing.T) {
	s := newStory(t, "a@example.com")
	_, err := s.Account(t.Context(), s.who)
	assert.ErrorIs(t, err, suppress.ErrNotFound)
}
