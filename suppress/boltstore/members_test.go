package boltstore

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

func benchKey(i int) string { return fmt.Sprintf("d%d.example\x00user%d", i%50, i) }

// TestMembers: none that was added is denied, and few others pass.
func TestMembers(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 100_000} {
		m := newMembers(n)
		for i := range n {
			m.add([]byte(benchKey(i)))
		}
		assert.False(t, m.full())
		for i := range n {
			require.True(t, m.mayHold(benchKey(i)), i)
		}
		passed := 0
		for i := range 100_000 {
			if m.mayHold(benchKey(n + i)) {
				passed++
			}
		}
		assert.Less(t, passed, 500, "of 100,000 strangers")
	}
}

func TestMembersFull(t *testing.T) {
	m := newMembers(2)
	for i, want := range []bool{false, false, true} {
		m.add([]byte(benchKey(i)))
		assert.Equal(t, want, m.full())
	}
}

func BenchmarkMembers(b *testing.B) {
	m := newMembers(1_000_000)
	for i := range 1_000_000 {
		m.add([]byte(benchKey(i)))
	}
	key := benchKey(2_000_000)
	for b.Loop() {
		m.mayHold(key)
	}
}

// TestMembersGrow: a filter that is full is replaced by one that knows all,
// also what a reopened store kept.
func TestMembersGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	s, err := Open(path, Options{})
	require.NoError(t, err)
	s.members.Store(newMembers(10))
	for i := range 20 {
		put(t, s, i)
	}
	assert.Equal(t, 2*11+spareMembers, s.members.Load().capacity, "made when the eleventh came")
	require.NoError(t, s.Close())
	s, err = Open(path, Options{})
	require.NoError(t, err)
	for i := range 20 {
		_, err := s.Entry(t.Context(), member(t, i))
		require.NoError(t, err, i)
	}
	assert.Equal(t, 20, s.members.Load().added)
	require.NoError(t, s.Close())
	_, err = s.Entry(t.Context(), member(t, 1_000_000))
	assert.ErrorIs(t, err, suppress.ErrClosed, "a stranger of a closed store isn't known to be one")
}

func member(t *testing.T, i int) suppress.Address {
	a, err := suppress.ParseAddress(fmt.Sprintf("user%d@example.com", i))
	require.NoError(t, err)
	return a
}

func put(t *testing.T, s *Store, i int) {
	row := &suppress.Row{Entry: suppress.Entry{Address: member(t, i)}}
	require.NoError(t, s.Update(t.Context(), suppress.Update{Addresses: []suppress.Address{member(t, i)},
		Apply: func([]*suppress.Row) (suppress.Write, error) {
			return suppress.Write{Rows: []*suppress.Row{row}}, nil
		}}))
}
