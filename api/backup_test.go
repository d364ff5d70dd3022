package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

// withoutBackups runs on a store that can't copy itself.
func withoutBackups(s *server, c *api.Config) {
	other := s.list.Config
	other.Store = struct{ suppress.Store }{s.store}
	list, err := suppress.New(other)
	require.NoError(s.t, err)
	c.List = list
}

// TestBackup is a whole database, of now, and says what it is.
func TestBackup(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp", "other@x.jp")
	got := s.get("/backup")
	require.Equal(t, http.StatusOK, got.StatusCode)
	sum := sha256.Sum256([]byte(got.body))
	assert.Equal(t, api.Digest(sum[:]), got.Header.Get("Repr-Digest"))
	assert.EqualValues(t, len(got.body), got.ContentLength)
	assert.Equal(t, "application/octet-stream", got.Header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="nosend-20260302-090000.db"`, got.Header.Get("Content-Disposition"))
	path := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, os.WriteFile(path, []byte(got.body), 0o600))
	c, err := boltstore.Verify(t.Context(), path)
	require.NoError(t, err)
	assert.EqualValues(t, 2, c.Entries)
	assert.True(t, c.Checksum)
}

// TestDigest is written as RFC 9530 shows it.
func TestDigest(t *testing.T) {
	sum := sha256.Sum256([]byte(`{"hello": "world"}` + "\n"))
	assert.Equal(t, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", api.Digest(sum[:]))
}

// TestBackupHead makes no copy.
func TestBackupHead(t *testing.T) {
	s := serve(t)
	s.store.interfere(func() error { t.Error("the store was asked"); return nil })
	got := s.do(http.MethodHead, "/backup", "")
	assert.Equal(t, http.StatusOK, got.StatusCode)
	assert.Equal(t, `attachment; filename="nosend-20260302-090000.db"`, got.Header.Get("Content-Disposition"))
	assert.EqualValues(t, -1, got.ContentLength)
	s.store.interfere(nil)
}

// TestNoBackups: a store that can't copy itself says what can.
func TestNoBackups(t *testing.T) {
	s := serve(t, withoutBackups)
	assert.Equal(t, "the store can't copy itself; back it up with the tools of its database", s.problem(s.get("/backup"), http.StatusNotImplemented))
	assert.Equal(t, http.StatusNotImplemented, s.do(http.MethodHead, "/backup", "").StatusCode)
}

// TestStalledBackups: clients that read nothing block neither look-ups nor
// webhooks, and don't keep the file's pages from being used again.
func TestStalledBackups(t *testing.T) {
	s := long(t)
	s.webhooks(t, 0, 50)
	var stalled []*tcp
	for range 2 {
		stalled = append(stalled, s.begin("/backup"))
	}
	assert.Contains(t, s.problem(s.get("/backup"), http.StatusTooManyRequests), "two exports are running already")
	before := s.size()
	s.webhooks(t, 50, 400)
	assert.Less(t, s.size()-before, int64(2<<20), "the pages pile up")
	assert.NotContains(t, s.seen.told(&s.seen.requests), "GET /backup 200", "they are still at it")
	for _, c := range stalled {
		assert.NoError(t, c.Close())
	}
	s.seen.await("GET /backup 200")
	assert.Equal(t, http.StatusOK, s.get("/backup").StatusCode)
}

// TestStalledBackupEnds: who reads nothing for a while loses the place.
func TestStalledBackupEnds(t *testing.T) {
	s := long(t)
	api.SetExportStall(s.api, 20*time.Millisecond)
	s.begin("/backup")
	s.seen.await("GET /backup 200")
	assert.Contains(t, s.log.String(), "aborted=true")
}

// slowCopy is a store whose copy goes on for as long as somebody wants it.
type slowCopy struct {
	suppress.Store
	begun chan struct{}
}

func (c slowCopy) Backup(ctx context.Context, _ io.Writer) error {
	close(c.begun)
	<-ctx.Done()
	return ctx.Err()
}

// TestBackupForNobody: a client that hangs up ends the copying.
func TestBackupForNobody(t *testing.T) {
	begun := make(chan struct{})
	s := serve(t, func(s *server, c *api.Config) {
		other := s.list.Config
		other.Store = slowCopy{s.store, begun}
		list, err := suppress.New(other)
		require.NoError(s.t, err)
		c.List = list
	})
	c := s.dial()
	c.write("GET /backup HTTP/1.1\r\nHost: localhost\r\n\r\n")
	<-begun
	require.NoError(t, c.Close())
	s.seen.await("GET /backup 499")
}

// TestFailedBackups are errors, and keep no place.
func TestFailedBackups(t *testing.T) {
	s := serve(t)
	s.store.interfere(func() error { return suppress.ErrClosed })
	for range 3 {
		s.problem(s.get("/backup"), http.StatusServiceUnavailable)
	}
	s.store.interfere(nil)
	folder := s.list.SpoolDir
	s.list.SpoolDir = filepath.Join(folder, "missing")
	for range 3 {
		s.problem(s.get("/backup"), http.StatusServiceUnavailable)
	}
	assert.Contains(t, s.log.String(), "make temporary file")
	s.list.SpoolDir = folder
	assert.Equal(t, http.StatusOK, s.get("/backup").StatusCode)
}

// TestBackupWhileWriting: each copy is of one moment: whole, sound, and with all
// that was acknowledged before it was asked for.
func TestBackupWhileWriting(t *testing.T) {
	s := serve(t)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				s.suppress(fmt.Sprintf("other%d@x.jp", i))
			}
		}
	}()
	for round := range 10 {
		s.suppress(fmt.Sprintf("known%d@y.jp", round))
		var copied bytes.Buffer
		_, err := s.client.Backup(t.Context(), &copied, client.BackupOptions{})
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "copy.db")
		require.NoError(t, os.WriteFile(path, copied.Bytes(), 0o600))
		_, err = boltstore.Verify(t.Context(), path)
		require.NoError(t, err)
		store, err := boltstore.Open(path, boltstore.Options{})
		require.NoError(t, err)
		for known := range round + 1 {
			_, err = store.Entry(t.Context(), address(t, fmt.Sprintf("known%d@y.jp", known)))
			assert.NoError(t, err)
		}
		require.NoError(t, store.Close())
	}
	close(stop)
	<-done
}
