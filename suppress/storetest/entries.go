package storetest

import (
	"context"
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

// many reads the entries of many addresses.
func (s *suite) many(addresses []suppress.Address) []*suppress.Entry {
	s.Helper()
	out, err := s.store.Entries(s.ctx, addresses)
	require.NoError(s, err)
	require.Len(s, out, len(addresses))
	return out
}

// testEntries: in the order asked, nil for what isn't there, and as often as
// asked.
func (s *suite) testEntries() {
	assert.Empty(s, s.many(nil))
	addresses := numbered(10)
	for i, a := range addresses[:5] {
		s.put(a, watched(i+1))
	}
	asked := slices.Concat(addresses[2:], addresses[:3], oddAddresses())
	slices.Reverse(asked)
	for i, e := range s.many(asked) {
		want, err := s.store.Entry(s.ctx, asked[i])
		if err != nil {
			require.ErrorIs(s, err, suppress.ErrNotFound)
			assert.Nil(s, e, asked[i])
			continue
		}
		require.NotNil(s, e, asked[i])
		assert.Equal(s, want, *e)
	}
}

// testEntriesOwned: who got entries may change them, each on its own.
func (s *suite) testEntriesOwned() {
	a := address("a@x.jp")
	s.put(a, fullRow(s))
	want := s.row(a).Entry
	twice := s.many([]suppress.Address{a, a})
	assert.Equal(s, want, *twice[0])
	vandalise(&suppress.Row{Entry: *twice[0], History: fullRow(s).History})
	assert.Equal(s, want, *twice[1], "two entries of one call share memory")
	assert.Equal(s, want, *s.many([]suppress.Address{a})[0], "the caller changed what Entries returned")
}

// testEntriesConcurrent: addresses that are always written together are never
// seen apart within one call.
func (s *suite) testEntriesConcurrent() {
	pairs := numbered(40)
	s.write(pairs, suppress.Write{Rows: slices.Repeat([]*suppress.Row{watched(1)}, len(pairs))})
	ctx, stop := context.WithCancel(s.ctx)
	var writers errgroup.Group
	for first := range 2 {
		writers.Go(func() error { return s.incrementPairs(ctx, pairs, first) })
	}
	asked := slices.Repeat(pairs, 20) // so that others come between, if they can
	for range 30 {
		entries := s.many(asked)
		for i := range len(asked) / 2 {
			require.Equal(s, entries[i].Bounces, entries[len(asked)-1-i].Bounces, "one call saw half of an update")
		}
		for i, e := range entries[:len(pairs)] {
			require.Equal(s, e.Bounces, entries[len(asked)-len(pairs)+i].Bounces, "one call saw two moments")
		}
	}
	stop()
	require.NoError(s, writers.Wait())
}
