package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// pageSize is that of the files that these tests make.
var pageSize = os.Getpagesize()

// healthyFile is the bytes of a file with rows on many pages, as many as are
// in use.
func healthyFile(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s := openAt(t, path, Options{})
	fill(t, s, 60)
	require.NoError(t, s.Update(t.Context(), bulk(1, 10_000)))
	var used int64
	require.NoError(t, s.view(t.Context(), func(tx *bolt.Tx) error { used = tx.Size(); return nil }))
	require.NoError(t, s.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Greater(t, int64(len(data)), used, "the file has space to grow into")
	return data[:used]
}

// TestTruncated: reading past the end of a file that was cut short would kill
// the process.
func TestTruncated(t *testing.T) {
	data := healthyFile(t)
	path := filepath.Join(t.TempDir(), "nosend.db")
	for _, length := range []int{1, 79, 80, pageSize, 2*pageSize - 1, 2 * pageSize, 3 * pageSize,
		len(data) / 3, len(data) / 2, len(data) - pageSize, len(data) - 1} {
		require.NoError(t, os.WriteFile(path, data[:length], 0o600))
		_, err := Open(path, Options{})
		switch {
		case length < metaOffset+metaSize:
			require.ErrorContains(t, err, "it is not a nosend database, or its head is damaged")
		case length < pageSize+metaOffset+metaSize: // one meta page is left; the older one may know of fewer pages
			require.ErrorContains(t, err, fmt.Sprintf("it was cut short: it has %d bytes and should have at least", length))
		default:
			require.EqualError(t, err, fmt.Sprintf("open database %s: it was cut short: it has %d bytes and should have at least %d; restore a backup",
				path, length, len(data)))
		}
	}
	require.NoError(t, os.WriteFile(path, data, 0o600))
	s := openAt(t, path, Options{})
	fill(t, s, 100)
}

// TestOneMetaPageDamaged: bbolt writes them in turn, so that one is always
// whole; the other one serves.
func TestOneMetaPageDamaged(t *testing.T) {
	for page := range 2 {
		data := healthyFile(t)
		clear(data[page*pageSize+metaOffset:][:metaSize])
		path := filepath.Join(t.TempDir(), "nosend.db")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		fill(t, openAt(t, path, Options{}), 100)
	}
}

// TestDamagedPages damages one page after the other, in several ways. Opening,
// reading, writing and checking must neither panic nor die, and a file that
// can't be read through must not pass the check.
func TestDamagedPages(t *testing.T) {
	data := healthyFile(t)
	for name, damage := range map[string]func(page []byte){
		"zeros":           func(page []byte) { clear(page) },
		"ones":            func(page []byte) { copy(page, bytes.Repeat([]byte{0xFF}, len(page))) },
		"ones behind":     func(page []byte) { copy(page[16:], bytes.Repeat([]byte{0xFF}, len(page)-16)) },
		"too many items":  func(page []byte) { binary.LittleEndian.PutUint16(page[10:], 0xFFF0) },
		"beyond the file": func(page []byte) { binary.LittleEndian.PutUint64(page[24:], 1<<22) },
		"other kind":      func(page []byte) { page[8] ^= 3 },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nosend.db")
			found := 0
			for start := 2 * pageSize; start < len(data); start += pageSize {
				damaged := bytes.Clone(data)
				damage(damaged[start:][:pageSize])
				require.NoError(t, os.WriteFile(path, damaged, 0o600))
				if err := useDamaged(t, path); err != nil {
					found++
				}
			}
			assert.Greater(t, found, len(data)/pageSize/4, "the damage must be noticed on the pages in use")
		})
	}
}

// useDamaged does all that can be done with a file, and returns the first
// error.
func useDamaged(t *testing.T, path string) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // the file is damaged
	seen := 0
	scanErr := s.Scan(t.Context(), suppress.Range{}, func(suppress.Entry) error { seen++; return nil })
	_, rowErr := s.Row(t.Context(), address(30))
	updateErr := s.Update(t.Context(), storing(address(20), address(30), address(900)))
	checkErr := s.Check(t.Context())
	for _, err := range []error{scanErr, rowErr, updateErr} {
		// bbolt has no checksums, so a damaged key can look like a missing one.
		if err != nil && !errors.Is(err, suppress.ErrNotFound) {
			assert.ErrorIs(t, err, suppress.ErrCorrupt)
		}
	}
	if scanErr != nil {
		assert.ErrorIs(t, checkErr, suppress.ErrCorrupt, "what can't be scanned must not pass the check")
		return scanErr
	}
	return checkErr
}

// TestDamagedRow: a row that can't be decoded fails the updates of its address
// and no others, also where they share a commit.
func TestDamagedRow(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "nosend.db"), Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	fill(t, s, 3)
	require.NoError(t, s.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketHistory).Put([]byte(address(1).Key()), []byte{99})
	}))
	release := blockWriter(t, s)
	requests := []*request{enqueued(t, s, storing(address(0))), enqueued(t, s, storing(address(1))), enqueued(t, s, storing(address(2)))}
	release()
	for i, r := range requests {
		<-r.done
		if i == 1 {
			assert.ErrorIs(t, r.err, suppress.ErrCorrupt)
		} else {
			assert.NoError(t, r.err)
		}
	}
	assert.ErrorIs(t, s.Check(context.Background()), suppress.ErrCorrupt)
}
