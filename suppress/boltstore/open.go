package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// schema is the version of the layout that the package comment describes.
const schema = 1

const (
	// defaultMapSize is how much address space a file may come to need.
	defaultMapSize = 64 << 30
	// queueLength is how many updates may wait for the writer.
	queueLength = 1024
)

// Options are the settings of a store. The zero value is good.
type Options struct {
	// MapSize is the address space reserved for the file, in bytes: the
	// file's greatest size. 0 is 64 GiB.
	MapSize int
	// OnCommit is told how long a commit took and how many events were in it.
	// It is called by the writer and must be quick. nil: nobody is told.
	OnCommit func(took time.Duration, events int)
}

var (
	bucketMeta    = []byte("meta")
	bucketEntries = []byte("entries")
	bucketHistory = []byte("history")
	bucketDue     = []byte("due")
	bucketTallies = []byte("tallies")
	bucketChanges = []byte("changes")
	bucketLetters = []byte("letters")
	bucketHashes  = []byte("letter_hashes")

	keySchema  = []byte("schema")
	keyLetters = []byte("letters")
)

// Open opens the file, or makes it. Its errors say what is wrong with the file
// and what to do: it is locked by another process, not writable, cut short,
// not one of nosend's, or of a newer version.
func Open(path string, o Options) (*Store, error) {
	if o.MapSize == 0 {
		o.MapSize = defaultMapSize
	}
	db, err := openFile(path, o.MapSize)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, explainOpen(err))
	}
	s := &Store{db: db, path: path, options: o, queue: make(chan *request, queueLength), written: make(chan struct{})}
	s.strangers.ctx, s.strangers.stop = context.WithCancel(context.Background())
	s.learn(s.guess())
	go s.write()
	return s, nil
}

func openFile(path string, mapSize int) (db *bolt.DB, err error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	var file *os.File
	err = guarded(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{
			OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
			Timeout:         time.Nanosecond, // one try: another process holds the lock for as long as it runs
			InitialMmapSize: mapSize,
			MaxSize:         mapSize, // never map again: that would wait for every reader
			FreelistType:    bolt.FreelistMapType,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	// A restore may have put another file there before the lock was taken.
	if err = stillThere(file); err == nil {
		err = guarded(func() error { return prepare(db, path) })
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// inspect looks at the file before bbolt maps it, for reading past the end of
// a file that was cut short would kill the process.
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(path))
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file; name one")
	case info.Size() == 0:
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return checkSize(f, info.Size())
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist; make it first, or choose another file with --db", dir)
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	}
	return err
}

// prepare checks that the file is ours, and makes the buckets of a new one. A
// crash can leave a new file without buckets, so a file that has none is new.
func prepare(db *bolt.DB, path string) error {
	isNew := false
	err := db.View(func(tx *bolt.Tx) error {
		if first, _ := tx.Cursor().First(); first == nil {
			isNew = true
			return nil
		}
		return checkSchema(tx)
	})
	if err != nil || !isNew {
		return err
	}
	if err := db.Update(create); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func create(tx *bolt.Tx) error {
	for _, name := range buckets() {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keySchema, binary.BigEndian.AppendUint64(nil, schema))
}

func buckets() [][]byte {
	return [][]byte{bucketMeta, bucketEntries, bucketHistory, bucketDue, bucketTallies, bucketChanges, bucketLetters, bucketHashes}
}

func checkSchema(tx *bolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil || len(meta.Get(keySchema)) != 8 {
		return errors.New("it is a bbolt file, but of another program; name another file")
	}
	have := binary.BigEndian.Uint64(meta.Get(keySchema))
	if have != schema {
		return fmt.Errorf("it has schema %d, this program reads schema %d; use the version of nosend that wrote it", have, schema)
	}
	for _, name := range buckets() {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("bucket %s is missing: %w", name, suppress.ErrCorrupt)
		}
	}
	return nil
}

// syncFolder makes the new file's name survive a crash of the machine.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
