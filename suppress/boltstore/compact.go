package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// compactStep is how many bytes of rows Compact writes in one transaction,
// which are in memory meanwhile.
const compactStep = 64 << 20

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
	if c.Before, err = inspectPath(path); err != nil {
		return c, err
	}
	db, err := openFile(path, defaultMapSize) // which locks it
	if err != nil {
		return c, explainLocked(err, "try again when it has ended")
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	need, err := checkOpen(ctx, db)
	if err != nil {
		return c, err
	}
	r := replacement{path: path, temp: path + ".compacting"}
	c.Contents, err = r.run(ctx, func(temp string) error { return compactInto(temp, db) })
	return c, explainFile(err, need, path)
}

func inspectPath(path string) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, explainOpen(err)
	}
	defer f.Close()
	return inspectUsed(f)
}

// checkOpen checks a database, and says how many bytes of it are in use.
func checkOpen(ctx context.Context, db *bolt.DB) (used int64, err error) {
	err = guarded(func() error {
		return db.View(func(tx *bolt.Tx) error {
			used = tx.Size() - int64(db.Stats().FreePageN*db.Info().PageSize)
			_, err := check(ctx, tx)
			return err
		})
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
