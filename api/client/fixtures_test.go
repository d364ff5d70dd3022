package client_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/metrics"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
	"github.com/nosend/nosend/suppress/classify"
)

var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// start makes a server on a new list in a folder, and a token that may do
// everything there.
func start(dir string) (server http.Handler, secret string, stop func() error, err error) {
	store, err := boltstore.Open(filepath.Join(dir, "nosend.db"), boltstore.Options{})
	if err != nil {
		return nil, "", nil, err
	}
	words, err := classify.New()
	if err != nil {
		return nil, "", nil, errors.Join(err, store.Close())
	}
	list, listErr := suppress.New(suppress.Config{Store: store, Classifier: words, Clock: func() time.Time { return monday }, SpoolDir: dir})
	tokens, tokensErr := api.OpenTokens(filepath.Join(dir, "nosend.tokens"))
	if err := errors.Join(listErr, tokensErr); err != nil {
		return nil, "", nil, errors.Join(err, store.Close())
	}
	secret, tokenErr := tokens.Create(api.Token{Name: "aiko", Role: api.RoleAdmin}, monday)
	m := metrics.New(metrics.Config{Routes: api.RoutePaths()})
	server, serverErr := api.New(api.Config{List: list, Classifier: words, Tokens: tokens, Observer: m, Metrics: m.Handler()})
	if err := errors.Join(tokenErr, serverErr); err != nil {
		return nil, "", nil, errors.Join(err, store.Close())
	}
	return server, secret, store.Close, nil
}

// serve is start for tests.
func serve(t *testing.T) (server http.Handler, secret string) {
	server, secret, stop, err := start(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stop()) })
	return server, secret
}

// connect runs a server on a new list, and returns a client that may do
// everything.
func connect(t *testing.T) *client.Client {
	server, secret := serve(t)
	running := httptest.NewServer(server)
	t.Cleanup(running.Close)
	return &client.Client{URL: running.URL, Token: secret}
}

// answering is a client of something else, which answers as it is told. It is
// asked once.
func answering(t *testing.T, code int, body string, headers ...string) *client.Client {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(other.Close)
	return &client.Client{URL: other.URL, Retries: -1}
}

// piped runs a server behind connections that are in memory, and returns its
// client. Within a bubble of synctest, which knows when everybody waits there,
// time stands still but for pauses, and pauses take none.
func piped(t *testing.T, server http.Handler) (*client.Client, *pipes) {
	p := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	running := &http.Server{Handler: server}
	go func() { _ = running.Serve(p) }()
	transport := &http.Transport{DialContext: p.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, running.Close())
	})
	return &client.Client{URL: "http://nosend.example", HTTP: &http.Client{Transport: transport}}, p
}
