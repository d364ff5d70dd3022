package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

const (
	benchEntries     = 100_000 // on the list
	benchConnections = 64
	benchAnswer      = `{"address":"somebody-with-a-name@a-domain.example","suppressed":false,"note":"120 bytes, as a usual answer has them.."}` + "\n"
)

// BenchmarkLookups is what a sender's look-ups cost beside a bare net/http
// handler that writes a fixed answer of 120 bytes: 64 connections, nine in ten
// addresses not on the list, with a token and metrics. Both are asked in turns,
// so that they share whatever else the machine does; ratio is how many requests
// nosend answers while the bare handler answers one.
func BenchmarkLookups(b *testing.B) {
	a, token := benchApp(b)
	own := benchServer(b, a.handler)
	bare := benchServer(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, benchAnswer)
	}))
	requests := make([]string, 10_000)
	for i := range requests {
		who := fmt.Sprintf("nobody%d@d%d.example", i, i%50)
		if i%10 == 0 {
			who = benchAddress(i * 7 % benchEntries)
		}
		requests[i] = "GET /suppressed/" + who + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n"
	}
	const part = 20_000
	var took [2]time.Duration
	for n := 0; b.Loop(); n++ {
		for i, address := range []string{bare, own} {
			started := time.Now()
			require.NoError(b, load(address, requests, part))
			took[i] += time.Since(started)
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "ratio")
	b.ReportMetric(float64(b.N*part)/took[1].Seconds(), "requests/s")
	b.ReportMetric(0, "ns/op")
}

func benchAddress(i int) string { return fmt.Sprintf("user%d@d%d.example", i, i%50) }

// benchApp is the program with its metrics, a token, and a list.
func benchApp(b *testing.B) (*app, string) {
	dir := b.TempDir()
	s := serveSettings{listen: "127.0.0.1:0", cmcZone: "UTC", maxBody: api.DefaultMaxBody,
		db: filepath.Join(dir, "nosend.db"), tokens: filepath.Join(dir, "tokens")}
	fillDatabase(b, s.db)
	tokens, err := api.OpenTokens(s.tokens)
	require.NoError(b, err)
	secret, err := tokens.Create(api.Token{Name: "mailer", Role: api.RoleRead}, time.Now())
	require.NoError(b, err)
	ps, err := readParts(s)
	require.NoError(b, err)
	log, err := (&program{err: io.Discard}).newLog("json", "info")
	require.NoError(b, err)
	a, err := open(ps, log)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, a.store.Close()) })
	return a, secret
}

// fillDatabase makes a list of addresses that have bounced.
func fillDatabase(b *testing.B, path string) {
	store, err := boltstore.Open(path, boltstore.Options{})
	require.NoError(b, err)
	rules, err := readRules("")
	require.NoError(b, err)
	list, err := suppress.New(suppress.Config{Store: store, Classifier: rules})
	require.NoError(b, err)
	for i := 0; i < benchEntries; {
		batch := suppress.Batch{Source: "cmc"}
		for range 10_000 {
			to, err := suppress.ParseAddress(benchAddress(i))
			require.NoError(b, err)
			batch.Events = append(batch.Events, suppress.Event{Kind: suppress.KindBounce, Recipient: to, MessageID: "m", Text: "550 5.1.1 user unknown", At: time.Now()})
			i++
		}
		_, err := list.Record(context.Background(), batch)
		require.NoError(b, err)
	}
	require.NoError(b, store.Close())
}

func benchServer(b *testing.B, h http.Handler) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// load sends n requests over many connections, each waiting for its answer.
func load(address string, requests []string, n int) error {
	var senders errgroup.Group
	for c := range benchConnections {
		senders.Go(func() error {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for i := c; i < n; i += benchConnections {
				if _, err := io.WriteString(conn, requests[i%len(requests)]); err != nil {
					return err
				}
				if err := readAnswer(in); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return senders.Wait()
}

// readAnswer reads one answer, at little cost to the machine that is measured.
func readAnswer(in *bufio.Reader) error {
	length := 0
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		text := string(line[:len(line)-2])
		if first && !strings.HasPrefix(text, "HTTP/1.1 200 ") {
			return fmt.Errorf("answered %q", text)
		}
		if text == "" {
			_, err = in.Discard(length)
			return err
		}
		if v, ok := strings.CutPrefix(text, "Content-Length: "); ok {
			if length, err = strconv.Atoi(v); err != nil {
				return err
			}
		}
	}
}
