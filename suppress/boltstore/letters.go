package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// letter stores a dead letter unless the same one is there, and drops the
// oldest until the limits are met. One that could never be kept is dropped
// alone.
func (w *writer) letter(l *suppress.DeadLetter, limits suppress.LetterLimits) error {
	hash := letterHash(l)
	if w.tx.Bucket(bucketHashes).Get(hash) != nil {
		return nil
	}
	w.dirty = true
	stats := readLetterStats(w.tx)
	if limits.Count < 1 || int64(len(l.Body)) > limits.Bytes {
		stats.Dropped++
		return w.putLetterStats(stats)
	}
	if err := w.addLetter(l, hash); err != nil {
		return err
	}
	stats.Count++
	stats.Bytes += int64(len(l.Body))
	return w.trimLetters(stats, limits)
}

func (w *writer) addLetter(l *suppress.DeadLetter, hash []byte) error {
	value, err := l.MarshalBinary()
	if err != nil {
		return err
	}
	letters := w.tx.Bucket(bucketLetters)
	number, err := letters.NextSequence()
	if err != nil {
		return err
	}
	if err := letters.Put(numberKey(number), value); err != nil {
		return err
	}
	return w.tx.Bucket(bucketHashes).Put(hash, numberKey(number))
}

func (w *writer) trimLetters(stats suppress.LetterStats, limits suppress.LetterLimits) error {
	letters := w.tx.Bucket(bucketLetters)
	for stats.Count > int64(limits.Count) || stats.Bytes > limits.Bytes {
		number, value := letters.Cursor().First()
		var oldest suppress.DeadLetter
		if err := oldest.UnmarshalBinary(value); err != nil {
			return err
		}
		if err := w.removeLetter(bytes.Clone(number), &oldest, &stats); err != nil {
			return err
		}
		stats.Dropped++
	}
	return w.putLetterStats(stats)
}

// removeLetter leaves it to the caller to put the stats.
func (w *writer) removeLetter(number []byte, l *suppress.DeadLetter, stats *suppress.LetterStats) error {
	stats.Count--
	stats.Bytes -= int64(len(l.Body))
	if err := w.tx.Bucket(bucketHashes).Delete(letterHash(l)); err != nil {
		return err
	}
	return w.tx.Bucket(bucketLetters).Delete(number)
}

// settle removes a dead letter, or puts in its place the one of left that has
// its body. The same letter is not written again. Number 0 is none.
func (w *writer) settle(number uint64, left []suppress.DeadLetter) error {
	if number == 0 {
		return nil
	}
	letters, key := w.tx.Bucket(bucketLetters), numberKey(number)
	value := letters.Get(key)
	var old suppress.DeadLetter
	if err := old.UnmarshalBinary(value); err != nil {
		return err
	}
	for i := range left {
		if left[i].Source != old.Source || !bytes.Equal(left[i].Body, old.Body) {
			continue
		}
		again, err := left[i].MarshalBinary()
		if err != nil || bytes.Equal(again, value) {
			return err
		}
		w.dirty = true
		return letters.Put(key, again)
	}
	w.dirty = true
	stats := readLetterStats(w.tx)
	if err := w.removeLetter(key, &old, &stats); err != nil {
		return err
	}
	return w.putLetterStats(stats)
}

func (w *writer) putLetterStats(stats suppress.LetterStats) error {
	value := numberKey(uint64(stats.Count))
	value = binary.BigEndian.AppendUint64(value, uint64(stats.Bytes))
	value = binary.BigEndian.AppendUint64(value, uint64(stats.Dropped))
	return w.tx.Bucket(bucketMeta).Put(keyLetters, value)
}

func letterHash(l *suppress.DeadLetter) []byte {
	sum := sha256.New()
	sum.Write([]byte(l.Source + "\x00"))
	sum.Write(l.Body)
	return sum.Sum(nil)
}

func readLetterStats(tx *bolt.Tx) suppress.LetterStats {
	v := tx.Bucket(bucketMeta).Get(keyLetters)
	if len(v) != 24 {
		return suppress.LetterStats{}
	}
	return suppress.LetterStats{
		Count:   int64(binary.BigEndian.Uint64(v)),
		Bytes:   int64(binary.BigEndian.Uint64(v[8:])),
		Dropped: int64(binary.BigEndian.Uint64(v[16:])),
	}
}

// Letters implements suppress.Store.
func (s *Store) Letters(ctx context.Context, after uint64, limit int) (out []suppress.DeadLetter, err error) {
	err = s.log(ctx, bucketLetters, after, limit, func(number uint64, value []byte) error {
		out = append(out, suppress.DeadLetter{Number: number})
		return out[len(out)-1].UnmarshalBinary(value)
	})
	return out, err
}

// LetterStats implements suppress.Store.
func (s *Store) LetterStats(ctx context.Context) (stats suppress.LetterStats, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		stats = readLetterStats(tx)
		return nil
	})
	return stats, err
}
