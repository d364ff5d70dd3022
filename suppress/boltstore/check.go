package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/nosend/nosend/suppress"
)

// Check reads the whole file and reports whatever in it doesn't fit together:
// rows that can't be decoded, entries against histories, tallies and due rows,
// dead letters against their hashes and counts, and bbolt's pages. It keeps updates waiting meanwhile.
// Its errors wrap suppress.ErrCorrupt; they can name addresses, so they are
// for a person to read and not for a log.
func (s *Store) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := s.db.Begin(true) // bbolt's own check must not meet a writer
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return suppress.ErrClosed
	} else if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	_, err = check(ctx, tx)
	return err
}

// check is Check within a transaction that no writer disturbs. It says what
// the file holds.
func check(ctx context.Context, tx *bolt.Tx) (Contents, error) {
	c := checker{tx: tx, rows: map[string]int64{}, tallies: map[string]int64{}}
	// bbolt checks its pages in a goroutine of its own, where a fault of memory
	// can't be caught; so every row is read and looked up here first.
	err := guarded(func() error { return c.all(ctx) })
	if _, known := errors.AsType[faults](err); err != nil && !known {
		c.faults = append(c.faults, err)
	}
	if len(c.faults) > 0 {
		return Contents{}, c.faults
	}
	return c.contents(), nil
}

// faults is all that is wrong with a file.
type faults []error

// Error implements error with a line for each.
func (f faults) Error() string { return errors.Join(f...).Error() }

// Unwrap lets errors.Is see each.
func (f faults) Unwrap() []error { return f }

// all fills the faults; its error ends the check.
func (c *checker) all(ctx context.Context) error {
	for _, check := range []func(context.Context) error{
		c.shapes, c.schema, c.buckets, c.meta, c.entries, c.history, c.dueRows, c.countTallies, c.changes, c.letters, c.hashes, c.pages,
	} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checker collects faults, up to a number that a person would read.
type checker struct {
	tx      *bolt.Tx
	rows    map[string]int64 // by bucket
	tallies map[string]int64 // recounted
	due     int              // entries that are due at some time
	faults  faults
}

const maxFaults = 100

func (c *checker) fault(format string, args ...any) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, fmt.Errorf("%w: %s", suppress.ErrCorrupt, fmt.Sprintf(format, args...)))
	}
}

// schema sees that the rows are of this layout.
func (c *checker) schema(context.Context) error { return checkSchema(c.tx) }

// buckets must be those of the layout and no others, for of others nobody has
// read the rows.
func (c *checker) buckets(context.Context) error {
	return c.tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if !slices.ContainsFunc(buckets(), func(known []byte) bool { return bytes.Equal(known, name) }) {
			c.fault("there is a bucket %q", name)
		}
		return nil
	})
}

// pages has bbolt check them. It can't stand what the other checks find.
func (c *checker) pages(context.Context) error {
	if len(c.faults) > 0 {
		return nil
	}
	for err := range c.tx.Check() {
		c.fault("%v", err)
	}
	return nil
}

// each calls visit with every row of a bucket that can be found by its key.
func (c *checker) each(ctx context.Context, bucket []byte, visit func(key, value []byte)) error {
	b := c.tx.Bucket(bucket)
	return b.ForEach(func(key, value []byte) error {
		if len(key) > bolt.MaxKeySize || !bytes.Equal(b.Get(key), value) {
			c.fault("a row of %s is not found by its key", bucket)
			return ctx.Err()
		}
		c.rows[string(bucket)]++
		visit(key, value)
		return ctx.Err()
	})
}

func (c *checker) meta(ctx context.Context) error {
	return c.each(ctx, bucketMeta, func(_, _ []byte) {})
}

// entries recounts them, and looks up what each must have elsewhere.
func (c *checker) entries(ctx context.Context) error {
	history, due := c.tx.Bucket(bucketHistory), c.tx.Bucket(bucketDue)
	return c.each(ctx, bucketEntries, func(key, value []byte) {
		var e suppress.Entry
		if err := e.UnmarshalBinary(value); err != nil {
			c.fault("entry %q: %v", key, err)
			return
		}
		c.tallies[string(tallyKey(e.Tally()))]++
		if history.Get(key) == nil {
			c.fault("entry %q has no history", key)
		}
		if end := e.Due(); !end.IsZero() {
			c.due++
			if due.Get(dueKey(end, string(key))) == nil {
				c.fault("entry %q has no row in due at %s", key, end)
			}
		}
	})
}

func (c *checker) history(ctx context.Context) error {
	entries := c.tx.Bucket(bucketEntries)
	return c.each(ctx, bucketHistory, func(key, value []byte) {
		var h suppress.History
		if err := h.UnmarshalBinary(value); err != nil {
			c.fault("history %q: %v", key, err)
		}
		if entries.Get(key) == nil {
			c.fault("history %q has no entry", key)
		}
	})
}

// dueRows: every entry that is due has its row, so a surplus of rows means that
// some belong to no entry.
func (c *checker) dueRows(ctx context.Context) error {
	err := c.each(ctx, bucketDue, func(_, _ []byte) {})
	if rows := int(c.rows[string(bucketDue)]); rows > c.due {
		c.fault("%d rows of due belong to no entry", rows-c.due)
	}
	return err
}

// countTallies compares the kept counts with those that entries made.
func (c *checker) countTallies(ctx context.Context) error {
	err := c.each(ctx, bucketTallies, func(key, value []byte) {
		if len(value) != 8 {
			c.fault("tally %q has %d bytes", key, len(value))
			return
		}
		have := int64(binary.BigEndian.Uint64(value))
		if want := c.tallies[string(key)]; have != want {
			c.fault("tally %q is %d, but %d entries count", key, have, want)
		}
		delete(c.tallies, string(key))
	})
	for key, want := range c.tallies {
		c.fault("tally %q is missing, but %d entries count", key, want)
	}
	return err
}

func (c *checker) changes(ctx context.Context) error {
	return c.each(ctx, bucketChanges, func(key, value []byte) {
		var change suppress.Change
		if err := change.UnmarshalBinary(value); err != nil {
			c.fault("change %x: %v", key, err)
		}
	})
}

// letters recounts them, and looks up their hashes.
func (c *checker) letters(ctx context.Context) error {
	have, hashes := suppress.LetterStats{}, c.tx.Bucket(bucketHashes)
	err := c.each(ctx, bucketLetters, func(key, value []byte) {
		var l suppress.DeadLetter
		if err := l.UnmarshalBinary(value); err != nil {
			c.fault("dead letter %x: %v", key, err)
		}
		have.Count++
		have.Bytes += int64(len(l.Body))
		if !bytes.Equal(hashes.Get(letterHash(&l)), key) {
			c.fault("dead letter %x is not found by its hash", key)
		}
	})
	if want := readLetterStats(c.tx); have.Count != want.Count || have.Bytes != want.Bytes {
		c.fault("the file counts %d dead letters of %d bytes, but has %d of %d", want.Count, want.Bytes, have.Count, have.Bytes)
	}
	return err
}

// hashes: every letter has its hash, so a hash is wrong only without a letter.
func (c *checker) hashes(ctx context.Context) error {
	letters := c.tx.Bucket(bucketLetters)
	return c.each(ctx, bucketHashes, func(key, number []byte) {
		if letters.Get(number) == nil {
			c.fault("hash %x belongs to no dead letter", key)
		}
	})
}
