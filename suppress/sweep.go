package suppress

import (
	"context"
	"fmt"
	"slices"
)

// sweepBatch bounds how many entries one transaction of a sweep changes, so
// that it doesn't keep webhooks waiting.
const sweepBatch = 500

// Sweep brings the gauges and the feed up to date with the holds that have
// ended by now, in bounded transactions. Look-ups don't need it: they go by
// the clock. It returns how many entries it changed. Call it at least once a
// minute.
func (l *List) Sweep(ctx context.Context) (int, error) {
	swept := 0
	for before := []Address(nil); ; {
		due, err := l.Store.Due(ctx, l.now(), sweepBatch)
		if err != nil {
			return swept, fmt.Errorf("sweep: find ended holds: %w", err)
		}
		if len(due) == 0 {
			return swept, nil
		}
		if slices.Equal(due, before) {
			return swept, fmt.Errorf("sweep: %w: %d ended holds have no entry, or stay", ErrCorrupt, len(due))
		}
		before = due
		err = l.change(ctx, edit{
			addresses: due,
			apply:     func(_ int, _ *History, exists bool, _ *notes) bool { return exists },
		})
		if err != nil {
			return swept, fmt.Errorf("sweep: %w", err)
		}
		swept += len(due)
	}
}
