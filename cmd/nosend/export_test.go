package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExportInterrupted: who gives up an export finds the folder as it was.
func TestExportInterrupted(t *testing.T) {
	asked, gone := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "address,class\r\n")
		_ = http.NewResponseController(w).Flush()
		close(asked)
		<-r.Context().Done()
		close(gone)
	}))
	defer slow.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "list.csv")
	require.NoError(t, os.WriteFile(file, []byte("old"), 0o600))
	cmd := exec.Command("nosend", "export", "--url", slow.URL, file)
	require.NoError(t, cmd.Start())
	<-asked
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
	require.True(t, ok)
	assert.Equal(t, exitError, exit.ExitCode())
	<-gone
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, names, 1, "no temporary file is left")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
}

// TestWriteWhole: whatever fails, the old file stays and nothing else does.
func TestWriteWhole(t *testing.T) {
	for name, write := range map[string]func(io.Writer) (int, error){
		"at once":   func(io.Writer) (int, error) { return 0, errors.New("no") },
		"half-way":  func(w io.Writer) (int, error) { _, _ = io.WriteString(w, "half"); return 1, errors.New("no") },
		"closed":    func(w io.Writer) (int, error) { return 1, w.(*os.File).Close() },
		"it worked": func(w io.Writer) (int, error) { _, err := io.WriteString(w, "new"); return 1, err },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "list.csv")
			require.NoError(t, os.WriteFile(file, []byte("old"), 0o640))
			want := "old"
			_, err := writeWhole(file, 0o666, write)
			if name == "it worked" {
				require.NoError(t, err)
				want = "new"
			} else {
				require.Error(t, err)
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, want, string(content))
			info, err := os.Stat(file)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o640), info.Mode())
			names, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Len(t, names, 1)
		})
	}
}
