package storetest

import (
	"fmt"
	"runtime"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// clock is a time so many minutes into the tests' day.
func clock(minutes int) time.Time {
	return time.Date(2026, 3, 1, 9, 0, 0, 123_456_000, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// address parses an address that a test spells out.
func address(s string) suppress.Address {
	a, err := suppress.ParseAddress(s)
	if err != nil {
		panic(fmt.Sprintf("test address %q: %v", s, err))
	}
	return a
}

// numbered makes n addresses, in the order of their keys.
func numbered(n int) []suppress.Address {
	out := make([]suppress.Address, n)
	for i := range out {
		out[i] = address(fmt.Sprintf("user%05d@example.jp", i))
	}
	return out
}

// watched is a row of an address that is only watched.
func watched(bounces int) *suppress.Row {
	return &suppress.Row{Entry: suppress.Entry{
		Bounces: bounces, Settled: clock(0),
		Last: &suppress.Reason{Origin: suppress.OriginBounce, Standing: suppress.Suppressed, Since: clock(-1),
			Class: classify.Soft, Category: classify.MailboxFull},
	}}
}

// held is a row of an address that is suppressed until a time, or without end.
func held(category classify.Category, settled, until time.Time) *suppress.Row {
	reason := suppress.Reason{Origin: suppress.OriginBounce, Standing: suppress.Suppressed, Since: clock(-1), Until: until,
		Class: category.Class(), Category: category, Rule: "user-unknown", Text: "550 5.1.1 no such user"}
	return &suppress.Row{
		Entry:   suppress.Entry{Bounces: 1, Settled: settled, Reasons: []suppress.Reason{reason}},
		History: suppress.History{Seen: []uint64{1}, Base: suppress.State{Bounces: 1, Last: &reason}},
	}
}

// put stores one row.
func (s *suite) put(a suppress.Address, row *suppress.Row) {
	s.Helper()
	s.write([]suppress.Address{a}, suppress.Write{Rows: []*suppress.Row{row}})
}

// write stores what doesn't depend on the rows as they are.
func (s *suite) write(addresses []suppress.Address, w suppress.Write) {
	s.Helper()
	require.NoError(s, s.store.Update(s.ctx, suppress.Update{
		Addresses: addresses,
		Apply:     func([]*suppress.Row) (suppress.Write, error) { return w, nil },
	}))
}

// increment is an update that counts up the bounces of every address, from
// what it finds.
func increment(addresses ...suppress.Address) suppress.Update {
	return suppress.Update{Addresses: addresses, Events: 1, Apply: func(rows []*suppress.Row) (suppress.Write, error) {
		w := suppress.Write{Rows: make([]*suppress.Row, len(rows))}
		for i, old := range rows {
			n := 0
			if old != nil {
				n = old.Entry.Bounces
			}
			w.Rows[i] = watched(n + 1)
		}
		runtime.Gosched() // so that others come between, if they can
		return w, nil
	}}
}

func (s *suite) bounces(a suppress.Address) int {
	s.Helper()
	e, err := s.store.Entry(s.ctx, a)
	require.NoError(s, err)
	return e.Bounces
}

func (s *suite) row(a suppress.Address) suppress.Row {
	s.Helper()
	row, err := s.store.Row(s.ctx, a)
	require.NoError(s, err)
	return row
}

func (s *suite) entries() (out []suppress.Entry) {
	s.Helper()
	require.NoError(s, s.store.Scan(s.ctx, suppress.Range{}, func(e suppress.Entry) error {
		out = append(out, e)
		return nil
	}))
	return out
}

func (s *suite) due(before time.Time, limit int) []string {
	s.Helper()
	due, err := s.store.Due(s.ctx, before, limit)
	require.NoError(s, err)
	return texts(due)
}

func (s *suite) changes(after uint64, limit int) []suppress.Change {
	s.Helper()
	out, err := s.store.Changes(s.ctx, after, limit)
	require.NoError(s, err)
	return out
}

func (s *suite) letters(after uint64, limit int) []suppress.DeadLetter {
	s.Helper()
	out, err := s.store.Letters(s.ctx, after, limit)
	require.NoError(s, err)
	return out
}

func texts(addresses []suppress.Address) []string {
	out := make([]string, len(addresses))
	for i, a := range addresses {
		out[i] = a.String()
	}
	return out
}
