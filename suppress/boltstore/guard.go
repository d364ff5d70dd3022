package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"github.com/nosend/nosend/suppress"
)

// guarded runs what reads pages. bbolt panics when it meets a damaged one, and
// a number in one can lead it past the end of the file, which is a fault of
// memory; both become errors, so that one bad page doesn't end the process.
func guarded(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w (%v); restore a backup", suppress.ErrCorrupt, fault)
		}
	}()
	return read()
}

// explainOpen says in plain words what a failed opening means.
func explainOpen(err error) error {
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		err = inner.Err // the path stands in front already
	}
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return errors.New("another process has it open; only one server can use a file, stop the other one or choose another file with --db")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w; the file and its folder must be readable and writable for the user that runs nosend", err)
	case isFull(err):
		return fmt.Errorf("%w: no space is left for the database; free some: %w", suppress.ErrFull, err)
	}
	return err
}

// explainCommit says in plain words what a failed commit means.
func explainCommit(err error) error {
	switch {
	case errors.Is(err, berrors.ErrMaxSizeReached):
		return fmt.Errorf("%w: the database has grown to the greatest size that it may have", suppress.ErrFull)
	case isFull(err):
		return fmt.Errorf("%w: no space is left for the database; free some, nothing that was acknowledged is lost: %w", suppress.ErrFull, err)
	}
	return fmt.Errorf("commit to the database: %w", err)
}

// isFull reports whether an error says that there is no space for the file to
// grow. bbolt wraps some of the system's errors as text only, so the text
// counts too.
func isFull(err error) bool {
	for _, code := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, code) || strings.Contains(err.Error(), code.Error()) {
			return true
		}
	}
	return false
}
