package boltstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// countdown is a context that ends when it is asked for the n-th time whether
// it has: between any two steps of a work.
type countdown struct {
	context.Context
	left atomic.Int64
	end  func()
}

func endsAfter(ctx context.Context, n int, end func()) *countdown {
	c := &countdown{Context: ctx, end: end}
	c.left.Store(int64(n))
	return c
}

// Err implements context.Context.
func (c *countdown) Err() error {
	left := c.left.Add(-1)
	if left == 0 {
		c.end()
	}
	if left <= 0 {
		return context.Canceled
	}
	return nil
}

// works are those that replace a database.
func works() map[string]func(ctx context.Context, path string) error {
	return map[string]func(context.Context, string) error{
		"compact": func(ctx context.Context, path string) error { _, err := Compact(ctx, path); return err },
		"restore": func(ctx context.Context, path string) error {
			_, err := Restore(ctx, filepath.Join(filepath.Dir(path), "backup.db"), path, restoredAt)
			return err
		},
	}
}

var restoredAt = time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC)

// withBackup makes a folder with a database of many free pages and 40 entries,
// and a backup of 30.
func withBackup(t *testing.T) (path string) {
	path = filepath.Join(t.TempDir(), "nosend.db")
	s, err := Open(path, Options{})
	require.NoError(t, err)
	s.strangers.work.Wait() // it reads, and so decides which pages are used again: the works' steps must be as many each time
	fill(t, s, 30)
	backup, err := os.Create(filepath.Join(filepath.Dir(path), "backup.db"))
	require.NoError(t, err)
	require.NoError(t, s.Backup(t.Context(), backup))
	require.NoError(t, backup.Close())
	fill(t, s, 40)
	for i := range 10 {
		require.NoError(t, s.Update(t.Context(), suppress.Update{Apply: func([]*suppress.Row) (suppress.Write, error) {
			letter := suppress.DeadLetter{Source: "cmc", Body: append(make([]byte, 100_000), byte(i))}
			return suppress.Write{Letters: []suppress.DeadLetter{letter}, Limits: suppress.LetterLimits{Count: 1, Bytes: 1 << 20}}, nil
		}}))
	}
	require.NoError(t, s.Close())
	return path
}

// folder is what stands in the folder of a file: names, sizes, and the time of
// the last change of what has one.
func folder(t *testing.T, path string) (out []string) {
	t.Helper()
	names, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	for _, name := range names {
		info, err := name.Info()
		require.NoError(t, err)
		out = append(out, fmt.Sprint(name.Name(), info.Mode(), info.Size(), info.ModTime().UnixNano()))
	}
	return out
}

func entriesIn(t *testing.T, path string) int64 {
	t.Helper()
	c, err := Verify(t.Context(), path)
	require.NoError(t, err)
	return c.Entries
}

// askedBy counts how often a work asks its context.
func askedBy(t *testing.T, work func(context.Context, string) error) int {
	ctx := endsAfter(t.Context(), 1<<40, nil)
	require.NoError(t, work(ctx, withBackup(t)))
	return 1<<40 - int(ctx.left.Load())
}

// points are the last steps of a work, one by one, and some of those before.
func points(asked int) (out []int) {
	for n := 1; n <= asked; n += 1 + max(0, asked-8-n)/5 {
		out = append(out, n)
	}
	return out
}

// TestInterrupted: after each step that a work fails at, everything in the
// folder is as it was.
func TestInterrupted(t *testing.T) {
	for name, work := range works() {
		t.Run(name, func(t *testing.T) {
			path := withBackup(t)
			before := folder(t, path)
			for _, n := range points(askedBy(t, work)) {
				require.ErrorIs(t, work(endsAfter(t.Context(), n, func() {}), path), context.Canceled, "step %d", n)
				require.Equal(t, before, folder(t, path), "step %d", n)
			}
			assert.EqualValues(t, 40, entriesIn(t, path))
		})
	}
}

// TestKilled: a process that is killed at whatever step leaves a good database,
// the old or the new one, and the next run is not hindered.
func TestKilled(t *testing.T) {
	for name, work := range works() {
		t.Run(name, func(t *testing.T) {
			wanted := map[string]int64{"compact": 40, "restore": 30}
			for _, n := range points(askedBy(t, work)) {
				path := withBackup(t)
				c, err := startChild(t, "die at "+name, path, nil)
				require.NoError(t, err)
				_, err = fmt.Fprintln(c.stdin, n)
				require.NoError(t, err)
				output, err := io.ReadAll(c.stdout)
				require.NoError(t, err)
				require.Empty(t, string(output), "it should have died")
				require.ErrorContains(t, c.Wait(), "killed")
				s := openAt(t, path, Options{})
				_, err = s.Entry(t.Context(), address(39))
				require.NoError(t, err, "step %d", n)
				require.NoError(t, s.Close())
				forgetKept(t, path)
				require.NoError(t, work(t.Context(), path))
				assert.Equal(t, wanted[name], entriesIn(t, path))
				forgetKept(t, path)
				assert.Len(t, folder(t, path), 2, "step %d: %s", n, folder(t, path))
			}
		})
	}
}

// forgetKept removes what a restore has kept.
func forgetKept(t *testing.T, path string) {
	kept, err := filepath.Glob(path + ".before-restore-*")
	require.NoError(t, err)
	for _, name := range kept {
		require.EqualValues(t, 40, entriesIn(t, name))
		require.NoError(t, os.Remove(name))
	}
}

// childDies does a work, and kills itself at the step whose number it reads.
func childDies(work string) func(string) error {
	return func(path string) error {
		var n int
		if _, err := fmt.Scan(&n); err != nil {
			return err
		}
		err := works()[work](endsAfter(context.Background(), n, func() {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}), path)
		return fmt.Errorf("it is alive: %w", err)
	}
}

func TestCompact(t *testing.T) {
	path := withBackup(t)
	require.NoError(t, os.Chmod(path, 0o640))
	link := filepath.Join(filepath.Dir(path), "link.db")
	require.NoError(t, os.Symlink(path, link))
	before, err := os.Stat(path)
	require.NoError(t, err)
	held := everything(t, path)
	c, err := Compact(t.Context(), link)
	require.NoError(t, err)
	after, err := os.Lstat(path)
	require.NoError(t, err)
	assert.Equal(t, before.Size(), c.Before)
	assert.Equal(t, after.Size(), c.Bytes)
	assert.Less(t, c.Bytes, c.Before/10)
	assert.Equal(t, usedIn(t, path), c.Bytes, "nothing behind the last page")
	assert.Equal(t, os.FileMode(0o640), after.Mode())
	assert.Len(t, folder(t, path), 3)
	assert.Equal(t, held, everything(t, path))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.Equal(t, os.ModeSymlink, info.Mode().Type())
	again, err := Compact(t.Context(), path)
	require.NoError(t, err)
	assert.InDelta(t, again.Before, again.Bytes, float64(8*pageSize))
}

// usedIn is how many bytes the pages of a file have that were ever in use.
func usedIn(t *testing.T, path string) int64 {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	meta, found := newestMeta(f)
	require.True(t, found)
	return int64(binary.LittleEndian.Uint64(meta[metaHigh:])) * pageSizeOf(meta)
}

// everything is each row of a file, and the numbers that the next rows get.
func everything(t *testing.T, path string) (out []string) {
	t.Helper()
	s := openAt(t, path, Options{})
	require.NoError(t, s.view(t.Context(), dump(&out)))
	require.NoError(t, s.Close())
	return out
}

func TestRestore(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(t *testing.T, path string)
		kept    bool
	}{
		"over a database":      {func(*testing.T, string) {}, true},
		"over a damaged one":   {contents("Dear reader"), true},
		"over one cut short":   {func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 3*int64(pageSize))) }, true},
		"over an empty file":   {contents(""), false},
		"where there was none": {func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := withBackup(t)
			backup := filepath.Join(filepath.Dir(path), "backup.db")
			test.prepare(t, path)
			old, _ := os.ReadFile(path)
			r, err := Restore(t.Context(), backup, path, restoredAt)
			require.NoError(t, err)
			assert.EqualValues(t, 30, r.Entries)
			assert.Equal(t, everything(t, backup), everything(t, path))
			if !test.kept {
				assert.Empty(t, r.Kept)
				assert.Len(t, folder(t, path), 2)
				return
			}
			assert.Equal(t, path+".before-restore-20261122-083000", r.Kept)
			kept, err := os.ReadFile(r.Kept)
			require.NoError(t, err)
			assert.True(t, slices.Equal(old, kept))
			assert.Len(t, folder(t, path), 3)
		})
	}
}

// TestRestoreKeepsTheLook: permissions, links.
func TestRestoreKeepsTheLook(t *testing.T) {
	path := withBackup(t)
	require.NoError(t, os.Chmod(path, 0o640))
	link := filepath.Join(filepath.Dir(path), "link.db")
	require.NoError(t, os.Symlink(path, link))
	_, err := Restore(t.Context(), filepath.Join(filepath.Dir(path), "backup.db"), link, restoredAt)
	require.NoError(t, err)
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode())
	assert.Zero(t, (info.Size())%int64(pageSize), "the checksum is of the backup")
	info, err = os.Lstat(link)
	require.NoError(t, err)
	assert.Equal(t, os.ModeSymlink, info.Mode().Type())
}

// TestRefusals leave everything as it was. BACKUP and PATH stand for the files.
func TestRefusals(t *testing.T) {
	flip := func(name string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			file := filepath.Join(filepath.Dir(path), name)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			data[len(data)/2] ^= 4
			require.NoError(t, os.WriteFile(file, data, 0o600))
		}
	}
	const locked = "another process has it open; stop that first"
	for name, test := range map[string]struct {
		work    string
		prepare func(t *testing.T, path string)
		want    string
	}{
		"compact a server's":      {"compact", lockElsewhere, "compact PATH: " + locked + ", or try again when it has ended"},
		"compact nothing":         {"compact", func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, "compact PATH: no such file or directory"},
		"compact text":            {"compact", contents("Dear reader"), "compact PATH: it is not a nosend database, or its head is damaged; name another file, or restore a backup"},
		"compact an empty file":   {"compact", contents(""), "compact PATH: it is empty; name another file"},
		"restore under a server":  {"restore", lockElsewhere, "restore PATH: " + locked},
		"restore a damaged one":   {"restore", flip("backup.db"), "BACKUP: stored data is damaged: it is not what was written: its checksum is another one"},
		"restore the same second": {"restore", func(t *testing.T, path string) { contents("x")(t, path+".before-restore-20261122-083000") }, "restore PATH: link PATH PATH.before-restore-20261122-083000: file exists"},
		"restore onto itself": {"restore", func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink("backup.db", path))
		}, "restore PATH: it is the backup itself; name the database with --db"},
	} {
		t.Run(name, func(t *testing.T) {
			path := withBackup(t)
			backup := filepath.Join(filepath.Dir(path), "backup.db")
			test.prepare(t, path)
			before := folder(t, path)
			err := works()[test.work](t.Context(), path)
			assert.EqualError(t, err, strings.NewReplacer("BACKUP", backup, "PATH", path).Replace(test.want))
			assert.Equal(t, before, folder(t, path))
		})
	}
}

// TestRestoreLeavesNoEmptyFile where there was none.
func TestRestoreLeavesNoEmptyFile(t *testing.T) {
	path := withBackup(t)
	backup := filepath.Join(filepath.Dir(path), "backup.db")
	require.NoError(t, os.Remove(path))
	asked := endsAfter(t.Context(), 1<<40, nil)
	_, err := Verify(asked, backup)
	require.NoError(t, err)
	_, err = Restore(endsAfter(t.Context(), 1<<40-int(asked.left.Load())+1, func() {}), backup, path, restoredAt)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "restore "+path)
	assert.Len(t, folder(t, path), 1)
}

// TestRestoreIntoNothing: there must be a folder.
func TestRestoreIntoNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "nosend.db")
	_, err := Restore(t.Context(), fileOf(t, backedUp(t)), path, restoredAt)
	assert.ErrorContains(t, err, "missing does not exist; make it first")
}

// TestReplacedWhileOpening: a file that another one has taken the name of is
// not served.
func TestReplacedWhileOpening(t *testing.T) {
	path := fileOf(t, backedUp(t))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, stillThere(f))
	require.NoError(t, os.Rename(fileOf(t, backedUp(t)), path))
	assert.EqualError(t, stillThere(f), "it was replaced at this moment; try again")
}
