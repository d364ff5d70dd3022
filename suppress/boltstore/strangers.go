package boltstore

import (
	"context"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

const (
	// spareMembers is how many keys a filter has room for beyond twice those
	// that are there.
	spareMembers = 100_000
	// learnPart is how many keys are read in one transaction.
	learnPart = 5_000
)

// strangers knows who is surely not in the database. What it knows is learnt
// beside the work: reading all keys of a large file that is not in memory takes
// a minute, and look-ups go to the database meanwhile.
type strangers struct {
	known  atomic.Pointer[members] // of all keys; nil: not known yet, ask the database
	coming *members                // is being learnt; nil: nothing is. Only the writer uses it
	failed atomic.Bool             // the keys can't be read: ask the database for good
	ctx    context.Context
	stop   context.CancelFunc
	work   sync.WaitGroup
}

// learn begins to make a filter with room for twice some keys. It is called by
// the writer, or before the writer begins: from then on admit adds to it what
// is committed, while all that was committed before is read. So none is missed.
func (s *Store) learn(keys int64) {
	m := newMembers(int(2*keys) + spareMembers)
	s.strangers.coming = m
	s.strangers.work.Go(func() {
		if err := s.readKeys(s.strangers.ctx, m); err != nil {
			s.strangers.failed.Store(true)
			return
		}
		s.strangers.known.Store(m)
	})
}

// readKeys adds all keys, in transactions that are short, for pages can't be
// used again while one runs.
func (s *Store) readKeys(ctx context.Context, m *members) error {
	for last, more := []byte(nil), true; more; {
		err := s.view(ctx, func(tx *bolt.Tx) error {
			c := tx.Bucket(bucketEntries).Cursor()
			key, _ := c.Seek(last)
			for n := 0; key != nil && n < learnPart && ctx.Err() == nil; n++ {
				m.add(key)
				last = append(append(last[:0], key...), 0) // the least key above it
				key, _ = c.Next()
			}
			more = key != nil
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// admit adds keys that are about to be committed, before a look-up can see
// them. Only the writer calls it.
func (s *Store) admit(keys [][]byte) {
	known, coming := s.strangers.known.Load(), s.strangers.coming
	for _, key := range keys {
		if known != nil {
			known.add(key)
		}
		if coming != nil && coming != known {
			coming.add(key)
		}
	}
}

// guess is about how many keys there are, without reading them. The tallies
// know it; if they are damaged, the size of the file bounds the guess, and a
// filter that is too small is replaced by the first commit.
func (s *Store) guess() (keys int64) {
	const smallest = 64 // bytes that an entry takes at least
	tallies, err := s.Tallies(context.Background())
	size, sizeErr := s.Size()
	if err != nil || sizeErr != nil {
		return 0
	}
	for _, n := range tallies {
		keys += n
	}
	return max(0, min(keys, size/smallest))
}

// grow begins to make a larger filter when this one is full. Only the writer
// calls it.
func (s *Store) grow() {
	m := s.strangers.known.Load()
	if m == nil || s.strangers.failed.Load() {
		return
	}
	if m == s.strangers.coming {
		s.strangers.coming = nil
	}
	if m.full() && s.strangers.coming == nil {
		s.learn(m.added.Load())
	}
}

// isStranger reports that there is surely no entry with a key.
func (s *Store) isStranger(key string) bool {
	m := s.strangers.known.Load()
	return m != nil && !m.mayHold(key)
}

// usable returns ErrClosed after Close.
func (s *Store) usable() error {
	if s.closed.Load() {
		return suppress.ErrClosed
	}
	return nil
}
