package boltstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// compactStep is how many bytes of rows Compact writes in one transaction,
// which are in memory meanwhile.
const compactStep = 64 << 20

// tryAgain is advice for work on a file that a server has open.
const tryAgain = "try again when it has ended"

// Compacted is what Compact did; sizes are in bytes.
type Compacted struct {
	Contents
	Before int64 // size of the file before; Contents.Bytes is that after
}

// Compact writes a database that no process has open anew, without the free
// space in it: bbolt's files never shrink by themselves. The new file takes the
// old one's place when it is whole, verified and on disk; until then there must
// be space for both. After an error the old file is as it was.
func Compact(ctx context.Context, path string) (Compacted, error) {
	c, err := compact(ctx, path)
	if err != nil {
		return c, fmt.Errorf("compact %s: %w", path, err)
	}
	return c, nil
}

func compact(ctx context.Context, path string) (c Compacted, err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil { // the link stays one
		return c, explainOpen(err)
	}
	old, err := verify(ctx, path, tryAgain)
	if err != nil {
		return c, err
	}
	c.Before = old.Bytes
	db, err := openFile(path, defaultMapSize) // which locks it
	if err != nil {
		return c, explainLocked(err, tryAgain)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	need, err := usedBytes(db)
	if err != nil {
		return c, err
	}
	r := replacement{path: path, temp: path + ".compacting"}
	c.Contents, err = r.run(ctx, func(temp string) error { return compactInto(temp, db) })
	return c, explainFile(err, need, path)
}

// usedBytes is how much of a file isn't free.
func usedBytes(db *bolt.DB) (used int64, err error) {
	err = db.View(func(tx *bolt.Tx) error {
		used = tx.Size() - int64(db.Stats().FreePageN*db.Info().PageSize)
		return nil
	})
	return used, err
}

// compactInto copies all rows. Nothing is synced on the way, nor is the file made
// larger ahead of what is written.
func compactInto(temp string, from *bolt.DB) error {
	return guarded(func() error {
		to, err := bolt.Open(temp, 0o600, &bolt.Options{NoSync: true, NoGrowSync: true, FreelistType: bolt.FreelistMapType})
		if err != nil {
			return err
		}
		return errors.Join(bolt.Compact(to, from, compactStep), to.Close())
	})
}
