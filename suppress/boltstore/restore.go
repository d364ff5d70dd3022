package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restored is what Restore did.
type Restored struct {
	Contents
	Kept string // where the replaced database is now; "": there was none
}

// Restore puts a backup in the place of a database that no process has open, or
// that isn't there. The backup is verified, copied, and the copy verified;
// then it takes the place of the database, which is kept beside it under a name
// with the time now. The backup stays. After an error the database is as it
// was, and nothing is left beside it.
func Restore(ctx context.Context, backup, path string, now time.Time) (Restored, error) {
	checked, err := Verify(ctx, backup)
	if err != nil {
		return Restored{}, err
	}
	out, err := restore(ctx, backup, path, now)
	if err != nil {
		return Restored{}, fmt.Errorf("restore %s: %w", path, explainFile(err, checked.Bytes, path))
	}
	return out, nil
}

func restore(ctx context.Context, backup, path string, now time.Time) (out Restored, err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil { // the link stays one
		path = real
	}
	old, err := claim(path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, old.release(err)) }()
	if err := old.differsFrom(backup); err != nil {
		return out, err
	}
	r := replacement{path: path, temp: path + ".restoring"}
	if !old.empty {
		r.kept = path + ".before-restore-" + now.UTC().Format("20060102-150405")
	}
	out.Contents, err = r.run(ctx, func(temp string) error { return copyBackup(ctx, backup, temp) })
	out.Kept = r.kept
	return out, err
}

// copyBackup copies a backup, compares the copy with the checksum, and cuts
// that off.
func copyBackup(ctx context.Context, backup, temp string) error {
	if err := copyFile(ctx, backup, temp); err != nil {
		return err
	}
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	sealed, err := checkSeal(ctx, f)
	if err != nil || !sealed {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return f.Truncate(info.Size() - int64(sealSize))
}

// claimed is a file that is locked as bbolt locks it, whatever stands in it: it
// may be too damaged for bbolt to open.
type claimed struct {
	*os.File
	info  fs.FileInfo
	empty bool
	made  bool // it wasn't there
}

// claim locks a database, and makes an empty one where there is none, so that
// no server makes its own meanwhile.
func claim(path string) (*claimed, error) {
	if err := checkFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	_, err := os.Lstat(path)
	c := &claimed{made: errors.Is(err, fs.ErrNotExist)}
	if err := isFile(path); err != nil {
		return nil, err
	}
	if c.File, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, explainOpen(err)
	}
	if err := c.lock(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *claimed) lock() (err error) {
	if err := lock(c.File); err != nil {
		return err
	}
	if c.info, err = c.Stat(); err != nil {
		return err
	}
	if !c.info.Mode().IsRegular() {
		return errors.New("it is not a regular file; name one")
	}
	c.empty = c.info.Size() == 0
	if !c.made {
		return stillThere(c.File)
	}
	folder, err := os.Stat(filepath.Dir(c.Name()))
	if err != nil {
		return err
	}
	return giveTo(folder, c.Name()) // or root alone could use it
}

// differsFrom refuses a database to be restored from itself.
func (c *claimed) differsFrom(backup string) error {
	info, err := os.Stat(backup)
	if err == nil && os.SameFile(info, c.info) {
		return errors.New("it is the backup itself; name the database with --db")
	}
	return err
}

// release unlocks the file and, if nothing came of the work, takes away what
// was made for it.
func (c *claimed) release(failed error) error {
	if failed != nil && c.made {
		return errors.Join(os.Remove(c.Name()), c.Close())
	}
	return c.Close()
}

// stillThere reports an error if another file has got the name of an open one.
func stillThere(f *os.File) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	its, err := os.Stat(f.Name())
	if err == nil && !os.SameFile(mine, its) {
		return errors.New("it was replaced at this moment; try again")
	}
	return err
}
