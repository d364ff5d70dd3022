package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/nosend/nosend/suppress"
)

// Contents says what a database file holds.
type Contents struct {
	Bytes    int64                    // size of the file
	Entries  int64                    // addresses that the list knows
	Tallies  map[suppress.Tally]int64 // of the entries
	History  int64                    // addresses whose evidence is kept
	Due      int64                    // entries that change by themselves at some time
	Changes  int64                    // rows of the feed
	Letters  int64                    // dead letters
	Checksum bool                     // it is a backup, and its checksum is right
}

// contents is what a check that found no fault has counted.
func (c *checker) contents() Contents {
	rows := func(bucket []byte) int64 { return c.rows[string(bucket)] }
	out := Contents{
		Entries: rows(bucketEntries), History: rows(bucketHistory), Due: rows(bucketDue),
		Changes: rows(bucketChanges), Letters: rows(bucketLetters),
	}
	out.Tallies, _ = tallies(c.tx) // they were read a moment ago
	return out
}

// Verify reads a whole file that no other process has open for writing, a
// backup or a database, and says what it holds. It reports all faults that it
// finds, up to 100, a line for each; they wrap suppress.ErrCorrupt, and can name
// addresses, so they are for a person to read and not for a log. The file isn't
// changed.
func Verify(ctx context.Context, path string) (Contents, error) {
	c, err := verify(ctx, path, "verify a copy, which nosend backup makes")
	if all, ok := errors.AsType[faults](err); ok {
		var out []error
		for _, fault := range all {
			out = append(out, fmt.Errorf("%s: %w", path, fault))
		}
		return Contents{}, errors.Join(out...)
	}
	if err != nil {
		return Contents{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// verify is Verify, with advice for a file that a server has open.
func verify(ctx context.Context, path, advice string) (c Contents, err error) {
	if err := isFile(path); err != nil { // opening a pipe would wait for its other end
		return c, err
	}
	f, err := os.Open(path)
	if err != nil {
		return c, explainOpen(err)
	}
	defer f.Close()
	size, err := inspectUsed(f)
	if err != nil {
		return c, err
	}
	sealed, err := checkSeal(ctx, f)
	if err != nil {
		return c, err
	}
	if c, err = verifyRows(ctx, path, advice); err != nil {
		return c, err
	}
	c.Bytes, c.Checksum = size, sealed
	return c, nil
}

// inspectUsed is inspect for a file that must be there and hold something.
func inspectUsed(f *os.File) (size int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() == 0 {
		return 0, errors.New("it is empty; name another file")
	}
	return info.Size(), checkSize(f, info.Size())
}

// isFile refuses pipes, devices and folders. What isn't there is for others to
// complain about.
func isFile(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errors.New("it is not a regular file; name one")
	}
	return nil
}

// verifyRows opens the file for reading only, so that others may read it, too.
func verifyRows(ctx context.Context, path, advice string) (c Contents, err error) {
	var db *bolt.DB
	err = guarded(func() (err error) {
		db, err = bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: time.Nanosecond, PreLoadFreelist: true, FreelistType: bolt.FreelistMapType})
		return err
	})
	if err != nil {
		return c, explainLocked(err, advice)
	}
	defer db.Close()
	err = guarded(func() error {
		return db.View(func(tx *bolt.Tx) error {
			c, err = check(ctx, tx)
			return err
		})
	})
	return c, err
}

// explainLocked is explainOpen for what works on files without a server.
func explainLocked(err error, advice string) error {
	if errors.Is(err, berrors.ErrTimeout) {
		return fmt.Errorf("another process has it open; stop that first, or %s", advice)
	}
	return explainOpen(err)
}
