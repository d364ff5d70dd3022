package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nosend/nosend/suppress"
)

// replacement puts a new file in the place of a database that is locked, so
// that no server can open either while it works. The name of the new file is
// always the same: what a killed run has left is taken away by the next.
type replacement struct {
	path string // of the database; no link
	temp string // where the new file is made
	kept string // the name under which the old file stays; "": it goes
}

// run makes the new file by fill, verifies and syncs it, and only then gives it
// the database's name. Whatever fails before leaves the database as it was, and
// nothing else.
func (r *replacement) run(ctx context.Context, fill func(temp string) error) (c Contents, err error) {
	if err := os.Remove(r.temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	defer os.Remove(r.temp) // gone already if it got its name
	if err := fill(r.temp); err != nil {
		return c, err
	}
	if c, err = r.finish(ctx); err != nil {
		return c, err
	}
	if err := r.swap(ctx); err != nil {
		return c, err
	}
	if err := syncFolder(filepath.Dir(r.path)); err != nil {
		return c, fmt.Errorf("the new %s is in its place, but may not outlive a crash of the machine: %w", r.path, err)
	}
	return c, nil
}

// finish makes the new file like the old one, brings it to the disk and
// verifies it.
func (r *replacement) finish(ctx context.Context) (c Contents, err error) {
	if err := dress(r.temp, r.path); err != nil {
		return c, err
	}
	if err := syncFile(r.temp); err != nil {
		return c, err
	}
	if c, err = verify(ctx, r.temp, tryAgain); err != nil {
		return c, fmt.Errorf("the new file is not good: %w", err)
	}
	return c, ctx.Err()
}

// swap changes the names. At each moment one good file has the database's.
func (r *replacement) swap(ctx context.Context) (err error) {
	if r.kept != "" {
		if err := keep(ctx, r.path, r.kept); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, os.Remove(r.kept))
			}
		}()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return os.Rename(r.temp, r.path)
}

// keep gives a file a second name or, on file systems that can't, a copy.
func keep(ctx context.Context, path, name string) error {
	err := os.Link(path, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := copyFile(ctx, path, name); err != nil {
		return err
	}
	return errors.Join(dress(name, path), syncFile(name))
}

// copyFile makes a file. If that fails there is none.
func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = in.WriteTo(heeding{ctx, out})
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// dress gives a file the permissions and the owner of another one.
func dress(path, like string) error {
	info, err := os.Stat(like)
	if err != nil {
		return err
	}
	return errors.Join(os.Chmod(path, info.Mode().Perm()), giveTo(info, path))
}

// explainFile says in plain words what hindered the work on a file.
func explainFile(err error, need int64, path string) error {
	if err != nil && isFull(err) {
		return fmt.Errorf("%w: %s needs %d MiB of space while this runs; free some: %w", suppress.ErrFull, filepath.Dir(path), need>>20+1, err)
	}
	return err
}
