package suppress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
)

const (
	// reclassifyPart is how many entries one call of Reclassify examines.
	reclassifyPart = 5000
	// reclassifyBatch is how many of them one transaction changes, so that
	// webhooks don't wait for the classifier.
	reclassifyBatch = 100
)

// Reclassification asks for one part of the entries to be judged again.
type Reclassification struct {
	Cursor string // where the part begins: "" first, then Reclassified.Next
	DryRun bool   // change nothing, only say what would change
	By     string // who wants it, for the feed of changes
}

// Reclassified is what became of one part of the entries.
type Reclassified struct {
	Examined int          // entries
	Changed  []Rejudgment // entries whose row shows another standing, class or category
	Adjusted int          // entries whose row shows the same: by another rule or until another time, or an older bounce is judged otherwise
	Cut      int          // bounces that keep their verdict because their words are not kept whole
	Next     string       // where the next part begins; "": that was all
}

// Rejudgment is what judging again does to one entry.
type Rejudgment struct {
	Before, After Answer
}

// Reclassify judges the bounces that are kept word for word again, by the rules
// of today, and the entries by the policy of today. It examines up to 5,000
// entries and changes those that need it in transactions of up to 100; what was
// done stays done after an error, and doing it again changes nothing more.
// Messages that are only counted (more than 20 of an address) keep their
// verdict. It may run while webhooks come in: each entry is judged with all
// that it has when it is changed.
func (l *List) Reclassify(ctx context.Context, o Reclassification) (Reclassified, error) {
	addresses, out, err := l.partToReclassify(ctx, o.Cursor)
	if err != nil {
		return Reclassified{}, err
	}
	var changed []Address
	for _, a := range addresses {
		differs, err := l.rejudge(ctx, a, &out)
		if err != nil {
			return Reclassified{}, fmt.Errorf("reclassify: %w", err)
		}
		if differs {
			changed = append(changed, a)
		}
	}
	if o.DryRun {
		return out, nil
	}
	for part := range slices.Chunk(changed, reclassifyBatch) {
		if err := l.applyReclassify(ctx, part, o.By); err != nil {
			return Reclassified{}, fmt.Errorf("reclassify: %w", err)
		}
	}
	return out, nil
}

func (l *List) partToReclassify(ctx context.Context, cursor string) (addresses []Address, out Reclassified, err error) {
	after, err := readCursor(cursor)
	if err != nil {
		return nil, out, err
	}
	next, err := l.scanPart(ctx, Range{After: after}, func(a *Answer) bool {
		addresses = append(addresses, a.Address)
		return len(addresses) < reclassifyPart
	})
	if err != nil {
		return nil, out, fmt.Errorf("reclassify: %w", err)
	}
	out.Examined, out.Next = len(addresses), writeCursor(next)
	return addresses, out, nil
}

// rejudge finds out what judging an entry again would do, and reports whether
// anything that is stored would differ.
func (l *List) rejudge(ctx context.Context, a Address, out *Reclassified) (differs bool, err error) {
	row, err := l.Store.Row(ctx, a)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	evidence := slices.Clone(row.History.Evidence)
	out.Cut += row.History.reclassify(l.Classifier, a.Domain())
	now := l.now()
	entry := judgeEntry(a, &row.History, l.Policy, now)
	if slices.Equal(evidence, row.History.Evidence) && sameEntry(row.Entry, entry) {
		return false, nil
	}
	r := Rejudgment{Before: row.Entry.At(now, MailAny), After: entry.At(now, MailAny)}
	if r.Before.Standing == r.After.Standing && r.Before.Class == r.After.Class && r.Before.Category == r.After.Category {
		out.Adjusted++
	} else {
		out.Changed = append(out.Changed, r)
	}
	return true, nil
}

// sameEntry compares all that is stored of two entries of one address, but when
// they were written.
func sameEntry(a, b Entry) bool {
	a.Settled = b.Settled
	one, errOne := a.MarshalBinary()
	two, errTwo := b.MarshalBinary()
	return errOne == nil && errTwo == nil && bytes.Equal(one, two)
}

// reclassify judges all bounces again, and counts those that it can't.
func (h *History) reclassify(c Classifier, domain string) (cut int) {
	for i := range h.Evidence {
		if h.Evidence[i].reclassify(c, domain) {
			cut++
		}
	}
	return cut
}

func (l *List) applyReclassify(ctx context.Context, addresses []Address, by string) error {
	return l.change(ctx, edit{
		addresses: addresses,
		by:        Decision{By: clip(by, MaxTextBytes), Note: "reclassified"},
		apply: func(i int, h *History, exists bool, n *notes) bool {
			before := slices.Clone(h.Evidence)
			h.reclassify(l.Classifier, addresses[i].Domain())
			for k := range before {
				n.verdict(&before[k], &h.Evidence[k])
			}
			return exists
		},
	})
}
