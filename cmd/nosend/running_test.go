package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// startApp serves in this process until the test ends, after a change that the
// settings don't offer.
func startApp(t *testing.T, s serveSettings, change func(*app)) (address string) {
	dir := t.TempDir()
	s.listen, s.cmcZone, s.maxBody = "127.0.0.1:0", "UTC", api.DefaultMaxBody
	s.db, s.tokens = filepath.Join(dir, "nosend.db"), filepath.Join(dir, "none")
	ps, err := readParts(s)
	require.NoError(t, err)
	a, err := open(ps, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	change(a)
	l, err := a.openPort()
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- a.run(ctx, stop, l, awaitHangups(nil)) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
		assert.NoError(t, a.store.Close())
	})
	return l.Addr().String()
}

func get(t *testing.T, url string) string {
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(body))
	return string(body)
}

// TestServerSweeps: a hold that ends leaves the gauge and appears in the feed,
// though nobody asks.
func TestServerSweeps(t *testing.T) {
	var later atomic.Int64
	end := time.Now().Add(time.Hour)
	url := "http://" + startApp(t, serveSettings{}, func(a *app) {
		a.pace.sweep = time.Millisecond
		a.list.Clock = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		who, err := suppress.ParseAddress("held@example.jp")
		require.NoError(t, err)
		_, err = a.list.Decide(t.Context(), who, suppress.Decision{Standing: suppress.Suppressed, Until: end})
		require.NoError(t, err)
	})
	gauge := func() map[string]int { return readGauge(t, &process{url: url}) }
	require.Equal(t, map[string]int{"state=suppressed class=none category=none": 1}, gauge())
	require.NotContains(t, get(t, url+"/changes"), "expired")
	later.Store(int64(2 * time.Hour))
	for deadline := time.Now().Add(patience); gauge()["state=watching class=none category=none"] != 1; {
		require.True(t, time.Now().Before(deadline), "no sweep: %v", gauge())
	}
	assert.Equal(t, map[string]int{"state=watching class=none category=none": 1}, gauge())
	assert.Contains(t, get(t, url+"/changes"), `"expired"`)
}

// TestUsualPace: no chore is left out and no client may take for ever.
func TestUsualPace(t *testing.T) {
	v := reflect.ValueOf(usualPace())
	for i := range v.NumField() {
		d, name := time.Duration(v.Field(i).Int()), v.Type().Field(i).Name
		assert.Positive(t, d, name)
		assert.LessOrEqual(t, d, time.Minute, name)
	}
}

// TestStalledRequests: who stops in the middle of a request's head, or of its
// body, is cut off, each after a time of its own.
func TestStalledRequests(t *testing.T) {
	const soon, never = 20 * time.Millisecond, 24 * time.Hour
	for name, test := range map[string]struct {
		head, request time.Duration
		sent          string
	}{
		"head": {soon, never, "POST /webhooks/cmc HTTP/1.1\r\nHost: loc"},
		"body": {never, soon, "POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"event"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", startApp(t, serveSettings{}, func(a *app) { a.pace.head, a.pace.request = test.head, test.request }))
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
			_, err = io.WriteString(conn, test.sent)
			require.NoError(t, err)
			answer, err := io.ReadAll(conn)
			require.NoError(t, err, "the server waits for the rest")
			assert.NotContains(t, string(answer), "HTTP/1.1 2")
		})
	}
}

// TestTLSVersions: Customers Mail Cloud speaks 1.2 and nothing newer; nobody
// may speak what is older.
func TestTLSVersions(t *testing.T) {
	dir := t.TempDir()
	s := serveSettings{tlsCert: filepath.Join(dir, "cert.pem"), tlsKey: filepath.Join(dir, "key.pem")}
	cert, key, err := makeCertificate()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.tlsCert, cert, 0o600))
	require.NoError(t, os.WriteFile(s.tlsKey, key, 0o600))
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(cert))
	address := startApp(t, s, func(*app) {})
	for version, welcome := range map[uint16]bool{
		tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true,
	} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: version, MaxVersion: version}}
			defer transport.CloseIdleConnections()
			resp, err := (&http.Client{Transport: transport}).Get("https://" + address + "/healthz")
			if !welcome {
				require.ErrorContains(t, err, "protocol version not supported")
				return
			}
			require.NoError(t, err)
			assert.NoError(t, resp.Body.Close())
			assert.Equal(t, http.StatusOK, resp.StatusCode)
			assert.Equal(t, version, resp.TLS.Version)
		})
	}
}
