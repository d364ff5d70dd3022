package boltstore

import (
	"hash/maphash"
	"sync/atomic"
)

// members answers "is this key surely not in the database?" without touching
// the database, for most addresses that are asked about never bounced. It is a
// split-block Bloom filter (Putze, Sanders, Singler: "Cache-, Hash- and
// Space-Efficient Bloom Filters", 2007): each key sets one bit in each of the
// eight words of one block, which fills one half of a cache line. It never
// denies a key that was added; about one in a thousand others passes while it
// holds no more keys than it was made for.
//
// Any number may add and ask at the same time.
type members struct {
	seed     maphash.Seed
	blocks   [][8]uint32
	added    atomic.Int64 // keys, some of them twice
	capacity int64
}

// keysPerBlock gives each key 16 bits.
const keysPerBlock = 16

// newMembers makes an empty filter for a number of keys.
func newMembers(capacity int) *members {
	return &members{seed: maphash.MakeSeed(), blocks: make([][8]uint32, capacity/keysPerBlock+1), capacity: int64(capacity)}
}

// salts are odd numbers that spread one hash over eight words (those of
// Apache Parquet, "Bloom Filter", section "Technical Approach").
func salts() [8]uint32 {
	return [8]uint32{0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31}
}

// locate returns the block of a key, and its hash within it.
func (m *members) locate(hash uint64) (*[8]uint32, uint32) {
	return &m.blocks[(hash>>32)*uint64(len(m.blocks))>>32], uint32(hash)
}

// add adds a key. Whoever sees what was stored after it sees the key.
func (m *members) add(key []byte) {
	block, low := m.locate(maphash.Bytes(m.seed, key))
	for i, salt := range salts() {
		atomic.OrUint32(&block[i], 1<<(low*salt>>27))
	}
	m.added.Add(1)
}

// mayHold reports false only if the key was never added.
func (m *members) mayHold(key string) bool {
	block, low := m.locate(maphash.String(m.seed, key))
	for i, salt := range salts() {
		if atomic.LoadUint32(&block[i])&(1<<(low*salt>>27)) == 0 {
			return false
		}
	}
	return true
}

// full reports whether it holds more keys than it was made for.
func (m *members) full() bool { return m.added.Load() > m.capacity }
