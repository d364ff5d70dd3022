package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/nosend/nosend/suppress"
)

// Store is a suppress.Store in one bbolt file. [Open] makes one.
type Store struct {
	db      *bolt.DB
	path    string
	options Options
	queue   chan *request
	written chan struct{} // closed when the writer has ended
	broken  error         // of a failed commit; only the writer uses it

	closing sync.RWMutex // guards the queue against sends after its close
	closed  atomic.Bool

	strangers strangers
}

var _ suppress.Store = (*Store)(nil)

// view runs a read transaction. A damaged page is an error.
func (s *Store) view(ctx context.Context, read func(*bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := guarded(func() error { return s.db.View(read) })
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return suppress.ErrClosed
	}
	return err
}

// Row implements suppress.Store.
func (s *Store) Row(ctx context.Context, a suppress.Address) (out suppress.Row, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		row, err := readRow(tx, a)
		if err != nil {
			return err
		}
		if row == nil {
			return suppress.ErrNotFound
		}
		out = *row
		return nil
	})
	return out, err
}

// readRow returns nil for an address without a row.
func readRow(tx *bolt.Tx, a suppress.Address) (*suppress.Row, error) {
	key := []byte(a.Key())
	value := tx.Bucket(bucketEntries).Get(key)
	if value == nil {
		return nil, nil
	}
	row := &suppress.Row{Entry: suppress.Entry{Address: a}}
	if err := row.Entry.UnmarshalBinary(value); err != nil {
		return nil, err
	}
	return row, row.History.UnmarshalBinary(tx.Bucket(bucketHistory).Get(key))
}

// Due implements suppress.Store.
func (s *Store) Due(ctx context.Context, before time.Time, limit int) (out []suppress.Address, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketDue).Cursor()
		for key, _ := c.First(); key != nil && len(out) < limit; key, _ = c.Next() {
			if int64(binary.BigEndian.Uint64(key)) > before.UnixMicro() {
				return nil
			}
			a, err := suppress.AddressFromKey(string(key[8:]))
			if err != nil {
				return fmt.Errorf("%w: %w", suppress.ErrCorrupt, err)
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// Tallies implements suppress.Store.
func (s *Store) Tallies(ctx context.Context) (out map[suppress.Tally]int64, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) (err error) {
		out, err = tallies(tx)
		return err
	})
	return out, err
}

func tallies(tx *bolt.Tx) (map[suppress.Tally]int64, error) {
	out := map[suppress.Tally]int64{}
	err := tx.Bucket(bucketTallies).ForEach(func(key, value []byte) error {
		parts := strings.SplitN(string(key), "\x00", 3)
		if len(parts) != 3 || len(value) != 8 {
			return fmt.Errorf("tally %q: %w", key, suppress.ErrCorrupt)
		}
		t := suppress.Tally{Standing: suppress.Standing(parts[0]), Class: suppress.Class(parts[1]), Category: suppress.Category(parts[2])}
		out[t] = int64(binary.BigEndian.Uint64(value))
		return nil
	})
	return out, err
}

// Changes implements suppress.Store.
func (s *Store) Changes(ctx context.Context, after uint64, limit int) (out []suppress.Change, err error) {
	err = s.log(ctx, bucketChanges, after, limit, func(number uint64, value []byte) error {
		out = append(out, suppress.Change{Number: number})
		return out[len(out)-1].UnmarshalBinary(value)
	})
	return out, err
}

// log reads rows of a numbered bucket.
func (s *Store) log(ctx context.Context, bucket []byte, after uint64, limit int, read func(uint64, []byte) error) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		if after == math.MaxUint64 {
			return nil // nothing is above
		}
		c := tx.Bucket(bucket).Cursor()
		key, value := c.Seek(numberKey(after + 1))
		for n := 0; key != nil && n < limit; n++ {
			if err := read(binary.BigEndian.Uint64(key), value); err != nil {
				return err
			}
			key, value = c.Next()
		}
		return nil
	})
}

// Size returns the size of the file in bytes.
func (s *Store) Size() (int64, error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Close implements suppress.Store.
func (s *Store) Close() error {
	s.closing.Lock()
	if !s.closed.Swap(true) {
		close(s.queue)
	}
	s.closing.Unlock()
	s.strangers.stop()
	<-s.written
	s.strangers.work.Wait()
	return s.db.Close()
}
