package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSyncedBeforeAnswered is invariant 1: a 2xx to a webhook means committed
// and fsynced. kill -9 can't tell a synced file from one that isn't, so the
// system calls of a server are traced: no 200 may leave before the data of its
// webhook was written and synced.
func TestSyncedBeforeAnswered(t *testing.T) {
	needStrace(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "trace")
	p, err := startProcess(dir, os.Environ(), []string{"strace", "-f", "-ttt", "-y", "-s", "1000000",
		"-e", "trace=read,write,writev,sendto,sendmsg,pwrite64,pwritev,fdatasync,fsync", "-o", file, "--"})
	require.NoError(t, err)
	t.Cleanup(p.kill)
	rounds := 15
	if testing.Short() {
		rounds = 3
	}
	for n := range rounds {
		postTraced(t, p, n)
	}
	var clients sync.WaitGroup
	for client := range loadClients {
		clients.Go(func() {
			for n := range rounds {
				postTraced(t, p, 1000*(client+1)+n)
			}
		})
	}
	clients.Wait()
	require.NoError(t, p.stop())
	trace, err := os.Open(file)
	require.NoError(t, err)
	defer trace.Close()
	calls, err := readTrace(trace)
	require.NoError(t, err)
	h := newHistory(calls, "/nosend.db")
	assert.Len(t, h.answers, rounds*(loadClients+1), "every answer is in the trace")
	assert.Empty(t, h.faults())
}

// postTraced posts a webhook whose marker is in the query and in the address.
func postTraced(t *testing.T, p *process, n int) {
	marker := fmt.Sprintf("trace-%06d", n)
	resp, err := http.Post(p.url+"/webhooks/cmc?m="+marker, "application/json", strings.NewReader(bounces(marker+"@example.jp")))
	if assert.NoError(t, err) {
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		_ = resp.Body.Close()
	}
}

// needStrace skips the test where system calls can't be traced; the automatic
// check has no excuse.
func needStrace(t *testing.T) {
	skip := t.Skipf
	if os.Getenv("CI") == "true" {
		skip = t.Fatalf
	}
	if runtime.GOOS != "linux" {
		skip("strace is for Linux")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		skip("strace is not installed: %v", err)
	}
	if out, err := exec.Command("strace", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		skip("strace may not trace here (ptrace is forbidden?): %v: %s", err, out)
	}
}

// TestTraceFaults: the reading of a trace sees each way to answer too early.
func TestTraceFaults(t *testing.T) {
	const (
		request = `1 1.1 read(9<socket:[7]>, "POST /webhooks/cmc?m=trace-000001 HTTP/1.1\r\n", 4096) = 40`
		data    = `1 1.2 pwrite64(5</d/nosend.db>, "jp\0trace-000001\0", 4096, 16384) = 4096`
		sync    = `1 1.3 fdatasync(5</d/nosend.db>) = 0`
		meta    = `1 1.4 pwrite64(5</d/nosend.db>, "\0\0", 4096, 4096) = 4096`
		meta1   = `1 1.4 pwrite64(5</d/nosend.db>, "\0\0", 4096, 4096 <unfinished ...>`
		meta2   = `1 1.4 <... pwrite64 resumed>) = 4096`
		begun   = `1 1.5 fdatasync(5</d/nosend.db> <unfinished ...>`
		ended   = `1 1.6 <... fdatasync resumed>) = 0`
		failed  = `1 1.6 <... fdatasync resumed>) = -1 EIO (Input/output error)`
		answer  = `2 1.7 write(9<socket:[7]>, "HTTP/1.1 200 OK\r\n\r\n{\"recorded\":1}", 99) = 99`
	)
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"right":            {[]string{request, data, sync, meta, begun, ended, answer}, ""},
		"right, in pieces": {[]string{request, data, sync, meta1, meta2, begun, ended, answer}, ""},
		"never synced":     {[]string{request, data, meta, answer}, "its data was not synced before its meta page"},
		"meta not synced":  {[]string{request, data, sync, meta, answer}, "before what was written on line 4 was synced"},
		"sync not over":    {[]string{request, data, sync, meta, begun, answer, ended}, "before what was written on line 4 was synced"},
		"sync failed":      {[]string{request, data, sync, meta, begun, failed, answer}, "before what was written on line 4 was synced"},
		"sync too early":   {[]string{request, data, sync, begun, meta, ended, answer}, "before what was written on line 5 was synced"},
		"data not synced":  {[]string{request, sync, data, meta, begun, ended, answer}, "its data was not synced before its meta page"},
		"not written":      {[]string{request, answer}, "before it was written"},
		"written too late": {[]string{request, answer, data, sync, meta, begun, ended}, "before it was written"},
	} {
		t.Run(name, func(t *testing.T) {
			calls, err := readTrace(strings.NewReader(strings.Join(test.lines, "\n")))
			require.NoError(t, err)
			h := newHistory(calls, "/nosend.db")
			require.Len(t, h.answers, 1)
			got := strings.Join(h.faults(), "\n")
			if test.want == "" {
				assert.Empty(t, got)
			} else {
				assert.Contains(t, got, test.want)
			}
		})
	}
}
