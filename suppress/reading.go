package suppress

import (
	"context"
	"fmt"
)

// Tallies returns how many entries stand in each cell of the gauge. An entry
// whose hold has ended leaves its cell at the next sweep.
func (l *List) Tallies(ctx context.Context) (map[Tally]int64, error) {
	t, err := l.Store.Tallies(ctx)
	if err != nil {
		return nil, fmt.Errorf("count entries: %w", err)
	}
	return t, nil
}

// Changes returns up to limit changes of the list after a number, in order.
func (l *List) Changes(ctx context.Context, after uint64, limit int) ([]Change, error) {
	c, err := l.Store.Changes(ctx, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return c, nil
}
