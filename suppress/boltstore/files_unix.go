//go:build unix && !solaris && !aix && !android

package boltstore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock takes the lock that bbolt takes here (bolt_unix.go of go.etcd.io/bbolt).
// It ends with the file.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.New("another process has it open; stop that first")
	}
	return err
}

// InUse returns an error if another process has locked a file, as a server locks
// its database: who puts another file in its place takes it away from under the
// server. It can't tell on systems whose locks are of another kind.
func InUse(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil //nolint:nilerr // what can't be read is for others to complain about
	}
	defer f.Close()
	return lock(f)
}

// giveTo gives a file to the owner of another one. Only root can and needs to.
func giveTo(owner fs.FileInfo, path string) error {
	stat, ok := owner.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(path, int(stat.Uid), int(stat.Gid))
}
