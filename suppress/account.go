package suppress

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Account is all that is known of an address, and how it came to what it means
// now: what each piece of evidence did, what the policy has counted, and what
// will end what suppresses. It is told by the judging itself, so it can differ
// from what was decided only where that was under another policy.
type Account struct {
	Answer  Answer
	History History
	Parts   []Part     // what each of History.Evidence did
	Grounds []Ground   // each of Answer.Reasons
	Counted []Counting // what the policy's rules have counted, in their order
	Older   int        // messages that bounced before those of History.Evidence: only their number is kept
}

// Ground is a reason that counts now.
type Ground struct {
	Reason
	Event   uint64   // id of the evidence that decided, which may be too old to be kept; 0: a person did
	EndedBy []Ending // whichever comes first
}

// Counting is what one rule of the policy has counted of an address.
type Counting struct {
	Rule     PolicyRule
	Messages int           // that bounced within the rule's window
	Days     int           // on which they did
	Leaves   time.Time     // when the oldest of them leaves the window; zero: none does
	Step     int           // how many suppressions the rule has begun
	Next     time.Duration // how long the next one is; Forever: until released
	Hold     *Reason       // the suppression that runs now; nil: none
	Event    uint64        // id of the evidence that began it; 0: none runs
}

// Account explains an address; or ErrNotFound.
func (l *List) Account(ctx context.Context, a Address) (Account, error) {
	row, err := l.Store.Row(ctx, a)
	if err != nil {
		return Account{}, fmt.Errorf("read history: %w", err)
	}
	return explain(&row, l.Policy, l.now()), nil
}

// Ends is when mail may be sent again, if nothing else happens. It is zero if
// only a release ends what suppresses, or if mail may be sent now.
func (a *Account) Ends() time.Time {
	var last time.Time
	for _, g := range a.Grounds {
		switch {
		case !a.Answer.Suppressed() || g.Until.IsZero():
			return time.Time{}
		case g.Until.After(last):
			last = g.Until
		}
	}
	return last
}

func explain(row *Row, p Policy, now time.Time) Account {
	h, domain := &row.History, row.Entry.Address.Domain()
	t := trail{}
	s := h.judged(p, domain, t)
	acc := Account{Answer: row.Entry.At(now, MailAny), History: *h, Older: h.Base.Bounces, Counted: s.countings(p, now)}
	for i := range h.Evidence {
		ev := &h.Evidence[i]
		acc.Parts = append(acc.Parts, h.part(ev, t, p.rule(ev, domain), &acc.Answer, now))
	}
	ends := s.endings(now)
	for _, r := range acc.Answer.Reasons {
		acc.Grounds = append(acc.Grounds, Ground{Reason: r, Event: r.event(), EndedBy: ends(&r)})
	}
	return acc
}

// part is what a piece of evidence did, as it looks now.
func (h *History) part(ev *Evidence, t trail, r *PolicyRule, ans *Answer, now time.Time) Part {
	part := t[factOf(ev)]
	part.Event = ev.id()
	if ev.Kind == KindBounce && r != nil {
		part.Rule = r.Name
	}
	decides := slices.ContainsFunc(ans.Reasons, func(r Reason) bool { return r.event() == part.Event })
	switch {
	case h.disregards(ev):
		part.Effect = EffectBeforeRelease
	case !h.counts(ev):
		part.Effect = EffectBouncedAnyway
	case decides:
		part.Effect = EffectDecided
	case part.Effect == EffectDecided:
		part.Effect = EffectHoldOver
	case part.Effect == EffectCounted && !r.within(ev.At, now):
		part.Effect = EffectOutOfWindow
	}
	return part
}

// event is the id of the evidence that decided; 0: a person did.
func (r *Reason) event() uint64 {
	if !byEvents(*r) {
		return 0
	}
	f := r.fact()
	return (&Evidence{Kind: f.kind, Message: f.message}).id()
}

// countings are what the rules have counted by now, without those that have
// nothing to tell.
func (s *State) countings(p Policy, now time.Time) []Counting {
	var out []Counting
	for i := range p.Rules {
		r := &p.Rules[i]
		rs := s.Rules[r.Name]
		c := Counting{Rule: *r, Leaves: rs.leaves(r, now), Step: rs.Step, Next: r.hold(rs.Step)}
		c.Messages, c.Days = rs.counted(r, now)
		if rs.Hold.holdsAt(now) {
			c.Hold, c.Event = rs.Hold, rs.Hold.event()
		}
		if c.Messages > 0 || c.Step > 0 {
			out = append(out, c)
		}
	}
	return out
}

// leaves is when the first of what counts leaves the rule's window.
func (rs *RuleState) leaves(r *PolicyRule, now time.Time) time.Time {
	var first time.Time
	for _, c := range rs.Counts {
		if r.Window > 0 && r.within(c.At, now) && (first.IsZero() || c.At.Before(first)) {
			first = c.At
		}
	}
	if first.IsZero() {
		return first
	}
	return first.Add(r.Window)
}

// endings tells what would end a reason, by trying it on the state.
func (s *State) endings(now time.Time) func(*Reason) []Ending {
	later := now.AddDate(100, 0, 0) // than all evidence, whatever the clock was
	tried := map[Ending][]Reason{
		EndsByDelivery: s.after(&Evidence{Kind: KindDelivered, At: later}),
		EndsByProvider: s.after(&Evidence{Kind: KindUpstreamReleased, At: later}),
	}
	return func(r *Reason) (by []Ending) {
		if !r.Until.IsZero() {
			by = append(by, EndsByTime)
		}
		for _, e := range []Ending{EndsByDelivery, EndsByProvider} {
			same := func(left Reason) bool { return left.event() == r.event() }
			if byEvents(*r) && !slices.ContainsFunc(tried[e], same) {
				by = append(by, e)
			}
		}
		return append(by, EndsByRelease)
	}
}

// after is what reasons would be left after one more piece of evidence, about a
// message that no other evidence is about.
func (s *State) after(ev *Evidence) []Reason {
	next := s.clone()
	next.apply(ev, Policy{}, "", nil)
	return next.reasons()
}
