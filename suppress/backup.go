package suppress

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Backup spools a copy of all that the store keeps, as it was at one moment,
// and returns it with the SHA-256 of its bytes. ErrNoBackup says that the store
// makes none, ErrBusy that as many spools as may be open at once are open.
func (l *List) Backup(ctx context.Context) (*Spool, []byte, error) {
	store, ok := l.Store.(Backuper)
	if !ok {
		return nil, nil, ErrNoBackup
	}
	spool, err := l.NewSpool()
	if err != nil {
		return nil, nil, fmt.Errorf("backup: %w", err)
	}
	sum := sha256.New()
	if err := spool.copyOf(ctx, store, sum); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("backup: %w", err), spool.Close())
	}
	return spool, sum.Sum(nil), nil
}

// copyOf fills the spool from a store, and a sum with the same bytes.
func (s *Spool) copyOf(ctx context.Context, store Backuper, sum hash.Hash) error {
	if err := store.Backup(ctx, io.MultiWriter(s, sum)); err != nil {
		return err
	}
	return s.Rewind()
}
