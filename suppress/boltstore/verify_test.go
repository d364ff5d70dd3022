package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// TestVerifyFindsEveryFlip of a bit in a backup, wherever it is.
func TestVerifyFindsEveryFlip(t *testing.T) {
	data := backedUp(t)
	path := fileOf(t, data)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		at := random.IntN(len(data))
		if i < sealSize {
			at = len(data) - 1 - i
		}
		damaged := bytes.Clone(data)
		damaged[at] ^= 1 << random.IntN(8)
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		_, err := Verify(t.Context(), path)
		require.Error(t, err, "a bit of byte %d of %d", at, len(data))
		require.True(t, strings.HasPrefix(err.Error(), path+": "), err)
	}
}

// TestVerifyFindsEveryCut of a backup.
func TestVerifyFindsEveryCut(t *testing.T) {
	data := backedUp(t)
	path := fileOf(t, data)
	lengths := []int{0, 1, 80, pageSize, 2 * pageSize, len(data) / 2, len(data) - sealSize - pageSize, len(data) - sealSize - 1}
	for i := 1; i < sealSize; i++ {
		lengths = append(lengths, len(data)-i)
	}
	for _, length := range lengths {
		require.NoError(t, os.WriteFile(path, data[:length], 0o600))
		_, err := Verify(t.Context(), path)
		require.Error(t, err, "%d of %d bytes", length, len(data))
	}
}

// TestVerifyNeverPanics over files without a checksum, whatever bits are
// flipped, and takes no more memory than they are large.
func TestVerifyNeverPanics(t *testing.T) {
	data := healthyFile(t)
	path := fileOf(t, data)
	random := rand.New(rand.NewPCG(3, 4))
	found := 0
	for range 400 {
		damaged := bytes.Clone(data)
		page := 2 + random.IntN(len(data)/pageSize-2)
		damaged[page*pageSize+random.IntN(64)] ^= 1 << random.IntN(8) // heads do the most harm
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		if _, err := Verify(t.Context(), path); err != nil {
			found++
		}
	}
	assert.Greater(t, found, 50)
}

// TestVerifyFindsBadBranches: pages that point to themselves, or to others of
// the tree, or out of the file; following one would end the process.
func TestVerifyFindsBadBranches(t *testing.T) {
	data := healthyFile(t)
	path := fileOf(t, data)
	found := map[string]int{}
	for page := 2; page < len(data)/pageSize; page++ {
		if binary.LittleEndian.Uint16(data[page*pageSize+pageFlags:]) != flagBranch {
			continue
		}
		first := page*pageSize + pageHead
		for name, damage := range map[string]func([]byte){
			"begin":    func(d []byte) { binary.LittleEndian.PutUint32(d[first:], 0x50000000) },
			"key":      func(d []byte) { binary.LittleEndian.PutUint32(d[first+4:], 0x50000015) },
			"itself":   func(d []byte) { binary.LittleEndian.PutUint64(d[first+8:], uint64(page)) },
			"another":  func(d []byte) { copy(d[first+8:first+16], d[first+elementSize+8:]) },
			"far away": func(d []byte) { binary.LittleEndian.PutUint64(d[first+8:], 1<<40) },
			"nothing":  func(d []byte) { binary.LittleEndian.PutUint64(d[first+8:], 0) },
		} {
			damaged := bytes.Clone(data)
			damage(damaged)
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			_, err := Verify(t.Context(), path)
			if err != nil { // an old page that is free may say what it likes
				assert.ErrorIs(t, err, suppress.ErrCorrupt, name)
				found[name]++
			}
		}
	}
	assert.Len(t, found, 6, found)
}

// TestVerifyFindsOverlongPages without counting to their end.
func TestVerifyFindsOverlongPages(t *testing.T) {
	data := healthyFile(t)
	found := 0
	for page := 2; page < len(data)/pageSize; page++ {
		damaged := bytes.Clone(data)
		binary.LittleEndian.PutUint32(damaged[page*pageSize+12:], 0xFFFFFFF0)
		_, err := Verify(t.Context(), fileOf(t, damaged))
		if err != nil {
			assert.ErrorIs(t, err, suppress.ErrCorrupt)
			found++
		}
	}
	assert.Greater(t, found, len(data)/pageSize/4)
}

// TestVerifySaysAll: a line for each fault, and no more than a person reads.
func TestVerifySaysAll(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "nosend.db"), Options{})
	require.NoError(t, err)
	fill(t, s, 200)
	require.NoError(t, s.db.Update(func(tx *bolt.Tx) error {
		for i := range 3 {
			if err := tx.Bucket(bucketHistory).Delete([]byte(address(i).Key())); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, s.Close())
	_, err = Verify(t.Context(), s.path)
	require.ErrorIs(t, err, suppress.ErrCorrupt)
	var want []string
	for i := range 3 {
		want = append(want, fmt.Sprintf(`%s: stored data is damaged: entry "example.jp\x00user%06d" has no history`, s.path, i))
	}
	assert.Equal(t, strings.Join(want, "\n"), err.Error())
	require.NoError(t, raw200(s.path))
	_, err = Verify(t.Context(), s.path)
	assert.Equal(t, maxFaults, 1+strings.Count(err.Error(), "\n"))
}

// raw200 takes away all histories, without the engine.
func raw200(path string) error {
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bolt.Tx) error {
		if err := tx.DeleteBucket(bucketHistory); err != nil {
			return err
		}
		_, err := tx.CreateBucket(bucketHistory)
		return err
	})
}

// TestVerifyStrangeBucket: its rows are read by nobody.
func TestVerifyStrangeBucket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	raw(create, func(tx *bolt.Tx) error { return createBucket(tx, []byte("x")) })(t, path)
	_, err := Verify(t.Context(), path)
	assert.EqualError(t, err, path+`: stored data is damaged: there is a bucket "x"`)
}

func TestVerifyErrors(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    string
	}{
		"no file":    {func(*testing.T, string) {}, "no such file or directory"},
		"empty file": {contents(""), "it is empty; name another file"},
		"text":       {contents("Dear reader"), "it is not a nosend database, or its head is damaged; name another file, or restore a backup"},
		"folder":     {func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o755)) }, "it is not a regular file; name one"},
		"no buckets": {raw(), "it is a bbolt file, but of another program; name another file"},
		"bucket is missing": {raw(create, func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketDue) }),
			"bucket due is missing: stored data is damaged"},
		"open in a server": {lockElsewhere, "another process has it open; stop that first, or verify a copy, which nosend backup makes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nosend.db")
			test.prepare(t, path)
			_, err := Verify(t.Context(), path)
			assert.EqualError(t, err, path+": "+test.want)
		})
	}
}

// TestVerifyUsedBackup: a backup that serves as a database has no checksum any
// more, for what is written.
func TestVerifyUsedBackup(t *testing.T) {
	var copied bytes.Buffer
	s := openAt(t, withBackup(t), Options{})
	require.NoError(t, s.Backup(t.Context(), &copied))
	path := fileOf(t, copied.Bytes())
	for _, rows := range []int{1, 61, 3000} { // in free pages, and behind the last
		s := openAt(t, path, Options{})
		fill(t, s, rows)
		require.NoError(t, s.Close())
		c, err := Verify(t.Context(), path)
		require.NoError(t, err)
		assert.False(t, c.Checksum)
		assert.EqualValues(t, max(40, rows), c.Entries)
		assert.Equal(t, rows == 1, c.Bytes == int64(copied.Len()), "the end of the backup is still there")
	}
}

// TestVerifyChangesNothing, nor does it need to.
func TestVerifyChangesNothing(t *testing.T) {
	data := backedUp(t)
	path := fileOf(t, data)
	require.NoError(t, os.Chmod(path, 0o400))
	_, err := Verify(t.Context(), path)
	require.NoError(t, err)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(data, after))
}
