package boltstore

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Some tests need a process of their own, to kill or to limit. They run this
// test binary again, with the child's name and file in the environment.
const (
	childVariable = "NOSEND_TEST_CHILD"
	fileVariable  = "NOSEND_TEST_FILE"
)

func TestMain(m *testing.M) {
	if run := children()[os.Getenv(childVariable)]; run != nil {
		if err := run(os.Getenv(fileVariable)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a process that a test started.
type child struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
}

// startChild starts a child on a file; it is killed when the test ends.
func startChild(t *testing.T, name, path string, attributes *syscall.SysProcAttr) (*child, error) {
	c := &child{Cmd: exec.Command(os.Args[0])}
	c.Env = append(os.Environ(), childVariable+"="+name, fileVariable+"="+path)
	c.SysProcAttr = attributes
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	require.NoError(t, err)
	stdout, err := c.StdoutPipe()
	require.NoError(t, err)
	c.stdin, c.stdout = stdin, bufio.NewReader(stdout)
	if err := c.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() }) //nolint:errcheck // it may have ended
	return c, nil
}

// childHolds keeps the file open until its standard input ends.
func childHolds(path string) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, err = io.Copy(io.Discard, os.Stdin)
	_ = s.Close()
	return err
}
