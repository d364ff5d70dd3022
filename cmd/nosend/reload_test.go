package main

import (
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTerminalGone: SIGHUP reads the rules anew, but a server that was started
// on a terminal ends with it.
func TestTerminalGone(t *testing.T) {
	needShell(t, "script")
	db := filepath.Join(t.TempDir(), "nosend.db")
	screen := newTranscript()
	cmd := exec.Command("script", "-qfec", "nosend serve --listen 127.0.0.1:0 --tokens "+db+".none --db "+db, "/dev/null")
	cmd.Stdout, cmd.SysProcAttr = screen, &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	p := &process{Cmd: cmd, stderr: screen, ended: make(chan struct{})}
	match, err := p.await(`listening on http://(\S+)(?s:.*)try: curl`)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
	_ = cmd.Wait()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", match[1])
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, patience, 10*time.Millisecond)
}
