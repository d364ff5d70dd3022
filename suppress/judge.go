package suppress

import (
	"slices"
	"time"
)

// State is what a history's evidence adds up to. It is a fold over the
// evidence in order, so that evidence that is no longer kept can be folded
// into it first and the rest judged on top.
type State struct {
	Rules       map[string]RuleState // by PolicyRule.Name
	Complaint   *Reason
	Unsubscribe *Reason
	Upstream    *Reason
	Last        *Reason // the latest bounce, for entries that are only watched
	Spelling    string  // of the earliest evidence
	Bounces     int     // messages that bounced
}

// RuleState is what one rule of the policy has counted.
type RuleState struct {
	Counts []Count // messages since the last delivery
	Step   int     // how many holds have begun
	Hold   *Reason // the latest hold; it may have ended
}

// Count is a number of messages that bounced at one time: a single one while
// its evidence is kept, a day's afterwards.
type Count struct {
	At      time.Time
	Message uint64
	N       int
}

// judge folds evidence, sorted by compareEvidence, into the state that older
// evidence left. It is pure: no clock, no I/O. What each piece did is told to
// the trail.
func judge(base State, evidence []Evidence, p Policy, domain string, t trail) State {
	s := base.clone()
	for i := range evidence {
		s.apply(&evidence[i], p, domain, t)
	}
	return s
}

func (s *State) apply(ev *Evidence, p Policy, domain string, t trail) {
	if s.Spelling == "" && ev.Kind.opensEntry() { // the earliest is the first seen
		s.Spelling = ev.Spelling
	}
	switch ev.Kind {
	case KindBounce:
		s.bounce(ev, p.rule(ev, domain), t)
	case KindComplaint:
		s.Complaint = firstReason(s.Complaint, ev, OriginComplaint, t)
	case KindUnsubscribe:
		s.Unsubscribe = firstReason(s.Unsubscribe, ev, OriginUnsubscribe, t)
	case KindUpstream:
		s.upstream(ev, p.UpstreamHold, t)
	case KindUpstreamReleased:
		t.lifted(s.Upstream, ev)
		s.Upstream = nil
	case KindDelivered:
		s.delivered(ev, t)
	default:
		t.note(ev, EffectRecordsOnly)
	}
}

func firstReason(have *Reason, ev *Evidence, o Origin, t trail) *Reason {
	if have != nil {
		t.note(ev, EffectRepeated)
		return have
	}
	r := newReason(ev, o)
	t.began(ev, r)
	return r
}

func (s *State) bounce(ev *Evidence, r *PolicyRule, t trail) {
	s.Bounces++
	s.Last = newReason(ev, OriginBounce)
	if r == nil {
		t.note(ev, EffectNeverSuppresses)
		return
	}
	rs := s.Rules[r.Name]
	rs.Counts = append(rs.Counts, Count{At: ev.At, Message: ev.Message, N: 1})
	switch {
	case rs.Hold.holdsAt(ev.At):
		t.note(ev, EffectWithinHold)
	case !rs.qualifies(r, ev.At):
		t.note(ev, EffectCounted)
	default:
		rs.begin(r, ev, t)
	}
	s.Rules[r.Name] = rs
}

// begin takes the rule's next step.
func (rs *RuleState) begin(r *PolicyRule, ev *Evidence, t trail) {
	rs.Hold = newReason(ev, OriginBounce)
	if length := r.hold(rs.Step); length != Forever {
		rs.Hold.Until = ev.Received.Add(length)
	}
	rs.Step++
	t.began(ev, rs.Hold)
}

// qualifies reports whether enough messages bounced on enough days within the
// window that ends at a time.
func (rs *RuleState) qualifies(r *PolicyRule, at time.Time) bool {
	messages, days := rs.counted(r, at)
	return messages >= r.Threshold && days >= r.Days
}

// counted is how many messages bounced within the window that ends at a time,
// and on how many days.
func (rs *RuleState) counted(r *PolicyRule, at time.Time) (messages, days int) {
	seen := map[string]bool{}
	for _, c := range rs.Counts {
		if r.within(c.At, at) {
			messages += c.N
			seen[c.At.Format(time.DateOnly)] = true
		}
	}
	return messages, len(seen)
}

// within reports whether what bounced at a time counts in the window that ends
// at another.
func (r *PolicyRule) within(bounced, end time.Time) bool {
	return r.Window == 0 || end.Sub(bounced) < r.Window
}

// upstream holds from the provider's latest refusal; an earlier one that was
// received later can only make it longer.
func (s *State) upstream(ev *Evidence, hold time.Duration, t trail) {
	next := newReason(ev, OriginUpstream)
	next.Until = ev.Received.Add(hold)
	if s.Upstream != nil && s.Upstream.Until.After(next.Until) {
		next.Until = s.Upstream.Until
	}
	t.superseded(s.Upstream, ev)
	t.began(ev, next)
	s.Upstream = next
}

// delivered ends every hold that has an end, and forgets what was counted, as
// far as it is earlier and about another message.
func (s *State) delivered(ev *Evidence, t trail) {
	t.note(ev, EffectNothingToEnd)
	for name, rs := range s.Rules {
		rs.Counts = slices.DeleteFunc(rs.Counts, func(c Count) bool {
			forgets := c.At.Before(ev.At) && c.Message != ev.Message
			if forgets {
				t.cleared(c, rs.Hold, ev)
			}
			return forgets
		})
		if rs.Hold.endedBy(ev) {
			t.ended(rs.Hold, ev)
			rs.Hold = nil
		}
		s.Rules[name] = rs
	}
	if s.Upstream.endedBy(ev) {
		t.ended(s.Upstream, ev)
		s.Upstream = nil
	}
}

// clone copies all that apply changes, so that a stored state stays as it was.
func (s State) clone() State {
	rules := make(map[string]RuleState, len(s.Rules))
	for name, rs := range s.Rules {
		rs.Counts = slices.Clone(rs.Counts)
		rules[name] = rs
	}
	s.Rules = rules
	return s
}

// reasons are the suppressions that the state amounts to, ended ones included,
// in no order.
func (s *State) reasons() []Reason {
	all := []*Reason{s.Complaint, s.Unsubscribe, s.Upstream}
	for _, rs := range s.Rules {
		all = append(all, rs.Hold)
	}
	var out []Reason
	for _, r := range all {
		if r != nil {
			out = append(out, *r)
		}
	}
	return out
}
