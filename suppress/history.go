package suppress

import (
	"slices"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

const (
	// keptMessages is how many messages' evidence is kept word for word; what
	// is older lives on in the state that it added up to.
	keptMessages = 20
	// keptIDs is how many messages are remembered as already counted.
	keptIDs = 64
	// keptDays is how many days' counts of folded evidence are kept for each
	// rule of the policy.
	keptDays = 16
	// keptDecisions is how many decisions of people are kept.
	keptDecisions = 20
	// lateReport is how long after a bounce its report may still come by
	// webhook. The longest known retries last a day, CMC's second form of a
	// report up to a week.
	lateReport = 7 * day
)

// History is all that is known of one address, from which its [Entry] is
// judged.
type History struct {
	Evidence  []Evidence // in the order of judging, of at most 20 messages
	Base      State      // what older evidence added up to
	Seen      []uint64   // ids of the evidence in Base, the latest last
	Released  time.Time  // of the last release; evidence up to it is disregarded
	Decisions []Decision // by people, the latest last
}

// Decision is a person's word about an address.
type Decision struct {
	At       time.Time
	Standing Standing  // Suppressed, Allowed, or Released
	Until    time.Time // zero: without end
	Note     string
	By       string // name of the token, or "local" where none is needed
}

// addition says what one piece of evidence did to a history.
type addition struct {
	known  bool     // its message was counted already
	before Evidence // what was kept of the message; zero if nothing was
	after  Evidence // what is kept of it now
}

func (a *addition) changed() bool { return a.before != a.after }

// add takes in one piece of evidence.
func (h *History) add(ev Evidence, p Policy, domain string) addition {
	for i, have := range h.Evidence {
		if have.Message == ev.Message && have.Kind == ev.Kind {
			joined := merge(have, ev)
			h.Evidence[i] = joined
			slices.SortFunc(h.Evidence, compareEvidence)
			return addition{known: true, before: have, after: joined}
		}
	}
	if slices.Contains(h.Seen, ev.id()) {
		return addition{known: true, before: ev, after: ev}
	}
	h.Evidence = append(h.Evidence, ev)
	slices.SortFunc(h.Evidence, compareEvidence)
	h.fold(p, domain)
	return addition{after: ev}
}

// fold moves the oldest evidence into Base until that of 20 messages is left.
func (h *History) fold(p Policy, domain string) {
	for messages(h.Evidence) > keptMessages {
		oldest := h.Evidence[0]
		if h.counts(&oldest) {
			h.Base = judge(h.Base, h.Evidence[:1], p, domain, nil)
			h.Base.compact()
		}
		// The repetition of a delivery is folded like the first, and changes
		// nothing; it needs no place among the ids.
		if oldest.Kind.opensEntry() {
			h.Seen = append(h.Seen, oldest.id())
			h.Seen = h.Seen[max(0, len(h.Seen)-keptIDs):]
		}
		h.Evidence = slices.Delete(h.Evidence, 0, 1)
	}
}

func messages(evidence []Evidence) int {
	ids := map[uint64]bool{}
	for i := range evidence {
		ids[evidence[i].Message] = true
	}
	return len(ids)
}

// compact joins the counts of each day, and keeps the latest days.
func (s *State) compact() {
	for name, rs := range s.Rules {
		var days []Count
		for _, c := range rs.Counts {
			if n := len(days); n > 0 && days[n-1].At.Format(time.DateOnly) == c.At.Format(time.DateOnly) {
				days[n-1] = Count{At: c.At, Message: c.Message, N: days[n-1].N + c.N}
				continue
			}
			days = append(days, c)
		}
		rs.Counts = days[max(0, len(days)-keptDays):]
		s.Rules[name] = rs
	}
}

// disregards reports whether the last release has settled a piece of evidence:
// it was known then, or was received before (a dead letter that is replayed), or
// it belongs to the time before and its report is late. Within the clocks'
// tolerance the time of receipt decides. What is reported more than a week
// after it happened is no late webhook but was fed in after the release, to
// count.
func (h *History) disregards(ev *Evidence) bool {
	if ev.Settled || h.Released.IsZero() {
		return ev.Settled
	}
	recent := ev.Received.Sub(ev.At) <= lateReport
	return !ev.Received.After(h.Released) || recent && ev.At.Before(h.Released.Add(-clockTolerance))
}

// counts reports whether a piece of evidence takes part in judging: no release
// has settled it, and it isn't the delivery of a message that bounced. A server
// that accepts a message and returns it later proves nothing about the mailbox.
func (h *History) counts(ev *Evidence) bool {
	return !h.disregards(ev) && !(ev.Kind == KindDelivered && h.bounced(ev.Message))
}

// bounced reports whether a message bounced, as far as that is remembered: its
// bounce may be folded while its delivery is still kept.
func (h *History) bounced(message uint64) bool {
	bounce := Evidence{Kind: KindBounce, Message: message}
	kept := func(ev Evidence) bool { return factOf(&ev) == factOf(&bounce) }
	return slices.ContainsFunc(h.Evidence, kept) || len(h.Seen) > 0 && slices.Contains(h.Seen, bounce.id())
}

// decide takes in a person's word.
func (h *History) decide(d Decision) {
	h.Decisions = append(h.Decisions, d)
	h.Decisions = h.Decisions[max(0, len(h.Decisions)-keptDecisions):]
	if d.Standing == Released {
		h.Released = d.At
		h.Base = State{}
		for i := range h.Evidence {
			h.Evidence[i].Settled = true
		}
	}
}

// heal mends a release of the future, made while the clock was wrong: it lies
// before whatever comes now, or it would settle all that comes until then.
func (h *History) heal(now time.Time) {
	if h.Released.After(now) {
		h.Released = now.Add(-time.Microsecond)
	}
}

// manual is the reason that the last decision gives, nil after a release.
func (h *History) manual() *Reason {
	if len(h.Decisions) == 0 {
		return nil
	}
	d := h.Decisions[len(h.Decisions)-1]
	if d.Standing == Released {
		return nil
	}
	return &Reason{
		Origin: OriginManual, Standing: d.Standing, Since: d.At, Until: d.Until,
		Class: classify.None, Category: NoCategory, Rule: string(OriginManual), Source: d.By, Note: d.Note,
	}
}

// state judges the evidence that no release has settled.
func (h *History) state(p Policy, domain string) State { return h.judged(p, domain, nil) }

// judged is state, and tells a trail what each piece of evidence did.
func (h *History) judged(p Policy, domain string, t trail) State {
	counted := make([]Evidence, 0, len(h.Evidence))
	for i := range h.Evidence {
		if h.counts(&h.Evidence[i]) {
			counted = append(counted, h.Evidence[i])
		}
	}
	return judge(h.Base, counted, p, domain, t)
}
