package boltstore

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzCheckSize: whatever stands at the head of a file, looking at it doesn't
// panic, and a file is never found longer than it is.
func FuzzCheckSize(f *testing.F) {
	path := filepath.Join(f.TempDir(), "nosend.db")
	s, err := Open(path, Options{})
	require.NoError(f, err)
	require.NoError(f, s.Close())
	file, err := os.ReadFile(path)
	require.NoError(f, err)
	head := file[:2*os.Getpagesize()]
	f.Add(head, int64(len(file)))
	f.Add(head, int64(len(head)))
	f.Add([]byte{}, int64(0))
	f.Fuzz(func(t *testing.T, head []byte, size int64) {
		err := checkSize(bytes.NewReader(head), size)
		if size <= 0 {
			assert.Error(t, err)
		}
	})
}
