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
// evidence left. It is pure: no clock, no I/O.
func judge(base State, evidence []Evidence, p Policy, domain string) State {
	s := base.clone()
	for i := range evidence {
		s.apply(&evidence[i], p, domain)
	}
	return s
}

func (s *State) apply(ev *Evidence, p Policy, domain string) {
	if s.Spelling == "" && ev.Kind.opensEntry() { // the earliest is the first seen
		s.Spelling = ev.Spelling
	}
	switch ev.Kind {
	case KindBounce:
		s.bounce(ev, p.rule(ev, domain))
	case KindComplaint:
		s.Complaint = firstReason(s.Complaint, ev, OriginComplaint)
	case KindUnsubscribe:
		s.Unsubscribe = firstReason(s.Unsubscribe, ev, OriginUnsubscribe)
	case KindUpstream:
		s.upstream(ev, p.UpstreamHold)
	case KindUpstreamReleased:
		s.Upstream = nil
	case KindDelivered:
		s.delivered(ev)
	}
}

func firstReason(have *Reason, ev *Evidence, o Origin) *Reason {
	if have != nil {
		return have
	}
	return newReason(ev, o)
}

func (s *State) bounce(ev *Evidence, r *PolicyRule) {
	s.Bounces++
	s.Last = newReason(ev, OriginBounce)
	if r == nil {
		return
	}
	rs := s.Rules[r.Name]
	rs.Counts = append(rs.Counts, Count{At: ev.At, Message: ev.Message, N: 1})
	if !rs.Hold.holdsAt(ev.At) && rs.qualifies(r, ev.At) {
		rs.Hold = newReason(ev, OriginBounce)
		if length := r.hold(rs.Step); length != Forever {
			rs.Hold.Until = ev.Received.Add(length)
		}
		rs.Step++
	}
	s.Rules[r.Name] = rs
}

// qualifies reports whether enough messages bounced on enough days within the
// window that ends at a time.
func (rs *RuleState) qualifies(r *PolicyRule, at time.Time) bool {
	messages, days := 0, map[string]bool{}
	for _, c := range rs.Counts {
		if r.Window == 0 || at.Sub(c.At) < r.Window {
			messages += c.N
			days[c.At.Format(time.DateOnly)] = true
		}
	}
	return messages >= r.Threshold && len(days) >= r.Days
}

// upstream holds from the provider's latest refusal; an earlier one that was
// received later can only make it longer.
func (s *State) upstream(ev *Evidence, hold time.Duration) {
	next := newReason(ev, OriginUpstream)
	next.Until = ev.Received.Add(hold)
	if s.Upstream != nil && s.Upstream.Until.After(next.Until) {
		next.Until = s.Upstream.Until
	}
	s.Upstream = next
}

// delivered ends every hold that has an end, and forgets what was counted, as
// far as it is earlier and about another message.
func (s *State) delivered(ev *Evidence) {
	for name, rs := range s.Rules {
		rs.Counts = slices.DeleteFunc(rs.Counts, func(c Count) bool {
			return c.At.Before(ev.At) && c.Message != ev.Message
		})
		if rs.Hold.endedBy(ev) {
			rs.Hold = nil
		}
		s.Rules[name] = rs
	}
	if s.Upstream.endedBy(ev) {
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
