package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

// halfPost is a webhook of which the server has got only the first half.
type halfPost struct {
	net.Conn
	in   *bufio.Reader
	rest string
}

// startPost returns when the server reads the body: it has answered 100.
func startPost(t *testing.T, p *process, body string) *halfPost {
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprintf(conn, "POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
	require.NoError(t, err)
	h := &halfPost{conn, bufio.NewReader(conn), body[len(body)/2:]}
	require.Equal(t, http.StatusContinue, h.answer(t).StatusCode)
	_, err = io.WriteString(conn, body[:len(body)/2])
	require.NoError(t, err)
	return h
}

// finish sends the second half and returns the answer.
func (h *halfPost) finish(t *testing.T) *http.Response {
	_, err := io.WriteString(h.Conn, h.rest)
	require.NoError(t, err)
	return h.answer(t)
}

func (h *halfPost) answer(t *testing.T) *http.Response {
	resp, err := http.ReadResponse(h.in, nil)
	require.NoError(t, err)
	return resp
}

// TestDrain: after SIGTERM nobody new is let in, what is in flight is answered
// and on disk, and all is well.
func TestDrain(t *testing.T) {
	dir := t.TempDir()
	p := startServer(t, dir)
	half := startPost(t, p, bounces("drained@example.jp"))
	require.NoError(t, p.signal(syscall.SIGTERM))
	_, err := p.await("stopping: answering what is in flight")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return refused(p) }, patience, time.Millisecond)
	select {
	case <-p.ended:
		t.Fatal("the server ended before it had answered")
	default:
	}
	resp := half.finish(t)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, `{"recorded":1,"duplicates":0,"ignored":0,"rejected":0}`+"\n", string(body))
	require.NoError(t, p.wait())
	_, err = p.await(`"msg":"stopped"`)
	require.NoError(t, err)
	checkFile(t, filepath.Join(dir, "nosend.db"), "drained@example.jp")
}

func refused(p *process) bool {
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err == nil {
		_ = conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// TestSecondSignal: who can't wait for the answers sends the signal again.
func TestSecondSignal(t *testing.T) {
	dir := t.TempDir()
	p := startServer(t, dir)
	startPost(t, p, bounces("cut@example.jp"))
	require.NoError(t, p.signal(syscall.SIGTERM))
	_, err := p.await("stopping: answering what is in flight")
	require.NoError(t, err)
	require.NoError(t, p.signal(syscall.SIGTERM))
	exit, ok := errors.AsType[*exec.ExitError](p.wait())
	require.True(t, ok)
	assert.Equal(t, syscall.SIGTERM, exit.Sys().(syscall.WaitStatus).Signal())
	checkFile(t, filepath.Join(dir, "nosend.db"))
}

// TestDrainLimit: a request that never ends doesn't keep the server for ever.
func TestDrainLimit(t *testing.T) {
	entered, left := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
		close(left)
	}))
	defer s.Close()
	go func() {
		if resp, err := http.Get(s.URL); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-entered
	err := drain(s.Config, time.Millisecond)
	require.EqualError(t, err, "requests were still unanswered 1ms after the signal to stop; they were broken off")
	select {
	case <-left:
	case <-time.After(patience):
		t.Fatal("the request goes on")
	}
}

// checkFile opens the file as the next server would; it must be sound and hold
// the addresses.
func checkFile(t *testing.T, path string, addresses ...string) {
	s, err := boltstore.Open(path, boltstore.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.Check(context.Background()))
	for _, text := range addresses {
		a, err := suppress.ParseAddress(text)
		require.NoError(t, err)
		_, err = s.Entry(context.Background(), a)
		require.NoError(t, err, "%s was acknowledged", text)
	}
}

// bounces is a webhook body that reports one bounce for each recipient. Its
// kind goes by the recipient's first letter, so that the list has several.
func bounces(recipients ...string) string {
	reasons := map[byte]string{'f': "552 5.2.2 mailbox full", 'h': "Host or domain name not found", 'w': "554 5.0.0 transaction failed"}
	var events []string
	for _, r := range recipients {
		reason := reasons[r[0]]
		if reason == "" {
			reason = "550 5.1.1 user unknown"
		}
		events = append(events, fmt.Sprintf(`{"created":"2026-03-02 09:14:31","status":"1","messageId":"<%s>","to":%q,"reason":%q}`, r, r, reason))
	}
	return `{"event_type":"bounces","event":{"bounces":[` + strings.Join(events, ",") + `]}}`
}
