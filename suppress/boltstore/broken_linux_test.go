package boltstore

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestFailedWriteStopsTheStore: when the system fails to write, nothing is
// acknowledged any more, not even what looks like a duplicate, until the file
// was opened again. The fault is made by putting a descriptor that can't write
// in the place of the file's.
func TestFailedWriteStopsTheStore(t *testing.T) {
	s := openNew(t)
	fill(t, s, 3)
	fd := descriptorOf(t, s.path)
	spare, err := syscall.Dup(fd)
	require.NoError(t, err)
	readOnly, err := os.Open(s.path)
	require.NoError(t, err)
	defer readOnly.Close()
	require.NoError(t, syscall.Dup3(int(readOnly.Fd()), fd, 0))

	err = s.Update(t.Context(), bulk(1, 10))
	require.ErrorContains(t, err, "commit to the database: ")
	require.NotErrorIs(t, err, suppress.ErrFull)
	require.NoError(t, syscall.Dup3(spare, fd, 0))
	err = s.Update(t.Context(), bulk(1, 10))
	require.ErrorContains(t, err, "nothing more is written until nosend is started again")
	_, err = s.Entry(t.Context(), address(1))
	require.NoError(t, err, "reading goes on")

	path := s.path
	require.NoError(t, s.Close())
	require.NoError(t, syscall.Close(spare)) // it holds the lock too
	again := openAt(t, path, Options{})
	require.NoError(t, again.Update(t.Context(), bulk(1, 10)))
	stats, err := again.LetterStats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, stats.Count)
}

// descriptorOf finds the number of the open file.
func descriptorOf(t *testing.T, path string) int {
	names, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	want, err := filepath.EvalSymlinks(path)
	require.NoError(t, err)
	for _, name := range names {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", name.Name())); err == nil && target == want {
			fd, err := strconv.Atoi(name.Name())
			require.NoError(t, err)
			return fd
		}
	}
	t.Fatal("the file is not open")
	return 0
}
