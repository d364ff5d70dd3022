package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

func member(t testing.TB, i int) suppress.Address {
	a, err := suppress.ParseAddress(fmt.Sprintf("user%d@example.com", i))
	require.NoError(t, err)
	return a
}

// members stores entries, all at once.
func putMembers(t testing.TB, s *Store, from, to int) {
	var who []suppress.Address
	var rows []*suppress.Row
	for i := from; i < to; i++ {
		who, rows = append(who, member(t, i)), append(rows, &suppress.Row{Entry: suppress.Entry{Address: member(t, i)}})
	}
	require.NoError(t, s.Update(t.Context(), suppress.Update{Addresses: who, Apply: func([]*suppress.Row) (suppress.Write, error) {
		return suppress.Write{Rows: rows}, nil
	}}))
}

// TestStrangersGrow: a filter that is full is replaced by one that knows all;
// so does that of a store that was opened again.
func TestStrangersGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s := openAt(t, path, Options{})
	s.strangers.work.Wait()
	small := newMembers(10)
	s.strangers.known.Store(small)
	s.strangers.coming = small
	for i := range 20 {
		putMembers(t, s, i, i+1)
	}
	s.strangers.work.Wait()
	assert.NotSame(t, small, s.strangers.known.Load())
	assert.False(t, s.strangers.known.Load().full())
	require.NoError(t, s.Close())
	s = openAt(t, path, Options{})
	s.strangers.work.Wait()
	for i := range 20 {
		require.False(t, s.isStranger(member(t, i).Key()), i)
	}
	assert.EqualValues(t, 20, s.strangers.known.Load().added.Load())
}

// TestStrangersOfAClosedStore are not known to be any.
func TestStrangersOfAClosedStore(t *testing.T) {
	s := openNew(t)
	s.strangers.work.Wait()
	require.NoError(t, s.Close())
	_, err := s.Entry(t.Context(), member(t, 1))
	assert.ErrorIs(t, err, suppress.ErrClosed)
}

// TestStrangersLearnBesideWrites: what is committed while the keys are read is
// known too, and so is what was there.
func TestStrangersLearnBesideWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s := openAt(t, path, Options{})
	putMembers(t, s, 0, 40_000) // more than are read in one transaction
	require.NoError(t, s.Close())
	s = openAt(t, path, Options{})
	var writers errgroup.Group
	for w := range 4 {
		writers.Go(func() error {
			for i := range 10 {
				from := 40_000 + (w*10+i)*20
				putMembers(t, s, from, from+20)
			}
			return nil
		})
	}
	require.NoError(t, writers.Wait())
	s.strangers.work.Wait()
	require.NotNil(t, s.strangers.known.Load())
	for i := range 40_800 {
		require.False(t, s.isStranger(member(t, i).Key()), i)
	}
}

// TestStrangersBeforeTheCommit: who can see a commit must not be told by the
// filter that there was none.
func TestStrangersBeforeTheCommit(t *testing.T) {
	var s *Store
	n := 0
	s = openAt(t, filepath.Join(t.TempDir(), "nosend.db"), Options{OnCommit: func(time.Duration, int) {
		_, err := s.Entry(t.Context(), member(t, n))
		assert.NoError(t, err)
		n++
	}})
	s.strangers.work.Wait()
	for i := range 5 {
		putMembers(t, s, i, i+1)
	}
}

// TestStrangersOfADamagedFile: where the keys can't all be read there is no
// filter, and no sound row is taken for a stranger.
func TestStrangersOfADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s, err := Open(path, Options{})
	require.NoError(t, err)
	const entries = 3000
	putMembers(t, s, 0, entries)
	require.NoError(t, s.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	unread := 0
	for start := 2 * pageSize; start < len(data) && unread < 5; start += pageSize {
		damaged := bytes.Clone(data)
		binary.LittleEndian.PutUint16(damaged[start+10:], 0xFFF0) // too many items on the page
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		s, err := Open(path, Options{})
		if err != nil {
			continue
		}
		s.strangers.work.Wait()
		if s.strangers.known.Load() == nil {
			unread++
		}
		for i := 0; i < entries; i += 30 {
			if _, err := s.Entry(t.Context(), member(t, i)); errors.Is(err, suppress.ErrNotFound) {
				s.strangers.known.Store(nil)
				_, err := s.Entry(t.Context(), member(t, i))
				require.ErrorIs(t, err, suppress.ErrNotFound, "page %d: the filter hides a row, or a fault", start/pageSize)
			}
		}
		_ = s.Close()
	}
	assert.NotZero(t, unread, "no page of the entries was damaged")
}
