// Package storetest holds what every engine of the suppression list is tested
// with: [Run], the behaviour that a suppress.Store promises, and [Memory], a
// model of it that is simple enough to be read and believed.
package storetest

import (
	"context"
	"maps"
	"sync"

	"github.com/nosend/nosend/suppress"
)

// Memory is a suppress.Store that keeps everything in memory, for tests. It
// keeps rows as an engine does, encoded, so that no caller shares memory with
// it, and counts afresh whenever it is asked.
type Memory struct {
	mu      sync.Mutex
	closed  bool
	rows    map[string]encodedRow // by Address.Key
	changes [][]byte              // number 1 first
	letters []letter              // the oldest first
	stats   suppress.LetterStats
	last    uint64 // number of the latest letter
}

type encodedRow struct{ entry, history []byte }

var _ suppress.Store = (*Memory)(nil)

// NewMemory makes an empty store.
func NewMemory() *Memory { return &Memory{rows: map[string]encodedRow{}} }

// enter locks the store for a call that may go on.
func (m *Memory) enter(ctx context.Context) (leave func(), err error) {
	m.mu.Lock()
	if m.closed {
		err = suppress.ErrClosed
	} else {
		err = ctx.Err()
	}
	return m.mu.Unlock, err
}

// Update implements suppress.Store. Everything is encoded before anything is
// changed, so that an error leaves no trace.
func (m *Memory) Update(ctx context.Context, u suppress.Update) error {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return err
	}
	old := make([]*suppress.Row, len(u.Addresses))
	for i, a := range u.Addresses {
		if old[i], err = m.row(a); err != nil {
			return err
		}
	}
	if u.Letter != 0 && m.find(u.Letter) < 0 {
		return suppress.ErrNotFound
	}
	w, err := u.Apply(old)
	if err != nil {
		return err
	}
	rows, err := encodeRows(u.Addresses, w.Rows)
	if err != nil {
		return err
	}
	changes := make([][]byte, len(w.Changes))
	for i := range w.Changes {
		if changes[i], err = w.Changes[i].MarshalBinary(); err != nil {
			return err
		}
	}
	letters, err := encodeLetters(w.Letters)
	if err != nil {
		return err
	}
	maps.Copy(m.rows, rows)
	m.changes = append(m.changes, changes...)
	m.settle(u.Letter, letters)
	for _, l := range letters {
		m.keep(l, w.Limits)
	}
	return nil
}

func encodeRows(addresses []suppress.Address, rows []*suppress.Row) (map[string]encodedRow, error) {
	out := map[string]encodedRow{}
	for i, row := range rows {
		if row == nil {
			continue
		}
		entry, err := row.Entry.MarshalBinary()
		if err != nil {
			return nil, err
		}
		history, err := row.History.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out[addresses[i].Key()] = encodedRow{entry: entry, history: history}
	}
	return out, nil
}

// row decodes one row; nil if there is none.
func (m *Memory) row(a suppress.Address) (*suppress.Row, error) {
	encoded, found := m.rows[a.Key()]
	if !found {
		return nil, nil
	}
	row := &suppress.Row{Entry: suppress.Entry{Address: a}}
	if err := row.Entry.UnmarshalBinary(encoded.entry); err != nil {
		return nil, err
	}
	return row, row.History.UnmarshalBinary(encoded.history)
}

// Row implements suppress.Store.
func (m *Memory) Row(ctx context.Context, a suppress.Address) (suppress.Row, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return suppress.Row{}, err
	}
	row, err := m.row(a)
	if err != nil {
		return suppress.Row{}, err
	}
	if row == nil {
		return suppress.Row{}, suppress.ErrNotFound
	}
	return *row, nil
}

// Entry implements suppress.Store.
func (m *Memory) Entry(ctx context.Context, a suppress.Address) (suppress.Entry, error) {
	row, err := m.Row(ctx, a)
	return row.Entry, err
}
