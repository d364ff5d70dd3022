package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// process is a server in a process of its own.
type process struct {
	*exec.Cmd
	url    string
	stderr *transcript
	ended  chan struct{} // closed when the process has ended
	err    error         // how it ended
}

// startProcess starts a server on a port that the system chooses, and returns
// once it listens. wrapped, if there is any, is a command in front, such as
// strace.
func startProcess(dir string, env []string, wrapped []string, flags ...string) (*process, error) {
	line := append(wrapped, "nosend", "serve", "--listen", "127.0.0.1:0")
	line = append(line, flags...)
	p := &process{Cmd: exec.Command(line[0], line[1:]...), stderr: newTranscript(), ended: make(chan struct{})}
	p.Dir, p.Env, p.Stderr = dir, env, p.stderr
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.Start(); err != nil {
		return nil, err
	}
	go func() { p.err = p.Wait(); close(p.ended) }()
	match, err := p.await(`listening on (https?://[^ "]+)(?s:.*)try: curl`)
	if err != nil {
		p.kill()
		return nil, err
	}
	p.url = match[1]
	return p, nil
}

// startServer starts a server in a folder; it is killed when the test ends.
func startServer(t *testing.T, dir string, flags ...string) *process {
	p, err := startProcess(dir, os.Environ(), nil, flags...)
	require.NoError(t, err)
	t.Cleanup(p.kill)
	return p
}

// await waits until the process has written something to standard error.
func (p *process) await(pattern string) ([]string, error) {
	wanted := regexp.MustCompile(pattern)
	deadline := time.After(patience)
	for {
		text, more := p.stderr.read()
		if match := wanted.FindStringSubmatch(text); match != nil {
			return match, nil
		}
		select {
		case <-more:
		case <-p.ended:
			if text, _ := p.stderr.read(); !wanted.MatchString(text) {
				return nil, fmt.Errorf("the server ended (%v) before it wrote %s:\n%s", p.err, pattern, text)
			}
		case <-deadline:
			return nil, fmt.Errorf("the server has not written %s:\n%s", pattern, text)
		}
	}
}

// signal reaches the server also through what it is wrapped in.
func (p *process) signal(s syscall.Signal) error { return syscall.Kill(-p.Process.Pid, s) }

func (p *process) kill() {
	_ = p.signal(syscall.SIGKILL) // it may have ended
	<-p.ended
}

// wait waits for the end, and returns how it ended.
func (p *process) wait() error {
	select {
	case <-p.ended:
		return p.err
	case <-time.After(patience):
		return errors.New("the server does not end")
	}
}

// stop ends the server with a signal, as a supervisor does, and expects that
// all is well.
func (p *process) stop() error {
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.wait(); err != nil {
		text, _ := p.stderr.read()
		return fmt.Errorf("%w:\n%s", err, text)
	}
	return nil
}

// transcript keeps what is written to it, and tells those who wait for more.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{})} }

// Write implements io.Writer.
func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.more)
	t.more = make(chan struct{})
	return t.text.Write(b)
}

// read returns what was written, and a channel that is closed at the next
// write.
func (t *transcript) read() (string, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String(), t.more
}
