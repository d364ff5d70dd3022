package suppress

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrDecision is wrapped by the errors of a decision that makes no sense.
var ErrDecision = errors.New("this decision can't be taken")

// Decide takes in a person's word about an address: Suppressed or Allowed,
// until a time or without end. It outranks all events until then. At is set
// here. It returns when the decision is on disk, with what it means.
func (l *List) Decide(ctx context.Context, a Address, d Decision) (Answer, error) {
	d.At = l.now()
	d.Until = d.Until.UTC().Truncate(time.Microsecond)
	d.Note, d.By = clip(d.Note, MaxTextBytes), clip(d.By, MaxTextBytes)
	switch {
	case d.Standing != Suppressed && d.Standing != Allowed:
		return Answer{}, fmt.Errorf("%w: state is %q, allowed are suppressed and allowed", ErrDecision, d.Standing)
	case !d.Until.IsZero() && !d.Until.After(d.At):
		return Answer{}, fmt.Errorf("%w: until is %s, which is not in the future", ErrDecision, d.Until.Format(time.RFC3339))
	}
	return l.decide(ctx, a, d)
}

// Release takes an address off the list: it ends every reason, and disregards
// the evidence up to now. A later bounce of another message counts again. It
// returns ErrNotFound for an address that the list doesn't know.
func (l *List) Release(ctx context.Context, a Address, note, by string) (Answer, error) {
	return l.decide(ctx, a, Decision{
		At: l.now(), Standing: Released, Note: clip(note, MaxTextBytes), By: clip(by, MaxTextBytes),
	})
}

func (l *List) decide(ctx context.Context, a Address, d Decision) (Answer, error) {
	found := false
	err := l.change(ctx, edit{
		addresses: []Address{a},
		by:        d,
		apply: func(_ int, h *History, exists bool, _ *notes) bool {
			found = exists || d.Standing != Released
			if found {
				h.decide(d)
			}
			return found
		},
	})
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("write decision: %w", err)
	case !found:
		return Answer{}, fmt.Errorf("release: %w", ErrNotFound)
	}
	return l.Lookup(ctx, a, MailAny)
}
