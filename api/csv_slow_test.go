package api_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

// window is how much the clients' side takes before they read: far less than
// an export, which the system would otherwise take in whole.
const window = 64 << 10

// long is a list whose export is far greater than what waits in sockets.
func long(t *testing.T) *server {
	s := serve(t)
	batch := suppress.Batch{Source: "cmc"}
	for i := range 4000 {
		batch.Events = append(batch.Events, suppress.Event{
			Kind: suppress.KindComplaint, Recipient: address(t, fmt.Sprintf("u%d@x.jp", i)), Text: strings.Repeat("x", suppress.MaxTextBytes), At: monday,
		})
	}
	_, err := s.list.Record(t.Context(), batch)
	require.NoError(t, err)
	return s
}

func (s *server) beginExport() *tcp { return s.begin("/suppressed.csv") }

// begin asks for something long and reads no more than the first line.
func (s *server) begin(target string) *tcp {
	s.t.Helper()
	c := s.dial()
	require.NoError(s.t, c.Conn.(*net.TCPConn).SetReadBuffer(window))
	c.write("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.Equal(s.t, "HTTP/1.1 200 OK", c.line())
	return c
}

// TestStalledExports: clients that read nothing block neither look-ups nor
// webhooks, and don't keep the file's pages from being used again. A third
// export has to wait.
func TestStalledExports(t *testing.T) {
	s := long(t)
	s.webhooks(t, 0, 50)
	first, second := s.beginExport(), s.beginExport()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		assert.Equal(t, http.StatusTooManyRequests, s.do(method, "/suppressed.csv", "").StatusCode)
	}
	assert.Contains(t, s.problem(s.get("/suppressed.csv"), http.StatusTooManyRequests), "two exports are running already")
	before := s.size()
	s.webhooks(t, 50, 400)
	assert.Less(t, s.size()-before, int64(2<<20), "the pages pile up")
	assert.NotContains(t, s.seen.told(&s.seen.requests), "GET /suppressed.csv 200", "they are still at it")
	for _, c := range []*tcp{first, second} {
		assert.NoError(t, c.Close())
	}
	s.seen.await("GET /suppressed.csv 200")
	assert.Equal(t, 4400, len(exported(t, s.get("/suppressed.csv"))))
}

// webhooks posts some, and looks up what each one reports.
func (s *server) webhooks(t *testing.T, from, to int) {
	for i := from; i < to; i++ {
		require.Equal(t, api.WebhookReport{Recorded: 1}, s.accepted(s.post(asJSON, cmc("bounces", bounce(i)))))
		require.Equal(t, http.StatusGone, s.get(fmt.Sprintf("/suppressed/gone%d@x.jp?status=1", i)).StatusCode)
	}
}

func (s *server) size() int64 {
	s.t.Helper()
	n, err := s.store.Store.(*boltstore.Store).Size()
	require.NoError(s.t, err)
	return n
}

// TestStalledExportEnds: who reads nothing for a while loses the place.
func TestStalledExportEnds(t *testing.T) {
	s := long(t)
	api.SetExportStall(s.api, 20*time.Millisecond)
	s.beginExport()
	s.seen.await("GET /suppressed.csv 200")
	assert.Contains(t, s.log.String(), "aborted=true")
	api.SetExportStall(s.api, time.Minute)
	s.beginExport()
	assert.Equal(t, 4000, len(exported(t, s.get("/suppressed.csv"))), "one other runs")
}

// waiting is a file that takes nothing before the server has given up.
type waiting struct {
	s     *server
	taken int
}

func (w *waiting) Write(p []byte) (int, error) {
	w.s.seen.await("GET /suppressed.csv 200")
	w.taken += len(p)
	return len(p), nil
}

// smallWindow connects, and takes little that wasn't asked for.
func smallWindow(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetReadBuffer(window)
}

// TestBrokenOffExport is an error for the client, never a shorter list.
func TestBrokenOffExport(t *testing.T) {
	s := long(t)
	api.SetExportStall(s.api, 20*time.Millisecond)
	into := &waiting{s: s}
	s.client.HTTP = &http.Client{Transport: &http.Transport{DialContext: smallWindow}}
	rows, err := s.client.Export(t.Context(), into, client.ExportOptions{})
	assert.ErrorContains(t, err, "the export broke off: ")
	assert.Zero(t, rows)
	assert.NotZero(t, into.taken)
}
