package classify

import "math/bits"

// bitset is a set of small numbers.
type bitset []uint64

// reset empties the set and makes room for the numbers below n.
func (b *bitset) reset(n int) {
	words := (n + 63) / 64
	if len(*b) < words {
		*b = make(bitset, words)
		return
	}
	clear(*b)
}

func (b bitset) set(n int32)      { b[n>>6] |= 1 << (n & 63) }
func (b bitset) has(n int32) bool { return b[n>>6]&(1<<(n&63)) != 0 }

// next returns the least number in the set from n on, or -1.
func (b bitset) next(n int) int {
	for i := n >> 6; i < len(b); i++ {
		word := b[i]
		if i == n>>6 {
			word &= ^uint64(0) << (n & 63)
		}
		if word != 0 {
			return i<<6 + bits.TrailingZeros64(word)
		}
	}
	return -1
}
