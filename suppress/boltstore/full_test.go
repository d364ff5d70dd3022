package boltstore

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestMapSizeReached: updates are refused before the file outgrows its map,
// one by one and by a single large one.
func TestMapSizeReached(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	const mapSize = 32 << 20 // bbolt grows a file by 16 MiB
	s := openAt(t, path, Options{MapSize: mapSize})
	fill(t, s, 10)
	err := s.Update(t.Context(), bulk(-1, mapSize))
	require.EqualError(t, err, "the store is full: the database has grown to the greatest size that it may have")
	stored := 0
	for err = nil; err == nil; stored++ {
		err = s.Update(t.Context(), bulk(stored, 1<<20))
	}
	require.ErrorIs(t, err, suppress.ErrFull)
	assert.Greater(t, stored, 3)
	size, err := s.Size()
	require.NoError(t, err)
	assert.LessOrEqual(t, size, int64(mapSize))
	_, err = s.Entry(t.Context(), address(1))
	require.NoError(t, err, "reading goes on")
	require.NoError(t, s.Close())

	s = openAt(t, path, Options{})
	stats, err := s.LetterStats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, stored-1, stats.Count)
	require.NoError(t, s.Update(t.Context(), bulk(stored, 1<<20)), "a larger map has room again")
}
