package boltstore

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
