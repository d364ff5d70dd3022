package storetest

import (
	"context"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// An engine may know without reading that it has no entry of an address. What
// it promises of every look-up holds for those as well: a call that was
// cancelled, or came after the end, is never told that mail may be sent.

// testStrangersCancelled: a context that has ended is told before anything else.
func (s *suite) testStrangersCancelled() {
	s.put(address("a@x.jp"), watched(1))
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	for name, call := range strangerCalls(s.store) {
		assert.ErrorIs(s, call(ctx), context.Canceled, name)
	}
	_, err := s.store.Entry(s.ctx, address("nobody@x.jp"))
	require.ErrorIs(s, err, suppress.ErrNotFound, "the store goes on")
}

// testStrangersClosed: a closed store knows nothing, not even what it hasn't.
func (s *suite) testStrangersClosed() {
	s.put(address("a@x.jp"), watched(1))
	require.NoError(s, s.store.Close())
	for name, call := range strangerCalls(s.store) {
		assert.ErrorIs(s, call(s.ctx), suppress.ErrClosed, name)
	}
}

// strangerCalls is every look-up, of addresses that have no entry.
func strangerCalls(store suppress.Store) map[string]func(context.Context) error {
	strangers := []suppress.Address{address("nobody@x.jp"), address("b@x.jp"), address("a@nowhere.jp")}
	return map[string]func(context.Context) error{
		"Entry":   func(ctx context.Context) error { _, err := store.Entry(ctx, strangers[0]); return err },
		"Entries": func(ctx context.Context) error { _, err := store.Entries(ctx, strangers); return err },
		"Row":     func(ctx context.Context) error { _, err := store.Row(ctx, strangers[0]); return err },
	}
}
