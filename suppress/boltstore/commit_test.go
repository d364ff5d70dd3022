package boltstore

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// commits records what OnCommit is told. The writer alone calls it, so it is
// read when all updates have returned.
type commits []int

func (c *commits) options() Options {
	return Options{OnCommit: func(_ time.Duration, events int) { *c = append(*c, events) }}
}

// blockWriter keeps the writer inside an Apply until release is called, so
// that what is asked for meanwhile waits.
func blockWriter(t *testing.T, s *Store) (release func()) {
	started, gate := make(chan struct{}), make(chan struct{})
	r := enqueued(t, s, suppress.Update{Apply: func([]*suppress.Row) (suppress.Write, error) {
		close(started)
		<-gate
		return suppress.Write{}, nil
	}})
	<-started
	return func() {
		close(gate)
		<-r.done
	}
}

// enqueued is an update that certainly waits, or is being made.
func enqueued(t *testing.T, s *Store, u suppress.Update) *request {
	r := &request{ctx: t.Context(), update: u, done: make(chan struct{})}
	require.NoError(t, s.enqueue(r))
	return r
}

func TestGroupCommit(t *testing.T) {
	var told commits
	s := openAt(t, filepath.Join(t.TempDir(), "nosend.db"), told.options())
	release := blockWriter(t, s)
	var waiting []*request
	for i := range 50 {
		waiting = append(waiting, enqueued(t, s, storing(address(i))))
	}
	waiting = append(waiting, enqueued(t, s, suppress.Update{Events: 7, Apply: func([]*suppress.Row) (suppress.Write, error) {
		return suppress.Write{}, errors.New("no")
	}}))
	release()
	for i, r := range waiting {
		<-r.done
		assert.Equal(t, i == 50, r.err != nil, "request %d: %v", i, r.err)
	}
	assert.Equal(t, commits{50}, told, "all that waited share one commit; what failed isn't in it")
}

// TestCommitIsBounded: what waits isn't all taken into one transaction, however
// much it is.
func TestCommitIsBounded(t *testing.T) {
	var told commits
	s := openAt(t, filepath.Join(t.TempDir(), "nosend.db"), told.options())
	release := blockWriter(t, s)
	var waiting []*request
	for i := range 5 {
		u := storing(address(i))
		u.Events = maxCommitWeight / 2
		waiting = append(waiting, enqueued(t, s, u))
	}
	release()
	for _, r := range waiting {
		<-r.done
		assert.NoError(t, r.err)
	}
	assert.Equal(t, commits{maxCommitWeight, maxCommitWeight, maxCommitWeight / 2}, told)
}

// TestNothingToWrite: an update that changes nothing costs no commit.
func TestNothingToWrite(t *testing.T) {
	var told commits
	s := openAt(t, filepath.Join(t.TempDir(), "nosend.db"), told.options())
	require.NoError(t, s.Update(t.Context(), suppress.Update{Addresses: []suppress.Address{address(1)}, Events: 1,
		Apply: func(rows []*suppress.Row) (suppress.Write, error) {
			return suppress.Write{Rows: make([]*suppress.Row, len(rows))}, nil
		}}))
	assert.Empty(t, told)
}

func TestOverload(t *testing.T) {
	s := openNew(t)
	release := blockWriter(t, s)
	var waiting []*request
	for i := range queueLength {
		waiting = append(waiting, enqueued(t, s, storing(address(i))))
	}
	require.ErrorIs(t, s.Update(t.Context(), storing(address(0))), suppress.ErrOverloaded)
	release()
	for _, r := range waiting {
		<-r.done
		assert.NoError(t, r.err)
	}
	require.NoError(t, s.Update(t.Context(), storing(address(0))))
}

// TestCancelWhileWaiting: who doesn't want to wait any longer needn't, and a
// change that nobody waits for isn't made.
func TestCancelWhileWaiting(t *testing.T) {
	s := openNew(t)
	release := blockWriter(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- s.Update(ctx, storing(address(1))) }()
	cancel()
	require.ErrorIs(t, <-result, context.Canceled)
	other := enqueued(t, s, storing(address(2)))
	release()
	<-other.done
	_, err := s.Entry(t.Context(), address(1))
	assert.ErrorIs(t, err, suppress.ErrNotFound)
}

// TestCloseDrains: what waits when the store is closed is written before Close
// returns.
func TestCloseDrains(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s := openAt(t, path, Options{})
	release := blockWriter(t, s)
	var waiting []*request
	for i := range 20 {
		u := storing(address(i))
		u.Events = maxCommitWeight // so that each is a commit of its own
		waiting = append(waiting, enqueued(t, s, u))
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	unwanted, cancel := context.WithCancel(t.Context())
	cancel()
	for !errors.Is(s.Update(unwanted, storing(address(99))), suppress.ErrClosed) {
		runtime.Gosched()
	}
	release()
	require.NoError(t, <-closed)
	s = openAt(t, path, Options{})
	for i, r := range waiting {
		<-r.done
		require.NoError(t, r.err)
		_, err := s.Entry(t.Context(), address(i))
		require.NoError(t, err)
	}
}
