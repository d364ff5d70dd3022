package suppress

import (
	"maps"
	"slices"

	"github.com/nosend/nosend/suppress/classify"
)

// MarshalBinary encodes an entry for a store, without its address, which is
// the key.
func (e *Entry) MarshalBinary() ([]byte, error) {
	out := encoder{rowVersion}
	out.string(e.Spelling)
	out.time(e.Released)
	out.int(e.Bounces)
	out.time(e.Settled)
	out.reason(e.Last)
	out.uint(uint64(len(e.Reasons)))
	for i := range e.Reasons {
		out.reason(&e.Reasons[i])
	}
	return out, nil
}

// UnmarshalBinary decodes an entry, all but its Address. Its errors wrap
// ErrCorrupt.
func (e *Entry) UnmarshalBinary(data []byte) error {
	in := newDecoder(data)
	in.version("entry")
	*e = Entry{Address: e.Address, Spelling: in.string(), Released: in.time(), Bounces: in.int(), Settled: in.time(), Last: in.reason()}
	for n := in.count(); n > 0 && in.err == nil; n-- {
		if r := in.reason(); r != nil {
			e.Reasons = append(e.Reasons, *r)
		}
	}
	return in.end()
}

// MarshalBinary encodes a history for a store.
func (h *History) MarshalBinary() ([]byte, error) {
	out := encoder{rowVersion}
	out.time(h.Released)
	out.uint(uint64(len(h.Evidence)))
	for i := range h.Evidence {
		out.evidence(&h.Evidence[i])
	}
	out.state(&h.Base)
	out.uint(uint64(len(h.Seen)))
	for _, id := range h.Seen {
		out.hash(id)
	}
	out.uint(uint64(len(h.Decisions)))
	for _, d := range h.Decisions {
		out.decision(d)
	}
	return out, nil
}

// UnmarshalBinary decodes a history. Its errors wrap ErrCorrupt.
func (h *History) UnmarshalBinary(data []byte) error {
	in := newDecoder(data)
	in.version("history")
	*h = History{Released: in.time()}
	for n := in.count(); n > 0 && in.err == nil; n-- {
		h.Evidence = append(h.Evidence, in.evidence())
	}
	h.Base = in.state()
	for n := in.count(); n > 0 && in.err == nil; n-- {
		h.Seen = append(h.Seen, in.hash())
	}
	for n := in.count(); n > 0 && in.err == nil; n-- {
		h.Decisions = append(h.Decisions, in.decision())
	}
	return in.end()
}

// reason writes nil as one zero byte.
func (e *encoder) reason(r *Reason) {
	e.bool(r != nil)
	if r == nil {
		return
	}
	e.string(string(r.Origin))
	e.string(string(r.Standing))
	e.time(r.Since)
	e.time(r.Until)
	e.hash(r.Message)
	e.string(string(r.Class))
	e.string(string(r.Category))
	e.string(r.Rule)
	e.string(r.Matched)
	e.string(r.Source)
	e.string(r.Text)
	e.string(r.Note)
}

func (d *decoder) reason() *Reason {
	if !d.bool() {
		return nil
	}
	return &Reason{
		Origin: Origin(d.string()), Standing: Standing(d.string()), Since: d.time(), Until: d.time(), Message: d.hash(),
		Class: classify.Class(d.string()), Category: classify.Category(d.string()),
		Rule: d.string(), Matched: d.string(), Source: d.string(), Text: d.string(), Note: d.string(),
	}
}

func (e *encoder) evidence(ev *Evidence) {
	e.hash(ev.Message)
	e.string(string(ev.Kind))
	e.string(ev.Source)
	e.time(ev.At)
	e.time(ev.Received)
	e.string(string(ev.Class))
	e.string(string(ev.Category))
	e.string(ev.Rule)
	e.string(ev.Matched)
	e.uint(uint64(ev.Basis))
	e.bool(ev.Permanent)
	e.int(ev.Code)
	for _, s := range []string{ev.Status, ev.ProviderCode, ev.Text, ev.MessageID, ev.Tag, ev.Spelling} {
		e.string(s)
	}
	e.bool(ev.Settled)
}

func (d *decoder) evidence() Evidence {
	return Evidence{
		Message: d.hash(), Kind: Kind(d.string()), Source: d.string(), At: d.time(), Received: d.time(),
		Class: classify.Class(d.string()), Category: classify.Category(d.string()),
		Rule: d.string(), Matched: d.string(), Basis: classify.Basis(d.uint()), Permanent: d.bool(), Code: d.int(),
		Status: d.string(), ProviderCode: d.string(), Text: d.string(), MessageID: d.string(), Tag: d.string(), Spelling: d.string(), Settled: d.bool(),
	}
}

func (e *encoder) state(s *State) {
	for _, r := range []*Reason{s.Complaint, s.Unsubscribe, s.Upstream, s.Last} {
		e.reason(r)
	}
	e.string(s.Spelling)
	e.int(s.Bounces)
	e.uint(uint64(len(s.Rules)))
	for _, name := range slices.Sorted(maps.Keys(s.Rules)) {
		rs := s.Rules[name]
		e.string(name)
		e.int(rs.Step)
		e.reason(rs.Hold)
		e.uint(uint64(len(rs.Counts)))
		for _, c := range rs.Counts {
			e.time(c.At)
			e.hash(c.Message)
			e.int(c.N)
		}
	}
}

func (d *decoder) state() State {
	s := State{Complaint: d.reason(), Unsubscribe: d.reason(), Upstream: d.reason(), Last: d.reason(), Spelling: d.string(), Bounces: d.int()}
	if n := d.count(); n > 0 {
		s.Rules = map[string]RuleState{}
		for ; n > 0 && d.err == nil; n-- {
			name := d.string()
			s.Rules[name] = d.ruleState()
		}
	}
	return s
}

func (d *decoder) ruleState() RuleState {
	rs := RuleState{Step: d.int(), Hold: d.reason()}
	for n := d.count(); n > 0 && d.err == nil; n-- {
		rs.Counts = append(rs.Counts, Count{At: d.time(), Message: d.hash(), N: d.int()})
	}
	return rs
}

func (e *encoder) decision(d Decision) {
	e.time(d.At)
	e.string(string(d.Standing))
	e.time(d.Until)
	e.string(d.Note)
	e.string(d.By)
}

func (d *decoder) decision() Decision {
	return Decision{At: d.time(), Standing: Standing(d.string()), Until: d.time(), Note: d.string(), By: d.string()}
}
