package boltstore

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// Scan implements suppress.Store. It holds a read transaction, so pages that
// are freed meanwhile can't be used again before it ends.
func (s *Store) Scan(ctx context.Context, r suppress.Range, visit func(suppress.Entry) error) error {
	start, prefix := bounds(r)
	return s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketEntries).Cursor()
		for key, value := c.Seek(start); key != nil && bytes.HasPrefix(key, prefix); key, value = c.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			a, err := suppress.AddressFromKey(string(key))
			if err != nil {
				return fmt.Errorf("%w: %w", suppress.ErrCorrupt, err)
			}
			e := suppress.Entry{Address: a}
			if err := e.UnmarshalBinary(value); err != nil {
				return err
			}
			if err := visit(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// bounds are where a range starts, and what all its keys begin with.
func bounds(r suppress.Range) (start, prefix []byte) {
	if r.Domain != "" {
		prefix = append([]byte(r.Domain), 0)
	}
	if r.After == "" {
		return prefix, prefix
	}
	start = append([]byte(r.After), 0) // the least key above it
	if bytes.Compare(start, prefix) < 0 {
		start = prefix
	}
	return start, prefix
}
