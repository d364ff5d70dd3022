package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// longList has so many lines that its answer is far greater than what waits in
// sockets, or stays in memory.
const longList = 120_000

// numbered is a list of addresses of which every tenth is gone@x.jp.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		if i%10 == 0 {
			b.WriteString("gone@x.jp\n")
		} else {
			fmt.Fprintf(&b, "u%d@example.com\n", i)
		}
	}
	return b.String()
}

// beginCheck sends a long list from beginning to end, and reads no more than
// the first line of the answer.
func (s *server) beginCheck() *tcp {
	s.t.Helper()
	c := s.dial()
	require.NoError(s.t, c.Conn.(*net.TCPConn).SetReadBuffer(window))
	list := numbered(longList)
	c.write(fmt.Sprintf("POST /suppressed/check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", len(list)))
	c.write(list)
	require.Equal(s.t, "HTTP/1.1 200 OK", c.line())
	return c
}

// TestHalfDuplexCheck: a client that writes everything before it reads gets
// the whole answer, in order.
func TestHalfDuplexCheck(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	c := s.beginCheck()
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\n"), c.in)), nil)
	require.NoError(t, err)
	assert.Equal(t, "12000", resp.Header.Get(api.HeaderSuppressed))
	rows := bufio.NewScanner(resp.Body)
	for i := range longList {
		require.True(t, rows.Scan(), i)
		want := fmt.Sprintf("u%d@example.com\tclear", i)
		if i%10 == 0 {
			want = "gone@x.jp\tsuppressed\tbounce\tuser_unknown"
		}
		require.Equal(t, want, rows.Text())
	}
	assert.False(t, rows.Scan())
}

// TestStalledChecks: clients that read nothing hold no transaction, and short
// checks need none of their places; a third long one has to wait, and so has
// an export.
func TestStalledChecks(t *testing.T) {
	s := serve(t)
	s.webhooks(t, 0, 50)
	first, second := s.beginCheck(), s.beginCheck()
	assert.Contains(t, s.problem(s.ask("", asText, numbered(longList)), http.StatusTooManyRequests), "two exports are running already, or long checks")
	s.problem(s.get("/suppressed.csv"), http.StatusTooManyRequests)
	assert.Equal(t, http.StatusOK, s.ask("", asText, numbered(1000)).StatusCode, "a short one needs no file")
	before := s.size()
	s.webhooks(t, 50, 400)
	assert.Less(t, s.size()-before, int64(2<<20), "the pages pile up")
	for _, c := range []*tcp{first, second} {
		assert.NoError(t, c.Close())
	}
	s.seen.await("POST /suppressed/check 200")
	assert.Eventually(t, func() bool { return s.ask("", asText, numbered(longList)).StatusCode == http.StatusOK }, patience, time.Millisecond)
}

// TestStalledCheckEnds: who reads nothing for a while loses the place, and who
// sends nothing the request.
func TestStalledCheckEnds(t *testing.T) {
	s := serve(t)
	api.SetExportStall(s.api, 100*time.Millisecond)
	c := s.dial()
	c.write("POST /suppressed/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\na@x.jp\n")
	assert.Equal(t, "HTTP/1.1 408 Request Timeout", c.line())
	s.beginCheck()
	s.seen.await("POST /suppressed/check 200")
	assert.Contains(t, s.log.String(), "aborted=true")
}

// TestCheckBrokenOffByTheClient: no answer is made of half a question.
func TestCheckBrokenOffByTheClient(t *testing.T) {
	s := serve(t)
	c := s.dial()
	c.write("POST /suppressed/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\na@x.jp\n")
	c.closeWrite()
	assert.Equal(t, "HTTP/1.1 400 Bad Request", c.line())
}

// TestStoreFailsInTheMiddle: an error, not a shorter answer, wherever it
// happens; and every address counts as one that got no answer.
func TestStoreFailsInTheMiddle(t *testing.T) {
	s := serve(t)
	list := numbered(longList)
	for _, good := range []int64{0, 1, 60, 119} {
		var calls atomic.Int64
		s.store.interfere(func() error {
			if calls.Add(1) > good {
				return errors.New("the disk is on fire")
			}
			return nil
		})
		for _, form := range []string{asText, asNDJSON} {
			calls.Store(0)
			var out bytes.Buffer
			_, err := s.client.Check(t.Context(), strings.NewReader(list), &out, client.CheckOptions{ContentType: form, Only: api.OnlySendable})
			require.Error(t, err)
			assert.Empty(t, out.String())
			lookups := s.seen.told(&s.seen.lookups)
			if form == asText {
				assert.Len(t, lookups, int(good+1)*1000)
			}
			assert.NotContains(t, lookups, "clear")
		}
	}
	s.store.interfere(nil)
	counts, err := s.client.Check(t.Context(), strings.NewReader(list), io.Discard, client.CheckOptions{})
	require.NoError(t, err, "no place was lost")
	assert.Equal(t, client.CheckCounts{Total: longList, Sendable: longList}, counts)
}

// endless is a list of n lines that nobody keeps.
type endless struct {
	n    int
	rest []byte
	line int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.line == e.n {
			return 0, io.EOF
		}
		e.rest = e.rest[:0]
		for end := min(e.n, e.line+1000); e.line < end; e.line++ {
			e.rest = fmt.Appendf(e.rest, "u%d@example%d.com\n", e.line, e.line%100)
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// peak watches how much of the heap lives while an answer comes in.
type peak struct {
	lines int
	heap  uint64
}

func (p *peak) Write(b []byte) (int, error) {
	before := p.lines
	p.lines += bytes.Count(b, []byte("\n"))
	if before/100_000 != p.lines/100_000 {
		p.heap = max(p.heap, liveHeap())
	}
	return len(b), nil
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestCheckMemory: a list takes no more memory than a chunk, however long it
// is. The heap is measured while the list is read, and while the answer is.
func TestCheckMemory(t *testing.T) {
	n := 600_000
	if testing.Short() {
		n = 150_000
	}
	s := serve(t)
	s.seen.forgetful.Store(true)
	before := liveHeap()
	var during uint64
	var calls atomic.Int64
	s.store.interfere(func() error {
		if calls.Add(1)%100 == 0 {
			during = max(during, liveHeap())
		}
		return nil
	})
	p := &peak{}
	counts, err := s.client.Check(t.Context(), &endless{n: n}, p, client.CheckOptions{ContentType: asText})
	require.NoError(t, err)
	assert.Equal(t, n, counts.Sendable)
	assert.Equal(t, n, p.lines)
	assert.Less(t, max(during, p.heap), before+8<<20, "bytes of heap")
	assert.NotZero(t, during)
}
