package api

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestAppendLookup: written by hand it is byte for byte what encoding/json
// writes.
func TestAppendLookup(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "550 5.1.1 user unknown", `<a@x.jp> "q" \ &`, "日本\u2028", "\x00\x1b[31m\x7f", "\xff", "\u202e", "a\r\nb\t"}
	text := func() string { return texts[rng.IntN(len(texts))] }
	moment := func() time.Time {
		return time.Date(2026, 3, 2, 9, 0, 0, rng.IntN(2)*rng.IntN(1_000_000)*1000, time.UTC).Add(time.Duration(rng.IntN(1000)) * time.Hour)
	}
	for range 5000 {
		a := suppress.Answer{Spelling: text(), Bounces: rng.IntN(3)}
		var err error
		a.Address, err = suppress.ParseAddress([]string{"a@x.jp", `"q q\"<"@x.jp`, "日本@例え.jp", "a&b@x.jp", "é@x.jp"}[rng.IntN(5)])
		require.NoError(t, err)
		if rng.IntN(3) > 0 {
			a.Standing = suppress.Standings()[rng.IntN(5)]
		}
		if rng.IntN(3) > 0 {
			a.Reason = suppress.Reason{Origin: suppress.Origins()[rng.IntN(5)], Class: "hard", Category: "user_unknown", Since: moment(),
				Rule: text(), Matched: text(), Source: text(), Text: text(), Note: text()}
			if rng.IntN(2) == 0 {
				a.Reason.Until = moment()
			}
		}
		want := string(appendJSON(nil, newLookup(&a)))
		require.Equal(t, want, string(appendLookup(nil, &a)))
	}
}

// FuzzPlainLookup: what is served ahead of the router is what the router would
// have served, about the same address.
func FuzzPlainLookup(f *testing.F) {
	for _, target := range []string{
		"/suppressed/a@x.jp", "/suppressed/a%20b@x.jp", "/suppressed/a%2Fb@x.jp", "/suppressed/a%25@x.jp", "/suppressed/a+b@x.jp", "/suppressed/@",
		"/suppressed/check", "/suppressed/a@x.jp/events", "/suppressed/%40@x", "/suppressed/日@x.jp", "/suppressed/a;b@x.jp?status=1", "/suppressed.csv", "/suppressed/..@x",
	} {
		f.Add(target)
	}
	s := &Server{}
	s.router = s.newRouter()
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") {
			return
		}
		r := &http.Request{Method: http.MethodGet, URL: u, Host: "localhost"}
		address, plain := plainLookup(r)
		if !plain || checkPath(u.EscapedPath()) != nil {
			return
		}
		var match mux.RouteMatch
		require.True(t, s.router.Match(r, &match), target)
		require.NoError(t, match.MatchErr, target)
		template, err := match.Route.GetPathTemplate()
		require.NoError(t, err)
		require.Equal(t, strings.Replace(lookupPath, "{address}", addressPattern, 1), template)
		routed, err := url.PathUnescape(match.Vars["address"])
		require.NoError(t, err)
		assert.Equal(t, routed, address)
	})
}

// BenchmarkAppendLookup beside encoding/json.
func BenchmarkAppendLookup(b *testing.B) {
	a := suppress.Answer{Standing: suppress.Suppressed, Bounces: 1, Reason: suppress.Reason{
		Origin: suppress.OriginBounce, Class: "hard", Category: "user_unknown", Since: time.Now().UTC(), Rule: "user-unknown", Source: "cmc", Text: "550 5.1.1 user unknown"}}
	a.Address, _ = suppress.ParseAddress("gone@example.com")
	out := make([]byte, 0, usualAnswer)
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			appendLookup(out, &a)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(newLookup(&a))
		}
	})
}
