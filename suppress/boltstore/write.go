package boltstore

import (
	"encoding/binary"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// writer makes the changes of several updates in one transaction.
type writer struct {
	tx    *bolt.Tx
	dirty bool     // something was written
	added [][]byte // keys of new rows
}

// counted is what the tallies and due know of a row. It is taken before Apply
// runs, which may change the row in place.
type counted struct {
	exists bool
	tally  suppress.Tally
	due    time.Time
}

// apply runs one request. It returns an error only for faults of the database
// that concern all; the request's own goes into r.err.
func (w *writer) apply(r *request) error {
	rows, before, err := w.read(&r.update)
	if err != nil {
		r.err = err
		return nil
	}
	change, err := r.update.Apply(rows)
	if err != nil {
		r.err = err
		return nil
	}
	return guarded(func() error {
		for i, row := range change.Rows {
			if row == nil {
				continue
			}
			if err := w.row(r.update.Addresses[i].Key(), row, &before[i]); err != nil {
				return err
			}
		}
		if err := w.settle(r.update.Letter, change.Letters); err != nil {
			return err
		}
		return w.logs(&change)
	})
}

// read reads the rows of an update, and what is counted of them. It sees that
// the letter is there that the update settles.
func (w *writer) read(u *suppress.Update) ([]*suppress.Row, []counted, error) {
	rows, before := make([]*suppress.Row, len(u.Addresses)), make([]counted, len(u.Addresses))
	err := guarded(func() error {
		if u.Letter != 0 && w.tx.Bucket(bucketLetters).Get(numberKey(u.Letter)) == nil {
			return suppress.ErrNotFound
		}
		for i, a := range u.Addresses {
			row, err := readRow(w.tx, a)
			if err != nil {
				return err
			}
			if rows[i] = row; row != nil {
				before[i] = counted{exists: true, tally: row.Entry.Tally(), due: row.Entry.Due()}
			}
		}
		return nil
	})
	return rows, before, err
}

// row writes one address, and keeps tallies and due rows in step.
func (w *writer) row(key string, row *suppress.Row, before *counted) error {
	w.dirty = true
	entry, err := row.Entry.MarshalBinary()
	if err != nil {
		return err
	}
	history, err := row.History.MarshalBinary()
	if err != nil {
		return err
	}
	if err := w.tx.Bucket(bucketEntries).Put([]byte(key), entry); err != nil {
		return err
	}
	if err := w.tx.Bucket(bucketHistory).Put([]byte(key), history); err != nil {
		return err
	}
	if !before.exists {
		w.added = append(w.added, []byte(key))
	} else if err := w.count(before.tally, -1); err != nil {
		return err
	}
	if err := w.count(row.Entry.Tally(), 1); err != nil {
		return err
	}
	return w.due(key, before.due, row.Entry.Due())
}

func (w *writer) due(key string, before, after time.Time) error {
	if before.Equal(after) {
		return nil
	}
	due := w.tx.Bucket(bucketDue)
	if !before.IsZero() {
		if err := due.Delete(dueKey(before, key)); err != nil {
			return err
		}
	}
	if after.IsZero() {
		return nil
	}
	return due.Put(dueKey(after, key), nil)
}

func dueKey(t time.Time, key string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(t.UnixMicro())), key...)
}

// count moves one cell of the tallies.
func (w *writer) count(t suppress.Tally, by int64) error {
	tallies, key := w.tx.Bucket(bucketTallies), tallyKey(t)
	n := by
	if old := tallies.Get(key); len(old) == 8 {
		n += int64(binary.BigEndian.Uint64(old))
	}
	return tallies.Put(key, binary.BigEndian.AppendUint64(nil, uint64(n)))
}

func tallyKey(t suppress.Tally) []byte {
	return []byte(string(t.Standing) + "\x00" + string(t.Class) + "\x00" + string(t.Category))
}

// logs appends to the feed and to the dead letters.
func (w *writer) logs(change *suppress.Write) error {
	changes := w.tx.Bucket(bucketChanges)
	for i := range change.Changes {
		w.dirty = true
		value, err := change.Changes[i].MarshalBinary()
		if err != nil {
			return err
		}
		if err := appendRow(changes, value); err != nil {
			return err
		}
	}
	for i := range change.Letters {
		if err := w.letter(&change.Letters[i], change.Limits); err != nil {
			return err
		}
	}
	return nil
}

func appendRow(b *bolt.Bucket, value []byte) error {
	number, err := b.NextSequence()
	if err != nil {
		return err
	}
	return b.Put(numberKey(number), value)
}

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
