package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// TestFull: when no space is left, the change fails with ErrFull, what was
// acknowledged stays, reading goes on, and writing goes on when there is space
// again.
func TestFull(t *testing.T) {
	t.Run("limit of the file's size, while writing", func(t *testing.T) { runFull(t, "full at a limit", nil) })
	t.Run("limit of the file's size, while growing", func(t *testing.T) { runFull(t, "full at growth", nil) })
	t.Run("full disk", func(t *testing.T) {
		// A file system of its own, which a child may mount in name spaces of
		// its own; not every container allows that.
		runFull(t, "full disk", &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		})
	})
}

func runFull(t *testing.T, name string, attributes *syscall.SysProcAttr) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	c, err := startChild(t, name, path, attributes)
	if attributes != nil && err != nil {
		t.Skip("no name spaces here: ", err)
	}
	require.NoError(t, err)
	output, err := io.ReadAll(c.stdout)
	require.NoError(t, err)
	if string(output) == cannotMount {
		t.Skip(cannotMount)
	}
	require.Equal(t, "works again\n", string(output))
	require.NoError(t, c.Wait())
}

const cannotMount = "no file system may be mounted here\n"

func childFullAtLimit(path string) error {
	return childFull(path, func(s *Store) (more func() error, err error) {
		var used int64
		if err := s.view(context.Background(), func(tx *bolt.Tx) error { used = tx.Size(); return nil }); err != nil {
			return nil, err
		}
		return limitFileSize(uint64(used) + 1<<20)
	})
}

func childFullAtGrowth(path string) error {
	return childFull(path, func(s *Store) (more func() error, err error) {
		size, err := s.Size()
		if err != nil {
			return nil, err
		}
		return limitFileSize(uint64(size))
	})
}

func limitFileSize(size uint64) (more func() error, err error) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return nil, err
	}
	more = func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }
	return more, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max})
}

func childFullDisk(path string) error {
	dir := filepath.Dir(path)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		fmt.Print(cannotMount)
		return nil
	}
	return childFull(path, func(*Store) (func() error, error) {
		return func() error { return syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m") }, nil
	})
}

// childFull fills a store up, makes space, and goes on.
func childFull(path string, limit func(*Store) (more func() error, err error)) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	more, err := limit(s)
	if err != nil {
		return err
	}
	stored := 0
	for ; err == nil; stored++ {
		err = storeBoth(s, stored)
	}
	stored-- // the last one failed
	again := storeBoth(s, stored)
	if again == nil { // it found pages that the failed one had got from the disk
		stored++
	}
	wrong := []error{
		wrongUnless(stored > 0, "nothing was stored"),
		wrongUnless(errors.Is(err, suppress.ErrFull), "a full file: %v", err),
		wrongUnless(again == nil || errors.Is(again, suppress.ErrFull), "a file that is still full: %v", again),
		checkStored(s, stored),
		more(),
		storeBoth(s, stored),
		checkStored(s, stored+1),
		s.Close(),
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	fmt.Println("works again")
	return nil
}

// storeBoth stores a row, and dead letters that take space.
func storeBoth(s *Store, number int) error {
	row, letters := storing(address(number)), bulk(number, 256<<10)
	return s.Update(context.Background(), suppress.Update{Addresses: row.Addresses,
		Apply: func(rows []*suppress.Row) (suppress.Write, error) {
			w, _ := letters.Apply(nil)
			stored, err := row.Apply(rows)
			w.Rows, w.Changes = stored.Rows, stored.Changes
			return w, err
		}})
}

// checkStored checks that so many rows are there, no more, and that the file
// is sound.
func checkStored(s *Store, want int) error {
	seen := 0
	err := s.Scan(context.Background(), suppress.Range{}, func(e suppress.Entry) error {
		seen++
		return wrongUnless(e.Address == address(seen-1), "row %d is of %s", seen, e.Address)
	})
	stats, statsErr := s.LetterStats(context.Background())
	return errors.Join(err, statsErr, s.Check(context.Background()),
		wrongUnless(seen == want && stats.Count == int64(want), "%d rows and %d letters, want %d", seen, stats.Count, want))
}

func wrongUnless(right bool, format string, args ...any) error {
	if right {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// TestNoSpaceToReplace: a disk that is full at whatever point of the new file
// leaves all as it was, and says how much is needed.
func TestNoSpaceToReplace(t *testing.T) {
	for name := range works() {
		path := withBackup(t)
		before := folder(t, path)
		c, err := startChild(t, "full at "+name, path, nil)
		require.NoError(t, err)
		output, err := io.ReadAll(c.stdout)
		require.NoError(t, err)
		require.Contains(t, string(output), filepath.Dir(path)+" needs 1 MiB of space while this runs; free some: ", name)
		require.NoError(t, c.Wait())
		require.Equal(t, before, folder(t, path))
		require.EqualValues(t, 40, entriesIn(t, path))
	}
}

// childFullAtWork does a work with less and less space.
func childFullAtWork(work string) func(string) error {
	return func(path string) error {
		for size := uint64(1); size < 200_000; size = size*3 + 1 {
			more, err := limitFileSize(size)
			if err != nil {
				return err
			}
			err = works()[work](context.Background(), path)
			if err := errors.Join(wrongUnless(errors.Is(err, suppress.ErrFull), "%d bytes: %v", size, err), more()); err != nil {
				return err
			}
			if size > 80_000 {
				fmt.Println(err)
			}
		}
		return nil
	}
}
