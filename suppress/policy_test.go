package suppress_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// TestPolicyTable walks the default policy: bounces of one kind, each on
// another day, and after which one the address is suppressed, for how long.
func TestPolicyTable(t *testing.T) {
	const never = 0
	for _, c := range []struct {
		who, text string
		after     int // suppressed after so many messages on as many days
		hold      time.Duration
	}{
		{"a@example.com", noUser, 1, suppress.Forever},
		{"a@example.com", "550 5.2.1 this account has been disabled", 1, suppress.Forever},
		{"a@example.com", noHost, 1, 30 * day},
		{"a@example.com", "556 5.1.10 recipient address has null MX", 1, 30 * day},
		{"a@docomo.ne.jp", noUser, 2, suppress.Forever},
		{"a@mail.docomo.ne.jp", noUser, 1, suppress.Forever},
		{"a@example.com", full, 3, 30 * day},
		{"a@example.com", "452 4.2.1 mailbox temporarily disabled", 3, 30 * day},
		{"a@example.com", timeout, 5, 14 * day},
		{"a@example.com", "554 5.7.1 relay access denied", 5, 14 * day},
		{"a@example.com", vague, 3, 14 * day},
		{"a@example.com", "no thanks", never, 0},
		{"a@example.com", blocked, never, 0},
		{"a@example.com", "450 4.7.1 greylisted, try again in 5 minutes", never, 0},
		{"a@example.com", "554 5.7.1 message rejected as spam", never, 0},
		{"a@example.com", "552 5.3.4 message size exceeds fixed limit", never, 0},
	} {
		t.Run(c.who+" "+c.text, func(t *testing.T) {
			s := newStory(t, c.who)
			for n := 1; n <= 8; n++ {
				s.after(time.Duration(n) * day)
				s.bounce(fmt.Sprint("m", n), c.text)
				a := s.answer()
				require.Equal(t, c.after != never && n >= c.after, a.Suppressed(), "after %d messages", n)
				require.Equal(t, n, a.Bounces)
				if n == c.after {
					assertHold(t, s, c.hold)
				}
			}
		})
	}
}

func assertHold(t *testing.T, s *story, hold time.Duration) {
	t.Helper()
	until := s.answer().Reason.Until
	if hold == suppress.Forever {
		assert.Zero(t, until)
		return
	}
	assert.Equal(t, s.clock.Now().Add(hold), until)
}

func TestThresholdNeedsDistinctDays(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 10 {
		s.after(time.Duration(n) * time.Minute)
		s.bounce(fmt.Sprint("m", n), full)
	}
	assert.Equal(t, suppress.Watching, s.standing(), "ten messages on one day")
	s.after(day)
	s.bounce("m10", full)
	assert.Equal(t, suppress.Watching, s.standing(), "two days")
	s.after(2 * day)
	s.bounce("m11", full)
	assert.Equal(t, suppress.Suppressed, s.standing(), "three days")
}

func TestThresholdNeedsWindow(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n, at := range []time.Duration{0, 60 * day, 91 * day, 120 * day} {
		s.after(at)
		s.bounce(fmt.Sprint("m", n), full)
		assert.Equal(t, n == 3, s.standing() == suppress.Suppressed, "after %s", at)
	}
}

// TestOneMessageOnOneDayEach: days are those of UTC, by the provider's clock.
func TestDaysAreUTC(t *testing.T) {
	s := newStory(t, "a@docomo.ne.jp")
	late := time.Date(2026, time.March, 3, 8, 0, 0, 0, time.FixedZone("JST", 9*60*60)) // 23:00 UTC on the 2nd
	s.after(2 * day)
	for n, at := range []time.Time{late, late.Add(30 * time.Minute)} {
		e := s.event(suppress.KindBounce, fmt.Sprint("m", n), noUser)
		e.At = at
		s.report(e)
	}
	assert.Equal(t, suppress.Watching, s.standing())
}

func TestUnknownKeepsItsClass(t *testing.T) {
	s := newStory(t, "a@example.com")
	for n := range 3 {
		s.after(time.Duration(n) * day)
		s.bounce(fmt.Sprint("m", n), vague)
	}
	a := s.answer()
	assert.True(t, a.Suppressed())
	assert.Equal(t, classify.Unknown, a.Class)
	assert.Equal(t, classify.Uncategorized, a.Category)
}

func TestValidatePolicy(t *testing.T) {
	valid := func() suppress.Policy { return suppress.DefaultPolicy() }
	require.NoError(t, valid().Validate())
	for want, spoil := range map[string]func(*suppress.Policy){
		"policy rule mailbox: threshold is 1, but one soft message must never suppress: allowed is 2 to 20":    func(p *suppress.Policy) { p.Rules[3].Threshold = 1 },
		"policy rule unknown: threshold is 1, but one unknown message must never suppress: allowed is 2 to 20": func(p *suppress.Policy) { p.Rules[5].Threshold = 1 },
		"policy rule hard: threshold is 0, allowed is 1 to 20":                                                 func(p *suppress.Policy) { p.Rules[2].Threshold = 0 },
		"policy rule hard: threshold is 21, allowed is 1 to 20":                                                func(p *suppress.Policy) { p.Rules[2].Threshold = 21 },
		"policy rule docomo: distinct days is 3, allowed is 1 to the threshold, 2":                             func(p *suppress.Policy) { p.Rules[0].Days = 3 },
		"policy rule hard: window is -1h0m0s, it must not be negative":                                         func(p *suppress.Policy) { p.Rules[2].Window = -time.Hour },
		"policy rule hard: it has no hold; name at least one":                                                  func(p *suppress.Policy) { p.Rules[2].Holds = nil },
		"policy rule hard: hold is -1h0m0s, it must not be negative":                                           func(p *suppress.Policy) { p.Rules[2].Holds = []time.Duration{-time.Hour} },
		`policy: rule name "hard" is empty or stands twice`:                                                    func(p *suppress.Policy) { p.Rules[1].Name = "hard" },
		"policy: upstream hold is 0s, it must be longer than 0":                                                func(p *suppress.Policy) { p.UpstreamHold = 0 },
	} {
		p := valid()
		spoil(&p)
		_, err := suppress.New(suppress.Config{Policy: p})
		assert.EqualError(t, err, want)
	}
}
