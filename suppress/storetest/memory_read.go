package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
)

// entries is a copy of all entries, in the order of their keys.
func (m *Memory) entries(ctx context.Context) ([]suppress.Entry, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return nil, err
	}
	out := make([]suppress.Entry, 0, len(m.rows))
	for _, key := range slices.Sorted(maps.Keys(m.rows)) {
		a, err := suppress.AddressFromKey(key)
		if err != nil {
			return nil, err
		}
		e := suppress.Entry{Address: a}
		if err := e.UnmarshalBinary(m.rows[key].entry); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Entries implements suppress.Store.
func (m *Memory) Entries(ctx context.Context, addresses []suppress.Address) ([]*suppress.Entry, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return nil, err
	}
	out := make([]*suppress.Entry, len(addresses))
	for i, a := range addresses {
		row, err := m.row(a)
		if err != nil {
			return nil, err
		}
		if row != nil {
			out[i] = &row.Entry
		}
	}
	return out, nil
}

// Scan implements suppress.Store. The lock isn't held while visit runs.
func (m *Memory) Scan(ctx context.Context, r suppress.Range, visit func(suppress.Entry) error) error {
	entries, err := m.entries(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.Address.Key() <= r.After || r.Domain != "" && e.Address.Domain() != r.Domain {
			continue
		}
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// Due implements suppress.Store.
func (m *Memory) Due(ctx context.Context, before time.Time, limit int) ([]suppress.Address, error) {
	entries, err := m.entries(ctx)
	if err != nil {
		return nil, err
	}
	due := slices.DeleteFunc(entries, func(e suppress.Entry) bool {
		return e.Due().IsZero() || e.Due().After(before)
	})
	slices.SortFunc(due, func(a, b suppress.Entry) int {
		return cmp.Or(a.Due().Compare(b.Due()), strings.Compare(a.Address.Key(), b.Address.Key()))
	})
	var out []suppress.Address
	for _, e := range due[:max(0, min(limit, len(due)))] {
		out = append(out, e.Address)
	}
	return out, nil
}

// Tallies implements suppress.Store.
func (m *Memory) Tallies(ctx context.Context) (map[suppress.Tally]int64, error) {
	entries, err := m.entries(ctx)
	if err != nil {
		return nil, err
	}
	out := map[suppress.Tally]int64{}
	for i := range entries {
		out[entries[i].Tally()]++
	}
	return out, nil
}

// Changes implements suppress.Store.
func (m *Memory) Changes(ctx context.Context, after uint64, limit int) ([]suppress.Change, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return nil, err
	}
	var out []suppress.Change
	for i, encoded := range m.changes {
		c := suppress.Change{Number: uint64(i) + 1}
		if c.Number <= after || len(out) >= limit {
			continue
		}
		if err := c.UnmarshalBinary(encoded); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Close implements suppress.Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}
