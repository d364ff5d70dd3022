package storetest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

var errApply = errors.New("apply says no")

func (s *suite) testUpdateStores() {
	a, b := address("a@x.jp"), address("b@x.jp")
	want := held(classify.UserUnknown, clock(0), clock(60))
	s.write([]suppress.Address{a, b}, suppress.Write{Rows: []*suppress.Row{want, nil}})
	want.Entry.Address = a
	assert.Equal(s, *want, s.row(a))
	e, err := s.store.Entry(s.ctx, a)
	require.NoError(s, err)
	assert.Equal(s, want.Entry, e)
	_, err = s.store.Entry(s.ctx, b)
	require.ErrorIs(s, err, suppress.ErrNotFound, "a nil row leaves the address as it is")

	s.write([]suppress.Address{a, b}, suppress.Write{Rows: []*suppress.Row{nil, watched(7)}})
	assert.Equal(s, *want, s.row(a), "a nil row leaves the address as it is")
	s.put(a, watched(2))
	assert.Equal(s, 2, s.bounces(a), "a second row replaces the first")
	assert.Empty(s, s.row(a).History, "a second row replaces the first, history included")
}

func (s *suite) testUpdateSees() {
	addresses := []suppress.Address{address("z@x.jp"), address("new@x.jp"), address("a@x.jp")}
	s.put(addresses[0], watched(26))
	s.put(addresses[2], watched(1))
	var seen []*suppress.Row
	require.NoError(s, s.store.Update(s.ctx, suppress.Update{Addresses: addresses,
		Apply: func(rows []*suppress.Row) (suppress.Write, error) {
			seen = rows
			return suppress.Write{}, nil
		}}))
	require.Len(s, seen, 3)
	assert.Equal(s, s.row(addresses[0]), *seen[0])
	assert.Nil(s, seen[1], "nil where there is no row")
	assert.Equal(s, s.row(addresses[2]), *seen[2])
}

func (s *suite) testUpdateFails() {
	a, b := address("a@x.jp"), address("b@x.jp")
	s.put(a, watched(1))
	err := s.store.Update(s.ctx, suppress.Update{Addresses: []suppress.Address{a, b},
		Apply: func(rows []*suppress.Row) (suppress.Write, error) {
			rows[0].Entry.Bounces = 99
			return suppress.Write{
				Rows:    []*suppress.Row{rows[0], held(classify.UserUnknown, clock(0), clock(9))},
				Changes: []suppress.Change{{Address: a, Kind: suppress.ChangeAdded}},
			}, errApply
		}})
	require.ErrorIs(s, err, errApply)
	assert.Equal(s, 1, s.bounces(a))
	_, err = s.store.Row(s.ctx, b)
	require.ErrorIs(s, err, suppress.ErrNotFound)
	assert.Empty(s, s.changes(0, 10))
	assert.Empty(s, s.due(clock(1000), 10))
}

// testParallelOneKey: no update is lost, and none is counted twice.
func (s *suite) testParallelOneKey() {
	a := address("a@x.jp")
	const writers, updates = 8, 20
	var group errgroup.Group
	for range writers {
		group.Go(func() error { return s.repeat(updates, increment(a)) })
	}
	require.NoError(s, group.Wait())
	assert.Equal(s, writers*updates, s.bounces(a))
}

// testParallelOverlap: every pair of neighbours is updated together, in both
// orders, which would deadlock an engine that locks rows in the order given.
func (s *suite) testParallelOverlap() {
	ring := numbered(6)
	const updates = 15
	var group errgroup.Group
	for i := range ring {
		next := ring[(i+1)%len(ring)]
		group.Go(func() error { return s.repeat(updates, increment(ring[i], next)) })
		group.Go(func() error { return s.repeat(updates, increment(next, ring[i])) })
	}
	require.NoError(s, group.Wait())
	for _, a := range ring {
		assert.Equal(s, 4*updates, s.bounces(a), a)
	}
}

func (s *suite) repeat(n int, u suppress.Update) error {
	for range n {
		if err := s.store.Update(s.ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// testWaitingUpdates: updates that came while another one was being made, and
// so may share one commit, each see the result of those before it. One that
// fails among them harms none.
func (s *suite) testWaitingUpdates() {
	a := address("a@x.jp")
	started, release := make(chan struct{}), make(chan struct{})
	var group errgroup.Group
	group.Go(func() error { return s.store.Update(s.ctx, blocked(address("b@x.jp"), started, release)) })
	<-started
	const updates = 30
	var asking errgroup.Group
	arrived := make(chan struct{}, 2*updates)
	for range updates {
		asking.Go(func() error {
			arrived <- struct{}{}
			return s.store.Update(s.ctx, increment(a))
		})
		asking.Go(func() error {
			arrived <- struct{}{}
			return s.failingUpdate(a)
		})
	}
	for range 2 * updates {
		<-arrived
	}
	close(release)
	require.NoError(s, group.Wait())
	require.NoError(s, asking.Wait())
	assert.Equal(s, updates, s.bounces(a))
}

// blocked is an update whose Apply reports that it runs, and then waits.
func blocked(a suppress.Address, started, release chan struct{}) suppress.Update {
	return suppress.Update{Addresses: []suppress.Address{a}, Apply: func([]*suppress.Row) (suppress.Write, error) {
		close(started)
		<-release
		return suppress.Write{Rows: []*suppress.Row{watched(1)}}, nil
	}}
}

func (s *suite) failingUpdate(a suppress.Address) error {
	err := s.store.Update(s.ctx, suppress.Update{Addresses: []suppress.Address{a},
		Apply: func([]*suppress.Row) (suppress.Write, error) { return suppress.Write{}, errApply }})
	if !errors.Is(err, errApply) {
		return errors.Join(errors.New("an update whose Apply failed returned another error"), err)
	}
	return nil
}

func (s *suite) testCancelled() {
	a := address("a@x.jp")
	s.put(a, watched(1))
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	for name, call := range calls(s.store, a) {
		assert.ErrorIs(s, call(ctx), context.Canceled, name)
	}
	require.NoError(s, s.store.Update(s.ctx, increment(a)), "the store goes on")
}

func (s *suite) testClosed() {
	a := address("a@x.jp")
	s.put(a, watched(1))
	require.NoError(s, s.store.Close())
	for name, call := range calls(s.store, a) {
		assert.ErrorIs(s, call(s.ctx), suppress.ErrClosed, name)
	}
	require.NoError(s, s.store.Close(), "closing twice is allowed")
}

// calls is every method that takes a context.
func calls(store suppress.Store, a suppress.Address) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Update": func(ctx context.Context) error { return store.Update(ctx, increment(a)) },
		"Entry":  func(ctx context.Context) error { _, err := store.Entry(ctx, a); return err },
		"Entries": func(ctx context.Context) error {
			_, err := store.Entries(ctx, []suppress.Address{a})
			return err
		},
		"Row": func(ctx context.Context) error { _, err := store.Row(ctx, a); return err },
		"Scan": func(ctx context.Context) error {
			return store.Scan(ctx, suppress.Range{}, func(suppress.Entry) error { return nil })
		},
		"Due":         func(ctx context.Context) error { _, err := store.Due(ctx, clock(0), 1); return err },
		"Tallies":     func(ctx context.Context) error { _, err := store.Tallies(ctx); return err },
		"Changes":     func(ctx context.Context) error { _, err := store.Changes(ctx, 0, 1); return err },
		"Letters":     func(ctx context.Context) error { _, err := store.Letters(ctx, 0, 1); return err },
		"LetterStats": func(ctx context.Context) error { _, err := store.LetterStats(ctx); return err },
	}
}
