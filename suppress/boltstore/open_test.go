package boltstore

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"
)

// TestOpenErrors: each sentence says what is wrong and what to do. PATH and DIR
// stand for the file's.
func TestOpenErrors(t *testing.T) {
	const locked = "another process has it open; only one server can use a file, stop the other one or choose another file with --db"
	const permission = "permission denied; the file and its folder must be readable and writable for the user that runs nosend"
	const foreign = "it is not a nosend database, or its head is damaged; name another file, or restore a backup"
	for name, test := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    string
	}{
		"locked by this process":    {func(t *testing.T, path string) { openAt(t, path, Options{}); chmod(t, path, 0o666) }, locked},
		"locked by another process": {lockElsewhere, locked},
		"text file":                 {contents("address,class\n"), foreign},
		"longer text file":          {contents(strings.Repeat("address,class\n", 10_000)), foreign},
		"zeros":                     {contents(strings.Repeat("\x00", 1<<16)), foreign},
		"bbolt file of another program": {raw(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("x")); return err }),
			"it is a bbolt file, but of another program; name another file"},
		"newer schema": {raw(create, func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keySchema, numberKey(schema+1)) }),
			"it has schema 2, this program reads schema 1; use the version of nosend that wrote it"},
		"bucket missing": {raw(create, func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketDue) }),
			"bucket due is missing: stored data is damaged"},
		"folder missing": {func(t *testing.T, path string) { require.NoError(t, os.Remove(filepath.Dir(path))) },
			"the folder DIR does not exist; make it first, or choose another file with --db"},
		"a folder": {func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o755)) },
			"it is not a regular file; name one"},
		"a pipe": {func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o644)) },
			"it is not a regular file; name one"},
		"read-only file":      {permissions(0o444, 0o755), permission},
		"unreadable file":     {permissions(0, 0o755), permission},
		"read-only folder":    {func(t *testing.T, path string) { chmod(t, filepath.Dir(path), 0o555) }, permission},
		"folder that is shut": {permissions(0o644, 0), permission},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(reachableDir(t), "nosend.db")
			test.prepare(t, path)
			err := openWithoutPrivilege(path)
			want := strings.NewReplacer("PATH", path, "DIR", filepath.Dir(path)).Replace("open database PATH: " + test.want)
			require.EqualError(t, err, want)
		})
	}
}

// openWithoutPrivilege opens as a user whom permissions bind, also where the
// tests run as root: a thread of its own gives up its rights to files, and
// ends with the goroutine.
func openWithoutPrivilege(path string) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		dropRights()
		s, err := Open(path, Options{})
		if err == nil {
			_ = s.Close()
		}
		result <- err
	}()
	return <-result
}

// reachableDir is a temporary folder that other users can reach.
func reachableDir(t *testing.T) string {
	dir := t.TempDir()
	chmod(t, filepath.Dir(dir), 0o755)
	inner := filepath.Join(dir, "data")
	require.NoError(t, os.Mkdir(inner, 0o755))
	chmod(t, inner, 0o777)
	return inner
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	require.NoError(t, os.Chmod(path, mode))
	t.Cleanup(func() { _ = os.Chmod(path, 0o755) }) // so that it can be removed
}

func lockElsewhere(t *testing.T, path string) {
	c, err := startChild(t, "hold", path, nil)
	require.NoError(t, err)
	line, err := c.stdout.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "open\n", line)
	chmod(t, path, 0o666)
}

func contents(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		chmod(t, path, 0o666)
	}
}

// raw makes a file by bbolt alone, with these steps.
func raw(steps ...func(*bolt.Tx) error) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		db, err := bolt.Open(path, 0o666, nil)
		require.NoError(t, err)
		for _, step := range steps {
			require.NoError(t, db.Update(step))
		}
		require.NoError(t, db.Close())
		chmod(t, path, 0o666)
	}
}

func permissions(file, folder os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		s, err := Open(path, Options{})
		require.NoError(t, err)
		require.NoError(t, s.Close())
		chmod(t, path, file)
		chmod(t, filepath.Dir(path), folder)
	}
}

// TestOpenNew: files that hold nothing yet are taken as new.
func TestOpenNew(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, string){
		"no file":                  func(*testing.T, string) {},
		"empty file":               contents(""),
		"crash before the buckets": raw(),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nosend.db")
			prepare(t, path)
			s := openAt(t, path, Options{})
			fill(t, s, 1)
			size, err := s.Size()
			require.NoError(t, err)
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, info.Size(), size)
			assert.Equal(t, os.FileMode(0o600), info.Mode().Perm()&0o600)
		})
	}
}
