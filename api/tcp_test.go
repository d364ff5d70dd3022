package api_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long an answer may take before it counts as stuck.
const patience = 30 * time.Second

// tcp is a client that sends and reads just what a test says.
type tcp struct {
	net.Conn
	t  testing.TB
	in *bufio.Reader
}

// dial connects to a server. The connection ends with the test.
func (s *server) dial() *tcp {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	require.NoError(s.t, err)
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(patience)))
	s.t.Cleanup(func() { conn.Close() })
	return &tcp{Conn: conn, t: s.t, in: bufio.NewReader(conn)}
}

func (c *tcp) write(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

// line reads one line.
func (c *tcp) line() string {
	c.t.Helper()
	line, err := c.in.ReadString('\n')
	require.NoError(c.t, err)
	return strings.TrimSpace(line)
}

// rest reads until the server closes the connection.
func (c *tcp) rest() string {
	c.t.Helper()
	data, err := io.ReadAll(c.in)
	require.NoError(c.t, err)
	return string(data)
}

func (c *tcp) closeWrite() {
	c.t.Helper()
	require.NoError(c.t, c.Conn.(*net.TCPConn).CloseWrite())
}
