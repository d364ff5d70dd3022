package suppress_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// TestCountNeedsAPlace among the exports, if it reads entries; the kept counts
// are there at any time.
func TestCountNeedsAPlace(t *testing.T) {
	l := mixed(t)
	reads, kept := suppress.Filter{Query: "user"}, suppress.Filter{Classes: []suppress.Class{"hard"}}
	want, err := l.Count(t.Context(), reads)
	require.NoError(t, err)
	one, err := l.NewSpool()
	require.NoError(t, err)
	n, err := l.Count(t.Context(), reads)
	require.NoError(t, err, "one place is free")
	assert.Equal(t, want, n)
	two, err := l.NewSpool()
	require.NoError(t, err)
	n, err = l.Count(t.Context(), reads)
	assert.ErrorIs(t, err, suppress.ErrBusy)
	assert.Zero(t, n)
	_, err = l.Count(t.Context(), kept)
	assert.NoError(t, err)
	require.NoError(t, one.Close())
	for range 3 {
		_, err = l.Count(t.Context(), reads)
		require.NoError(t, err, "a place is free again")
	}
	require.NoError(t, two.Close())
}

// TestCountTakesAPlace as long as it reads.
func TestCountTakesAPlace(t *testing.T) {
	l := mixed(t)
	one, err := l.NewSpool()
	require.NoError(t, err)
	defer one.Close()
	scans := 0
	l.Store = &spied{Store: l.Store, scan: func() {
		scans++
		_, err := l.NewSpool()
		assert.ErrorIs(t, err, suppress.ErrBusy)
	}}
	_, err = l.Count(t.Context(), suppress.Filter{Query: "user"})
	require.NoError(t, err)
	assert.Equal(t, 1, scans)
}

// TestBrokenCount is no count, and frees its place.
func TestBrokenCount(t *testing.T) {
	l := newList(t, suppress.Config{Store: unscannable{storetest.NewMemory()}})
	for range 5 {
		n, err := l.Count(t.Context(), suppress.Filter{Query: "user"})
		require.ErrorIs(t, err, errFault)
		require.Zero(t, n)
	}
}
