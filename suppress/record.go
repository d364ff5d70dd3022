package suppress

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Batch is what one webhook brought.
type Batch struct {
	Source   string
	Events   []Event
	Ignored  []Kind       // kinds of events that are understood, or counted, but say nothing about an address
	Letters  []DeadLetter // what could not be understood
	Rejected int          // events that could not be understood; Letters hold them
}

// Report says what became of a batch's events.
type Report struct {
	Recorded, Duplicates, Ignored, Rejected int
}

// Record classifies the events of one webhook and takes them in as one atomic
// change; it returns when they are on disk. A batch that says nothing new
// writes nothing. Record sets Source and Received of events and letters.
func (l *List) Record(ctx context.Context, b Batch) (Report, error) {
	return l.record(ctx, b, l.now(), 0)
}

// record takes in a batch that was received at a time. settles is the number
// of the dead letter that it was read from, 0 for a webhook.
func (l *List) record(ctx context.Context, b Batch, received time.Time, settles uint64) (Report, error) {
	for i := range b.Events {
		if b.Events[i].Recipient.IsZero() {
			return Report{}, fmt.Errorf("record events of %s: event %d: %w: it has no recipient", b.Source, i, ErrAddress)
		}
	}
	groups, addresses := l.group(b, received)
	outcomes := make([]Outcome, len(b.Events))
	if len(addresses)+len(b.Letters) > 0 || settles != 0 {
		err := l.change(ctx, edit{
			addresses: addresses,
			events:    len(b.Events),
			letters:   stampLetters(b, received),
			settles:   settles,
			apply: func(i int, h *History, exists bool, n *notes) bool {
				return l.take(groups[i], addresses[i].Domain(), h, exists, outcomes, n)
			},
		})
		if err != nil {
			return Report{}, fmt.Errorf("record events of %s: %w", b.Source, err)
		}
	}
	return l.report(b, outcomes), nil
}

// arrival is one event of a batch with what it says.
type arrival struct {
	index    int
	evidence Evidence
}

// group classifies the events, and sorts them by address. Within an address
// those that open an entry come first, so that a delivery that stands before
// a bounce in one request is not lost.
func (l *List) group(b Batch, now time.Time) (groups [][]arrival, addresses []Address) {
	index := map[string]int{}
	for i, e := range b.Events {
		e.Source = b.Source
		e.normalise(now)
		key := e.Recipient.Key()
		g, ok := index[key]
		if !ok {
			g = len(groups)
			index[key] = g
			groups = append(groups, nil)
			addresses = append(addresses, e.Recipient)
		}
		groups[g] = append(groups[g], arrival{index: i, evidence: newEvidence(&e, l.Classifier)})
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b arrival) int {
			return compareBool(b.evidence.Kind.opensEntry(), a.evidence.Kind.opensEntry())
		})
	}
	return groups, addresses
}

// take adds one address's arrivals to its history.
func (l *List) take(group []arrival, domain string, h *History, exists bool, outcomes []Outcome, n *notes) (changed bool) {
	for _, a := range group {
		if !exists && !a.evidence.Kind.opensEntry() {
			outcomes[a.index] = OutcomeIgnored
			continue
		}
		exists = true
		did := h.add(a.evidence, l.Policy, domain)
		changed = changed || did.changed()
		outcomes[a.index] = OutcomeRecorded
		if did.known {
			outcomes[a.index] = OutcomeDuplicate
		}
		n.bounce(&did)
	}
	return changed
}

// bounce notes a first verdict, or that a second report changed it.
func (n *notes) bounce(did *addition) {
	after := did.after
	switch {
	case after.Kind != KindBounce:
	case !did.known:
		n.add(func(o Observer) { o.Bounce(after.Source, after.Class, after.Category) })
	default:
		n.verdict(&did.before, &after)
	}
}

// verdict notes that a bounce's class is another one now.
func (n *notes) verdict(before, after *Evidence) {
	if from, to := before.Class, after.Class; from != to {
		n.add(func(o Observer) { o.VerdictChanged(from, to) })
	}
}

// report counts the outcomes, and tells the observer.
func (l *List) report(b Batch, outcomes []Outcome) Report {
	r := Report{Ignored: len(b.Ignored), Rejected: b.Rejected}
	for i, o := range outcomes {
		l.Observer.Event(b.Source, b.Events[i].Kind, o)
		switch o {
		case OutcomeRecorded:
			r.Recorded++
		case OutcomeDuplicate:
			r.Duplicates++
		case OutcomeIgnored:
			r.Ignored++
		}
	}
	for _, kind := range b.Ignored {
		l.Observer.Event(b.Source, kind, OutcomeIgnored)
	}
	for range b.Rejected {
		l.Observer.Event(b.Source, KindOther, OutcomeRejected)
	}
	return r
}
