package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/nosend/nosend/suppress"
)

// schema is the version of the layout that the package comment describes.
const schema = 1

const (
	// defaultMapSize is how much address space a file may come to need.
	defaultMapSize = 64 << 30
	// mapReserve is how far from the end of the map updates are refused.
	mapReserve = 64 << 20
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
	isNew, err := inspect(path)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	db, err := openBolt(path, o.MapSize)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if err := prepare(db, path, isNew); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	s := &Store{db: db, options: o, queue: make(chan *request, queueLength), written: make(chan struct{})}
	go s.write()
	return s, nil
}

// openBolt translates bbolt's errors, and the panics with which it meets
// damaged pages, into sentences.
func openBolt(path string, mapSize int) (db *bolt.DB, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the file is damaged (%v); restore a backup", fault)
		}
	}()
	db, err = bolt.Open(path, 0o600, &bolt.Options{
		Timeout:         time.Nanosecond, // one try: another process holds the lock for as long as it runs
		InitialMmapSize: mapSize,
		FreelistType:    bolt.FreelistMapType,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, errors.New("another process has it open; only one server can use a file, stop the other one or choose another file with --db")
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w; the file must be readable and writable for the user that runs nosend", err)
	}
	return db, err
}

// inspect looks at the file before bbolt maps it, for reading past the end of
// a file that was cut short would kill the process. It reports whether the
// file is new.
func inspect(path string) (isNew bool, err error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, checkFolder(filepath.Dir(path))
	case err != nil:
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, errors.New("it is not a regular file; name a file with --db")
	case info.Size() == 0:
		return true, nil
	}
	return false, checkSize(f, info.Size())
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

// prepare makes the buckets of a new file, and checks that an old one is ours.
func prepare(db *bolt.DB, path string, isNew bool) error {
	if isNew {
		if err := db.Update(create); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(path))
	}
	return db.View(checkSchema)
}

func create(tx *bolt.Tx) error {
	for _, name := range buckets() {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
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
		return errors.New("it is a bbolt file, but of another program; choose another file with --db")
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
