package boltstore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

var _ suppress.Backuper = (*Store)(nil)

// Backup implements suppress.Backuper: it writes a database file, with a
// checksum behind its last page that [Verify] and [Restore] look at. It holds a
// read transaction, so it stops nobody from writing, but pages that are freed
// meanwhile can't be used again before it ends.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		sum := sha256.New()
		out := heeding{ctx, w}
		n, err := tx.WriteTo(io.MultiWriter(out, sum))
		if ctx.Err() != nil { // bbolt wraps some errors as text only
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
		end := seal{tx: uint64(tx.ID()), length: n}
		sum.Sum(end.sum[:0])
		_, err = out.Write(end.bytes())
		return err
	})
}
