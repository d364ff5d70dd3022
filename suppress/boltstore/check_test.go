package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// TestCheckFinds damages one thing at a time behind the engine's back.
func TestCheckFinds(t *testing.T) {
	key := []byte(address(1).Key())
	stranger := []byte(address(99).Key())
	due := heldRow().Entry.Due()
	tally := heldRow().Entry.Tally()
	put := func(bucket, key, value []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket(bucket).Put(key, value) }
	}
	remove := func(bucket, key []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket(bucket).Delete(key) }
	}
	for name, test := range map[string]struct {
		damage func(*bolt.Tx) error
		want   string
	}{
		"entry can't be decoded":   {put(bucketEntries, key, []byte{1}), `entry "example.jp\x00user000001": stored data is damaged`},
		"entry without history":    {remove(bucketHistory, key), `entry "example.jp\x00user000001" has no history`},
		"history can't be decoded": {put(bucketHistory, key, []byte{1}), `history "example.jp\x00user000001": stored data is damaged`},
		"history without entry":    {put(bucketHistory, stranger, mustMarshal(&suppress.History{})), `history "example.jp\x00user000099" has no entry`},
		"entry not in due":         {remove(bucketDue, dueKey(due, string(key))), "has no row in due at 2026-04-01"},
		"due at another time":      {put(bucketDue, dueKey(due.Add(time.Hour), string(key)), nil), "1 rows of due belong to no entry"},
		"due of nobody":            {put(bucketDue, dueKey(due, string(stranger)), nil), "1 rows of due belong to no entry"},
		"tally too high":           {put(bucketTallies, tallyKey(tally), numberKey(4)), "is 4, but 3 entries count"},
		"tally missing":            {remove(bucketTallies, tallyKey(tally)), "is missing, but 3 entries count"},
		"tally of nobody":          {put(bucketTallies, []byte("a\x00b\x00c"), numberKey(1)), "is 1, but 0 entries count"},
		"tally too short":          {put(bucketTallies, tallyKey(tally), nil), "has 0 bytes"},
		"change can't be decoded":  {put(bucketChanges, numberKey(1), []byte{1}), "change 0000000000000001: stored data is damaged"},
		"letter can't be decoded":  {put(bucketLetters, numberKey(1), []byte{1}), "dead letter 0000000000000001: stored data is damaged"},
		"letter not counted":       {remove(bucketMeta, keyLetters), "the file counts 0 dead letters of 0 bytes, but has 1 of 102"},
		"letter without hash": {func(tx *bolt.Tx) error {
			return errors.Join(tx.DeleteBucket(bucketHashes), createBucket(tx, bucketHashes))
		}, "dead letter 0000000000000001 is not found by its hash"},
		"hash without letter": {put(bucketHashes, make([]byte, 32), numberKey(7)), "belongs to no dead letter"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(filepath.Join(t.TempDir(), "nosend.db"), Options{})
			require.NoError(t, err)
			t.Cleanup(func() { assert.NoError(t, s.Close()) })
			fill(t, s, 3)
			require.NoError(t, s.Update(t.Context(), bulk(1, 100)))
			require.NoError(t, s.Check(t.Context()))
			require.NoError(t, s.db.Update(test.damage))
			err = s.Check(t.Context())
			require.ErrorIs(t, err, suppress.ErrCorrupt)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestCheckFindsLostPages: a page that is neither in use nor free harms no row,
// only bbolt's own check sees it.
func TestCheckFindsLostPages(t *testing.T) {
	data := healthyFile(t)
	meta, found := newestMeta(bytes.NewReader(data))
	require.True(t, found)
	const metaFreelist, pageCount = 32, 10
	freelist := data[int(binary.LittleEndian.Uint64(meta[metaFreelist:]))*pageSize:]
	free := binary.LittleEndian.Uint16(freelist[pageCount:])
	require.Positive(t, free)
	binary.LittleEndian.PutUint16(freelist[pageCount:], free-1)
	path := filepath.Join(t.TempDir(), "nosend.db")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	s, err := Open(path, Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	err = s.Check(t.Context())
	require.ErrorIs(t, err, suppress.ErrCorrupt)
	require.ErrorContains(t, err, "unreachable unfreed")
}

func createBucket(tx *bolt.Tx, bucket []byte) error {
	_, err := tx.CreateBucket(bucket)
	return err
}

func mustMarshal(h *suppress.History) []byte {
	data, err := h.MarshalBinary()
	if err != nil {
		panic(err)
	}
	return data
}

// TestCheckWhileWriting: a check of a store in use finds nothing wrong.
func TestCheckWhileWriting(t *testing.T) {
	s := openNew(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		for i := 0; ; i++ {
			if err := s.Update(ctx, storing(address(i%50), address(100+i%70))); err != nil {
				done <- err
				return
			}
		}
	}()
	for range 20 {
		assert.NoError(t, s.Check(t.Context()))
	}
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
	require.ErrorIs(t, s.Check(ctx), context.Canceled)
}
