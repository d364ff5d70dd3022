package boltstore

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// backedUp is the bytes of a backup with rows on many pages.
func backedUp(t *testing.T) []byte {
	t.Helper()
	s := openNew(t)
	fill(t, s, 60)
	require.NoError(t, s.Update(t.Context(), bulk(1, 10_000)))
	var out bytes.Buffer
	require.NoError(t, s.Backup(t.Context(), &out))
	return out.Bytes()
}

// fileOf writes bytes into a file of its own.
func fileOf(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "some.db")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestBackup(t *testing.T) {
	data := backedUp(t)
	path := fileOf(t, data)
	c, err := Verify(t.Context(), path)
	require.NoError(t, err)
	tallies := map[suppress.Tally]int64{heldRow().Entry.Tally(): 60}
	assert.Equal(t, Contents{Bytes: int64(len(data)), Entries: 60, Tallies: tallies, History: 60, Due: 60, Changes: 60, Letters: 1, Checksum: true}, c)
	s := openAt(t, path, Options{})
	row, err := s.Row(t.Context(), address(59))
	require.NoError(t, err)
	assert.Equal(t, heldRow().History, row.History)
}

// gate is a writer that lets nothing pass before it is opened.
type gate struct {
	bytes.Buffer
	met, open chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	select {
	case g.met <- struct{}{}:
	default:
	}
	<-g.open
	return g.Buffer.Write(p)
}

// TestBackupStopsNobody: while a backup is stuck others read and write, and
// what they write isn't in it.
func TestBackupStopsNobody(t *testing.T) {
	s := openNew(t)
	fill(t, s, 50)
	g := &gate{met: make(chan struct{}), open: make(chan struct{})}
	done := make(chan error)
	go func() { done <- s.Backup(context.Background(), g) }()
	<-g.met
	for range 3 { // frees and would like to use again
		fill(t, s, 90)
	}
	_, err := s.Entry(t.Context(), address(80))
	assert.NoError(t, err)
	close(g.open)
	require.NoError(t, <-done)
	c, err := Verify(t.Context(), fileOf(t, g.Bytes()))
	require.NoError(t, err)
	assert.EqualValues(t, 50, c.Entries)
}

func TestBackupErrors(t *testing.T) {
	s := openNew(t)
	fill(t, s, 50)
	no := errors.New("no")
	assert.ErrorContains(t, s.Backup(t.Context(), refusing{no}), "copy the database: meta 0 copy: no")
	ctx, cancel := context.WithCancel(t.Context())
	w := refusing{nil}
	cancel()
	assert.ErrorIs(t, s.Backup(ctx, w), context.Canceled)
	assert.ErrorIs(t, s.Backup(endsAfter(t.Context(), 3, func() {}), w), context.Canceled, "half-way")
	require.NoError(t, s.Close())
	assert.ErrorIs(t, s.Backup(t.Context(), w), suppress.ErrClosed)
}

// refusing is a writer that fails, or takes everything.
type refusing struct{ err error }

func (r refusing) Write(p []byte) (int, error) { return len(p), r.err }
