package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
	"github.com/nosend/nosend/suppress/classify"
)

const day = 24 * time.Hour

// monday is when the tests' stories begin.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// buffer is a log that many may write at once.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// server is a running server on a file of its own.
type server struct {
	*httptest.Server
	t      testing.TB
	api    *api.Server
	list   *suppress.List
	store  *faulty
	clock  *clock
	seen   *observer
	log    *buffer
	tokens *api.Tokens
	path   string // of the token file
	client *client.Client
	commit func() // called by the store's writer after each commit
}

// change changes a server before it runs.
type change func(*server, *api.Config)

// serve runs a server until the test ends. Then nothing in its log may be an
// address or a secret.
func serve(t testing.TB, changes ...change) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{t: t, clock: &clock{now: monday}, seen: newObserver(), log: &buffer{}, path: filepath.Join(dir, "nosend.tokens"), commit: func() {}}
	store, err := boltstore.Open(filepath.Join(dir, "nosend.db"), boltstore.Options{OnCommit: func(time.Duration, int) { s.commit() }})
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, store.Check(context.Background()))
		require.NoError(t, store.Close())
	})
	s.store = &faulty{Store: store}
	s.list, err = suppress.New(suppress.Config{Store: s.store, Classifier: classifier(t), Clock: s.clock.Now, SpoolDir: dir})
	require.NoError(t, err)
	s.tokens, err = api.OpenTokens(s.path)
	require.NoError(t, err)
	c := api.Config{
		List: s.list, Classifier: classifier(t), Tokens: s.tokens, Observer: s.seen, Version: "v1.2.3",
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	for _, change := range changes {
		change(s, &c)
	}
	s.api, err = api.New(c)
	require.NoError(t, err)
	s.Server = httptest.NewUnstartedServer(s.api)
	s.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) // so that a client that reads nothing is noticed soon
		return ctx
	}
	s.Start()
	s.client = &client.Client{URL: s.URL}
	t.Cleanup(func() { assertQuiet(t, s.log.String()) })
	t.Cleanup(s.Close)
	return s
}

// withSecret gives Customers Mail Cloud's webhooks a secret.
func withSecret(secret string) change {
	return func(_ *server, c *api.Config) { c.Sources = map[string]api.Source{"cmc": {Secret: secret}} }
}

func withMaxBody(n int64) change { return func(_ *server, c *api.Config) { c.MaxBody = n } }

// assertQuiet finds no address and no secret in a log. Every secret of these
// tests holds the word hush, or was made by nosend. The @ of a module's
// version, in the path of a source file, is none of an address.
func assertQuiet(t testing.TB, log string) {
	log = regexp.MustCompile(`@v\d`).ReplaceAllString(log, "")
	for _, word := range []string{"@", "%40", "hush", "nosend_"} {
		assert.NotContains(t, log, word)
	}
}

// classifier is made once: reading the rules takes longer than most tests.
var classifier = func() func(testing.TB) *classify.Classifier {
	load := sync.OnceValues(classify.New)
	return func(t testing.TB) *classify.Classifier {
		c, err := load()
		require.NoError(t, err)
		return c
	}
}()

// token makes a token; from then on every request needs one.
func (s *server) token(name string, role api.Role, source string) (secret string) {
	s.t.Helper()
	secret, err := s.tokens.Create(api.Token{Name: name, Role: role, Source: source}, monday)
	require.NoError(s.t, err)
	return secret
}

// suppress takes in a bounce of an address that doesn't exist.
func (s *server) suppress(addresses ...string) {
	s.t.Helper()
	for _, a := range addresses {
		s.report(suppress.KindBounce, a, "550 5.1.1 user unknown")
	}
}

// report takes in one event, now.
func (s *server) report(kind suppress.Kind, who, text string) {
	s.t.Helper()
	_, err := s.list.Record(context.Background(), suppress.Batch{Source: "cmc", Events: []suppress.Event{
		{Kind: kind, Recipient: address(s.t, who), MessageID: string(kind) + who + text, Text: text, At: s.clock.Now()},
	}})
	require.NoError(s.t, err)
}

func address(t testing.TB, s string) suppress.Address {
	t.Helper()
	a, err := suppress.ParseAddress(s)
	require.NoError(t, err)
	return a
}
