package main

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// TestDatabaseClosed: however serve ends, it leaves no database open.
func TestDatabaseClosed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for name, test := range map[string]struct {
		listen string
		code   int
	}{
		"stopped":     {"127.0.0.1:0", exitOK},
		"port in use": {taken.Addr().String(), exitError},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := filepath.Join(dir, "nosend.db")
			code, stderr := runBriefly(t, []string{"serve", "--listen", test.listen, "--db", db, "--tokens", filepath.Join(dir, "none")}, "")
			assert.Equal(t, test.code, code, stderr)
			checkFile(t, db) // which can't be opened twice
			names, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Len(t, names, 1)
		})
	}
}

// TestReloadTokens: a fault that lasts is one line in the log, another fault
// another line.
func TestReloadTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), defaultTokens)
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write(`{"tokens":[]}`)
	tokens, err := api.OpenTokens(file)
	require.NoError(t, err)
	var log bytes.Buffer
	a := &app{parts: parts{tokenFile: tokens}, log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, step := range []struct {
		text  string
		lines int
	}{
		{`{"tokens":[]}`, 0},
		{`{"tokens":`, 1},
		{`{"tokens":[{"name":"mailer"}]}`, 2},
		{`{"tokens":[], "x":1}`, 2},
		{`{"tokens":`, 3},
	} {
		write(step.text)
		for range 3 {
			a.reloadTokens(t.Context())
		}
		assert.Equal(t, step.lines, strings.Count(log.String(), "token file not read"), step.text)
	}
}
