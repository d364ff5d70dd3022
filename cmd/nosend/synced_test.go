package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// straced is a command that writes the syncs of what follows it to a file.
func straced(file string) []string {
	return []string{"strace", "-f", "-ttt", "-y", "-e", "trace=fsync,fdatasync", "-o", file, "--"}
}

// syncedFiles names the files and folders that a trace saw synced, with success.
func syncedFiles(t *testing.T, trace string) (names []string) {
	f, err := os.Open(trace)
	require.NoError(t, err)
	defer f.Close()
	calls, err := readTrace(f)
	require.NoError(t, err)
	for _, c := range calls {
		if strings.HasSuffix(c.text, "= 0") {
			names = append(names, c.file)
		}
	}
	return names
}

// TestNewDatabaseIsInItsFolder after a crash of the machine: the folder is
// synced too.
func TestNewDatabaseIsInItsFolder(t *testing.T) {
	needStrace(t)
	dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	p, err := startProcess(dir, os.Environ(), straced(trace))
	require.NoError(t, err)
	t.Cleanup(p.kill)
	require.NoError(t, p.stop())
	synced := syncedFiles(t, trace)
	assert.Contains(t, synced, filepath.Join(dir, "nosend.db"))
	assert.Contains(t, synced, dir)
}

// TestExportIsSynced before it takes its name.
func TestExportIsSynced(t *testing.T) {
	needStrace(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total-Count", "0")
		_, _ = io.WriteString(w, "address,class\r\n")
	}))
	defer server.Close()
	dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	line := append(straced(trace), "nosend", "export", "--url", server.URL, filepath.Join(dir, "list.csv"))
	out, err := exec.Command(line[0], line[1:]...).CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, strings.Join(syncedFiles(t, trace), "\n"), filepath.Join(dir, ".nosend-export-"))
}
