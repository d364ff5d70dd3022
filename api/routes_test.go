package api_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// sample is a request that a route answers with 200.
type sample struct{ target, body string }

// on is the sample's target with the id of a dead letter in place of LETTER.
func (c sample) on(s *server) string {
	if !strings.Contains(c.target, "LETTER") {
		return c.target
	}
	return strings.ReplaceAll(c.target, "LETTER", strconv.FormatUint(s.letter("{"), 10))
}

// samples has one for every row of the table of routes.
func samples(t testing.TB) map[string]sample {
	all := map[string]sample{
		"GET /suppressed":                  {target: "/suppressed"},
		"GET /suppressed.csv":              {target: "/suppressed.csv"},
		"GET /suppressed.ndjson":           {target: "/suppressed.ndjson"},
		"POST /suppressed/check":           {target: "/suppressed/check", body: `["gone@x.jp"]`},
		"GET /suppressed/{address}/events": {target: "/suppressed/gone@x.jp/events"},
		"GET /suppressed/{address}":        {target: "/suppressed/gone@x.jp"},
		"PUT /suppressed/{address}":        {target: "/suppressed/gone@x.jp", body: `{"note":"ours"}`},
		"DELETE /suppressed/{address}":     {target: "/suppressed/gone@x.jp"},
		"POST /webhooks/{provider}":        {target: "/webhooks/cmc", body: bounces(1)},
		"POST /classify":                   {target: "/classify", body: `{"text":"550 5.1.1 user unknown"}`},
		"POST /reclassify":                 {target: "/reclassify"},
		"GET /changes":                     {target: "/changes"},
		"GET /dead-letters":                {target: "/dead-letters"},
		"POST /dead-letters/replay":        {target: "/dead-letters/replay"},
		"GET /dead-letters/{id}":           {target: "/dead-letters/LETTER"},
		"DELETE /dead-letters/{id}":        {target: "/dead-letters/LETTER"},
		"POST /dead-letters/{id}/replay":   {target: "/dead-letters/LETTER/replay"},
		"GET /status":                      {target: "/status"},
		"GET /backup":                      {target: "/backup"},
		"GET /metrics":                     {target: "/metrics"},
		"GET /healthz":                     {target: "/healthz"},
		"GET /readyz":                      {target: "/readyz"},
		"GET /openapi.yaml":                {target: "/openapi.yaml"},
		"GET /":                            {target: "/"},
	}
	for _, r := range api.Routes() {
		require.Contains(t, all, r.Method+" "+r.Path, "a new route needs a sample")
	}
	require.Len(t, all, len(api.Routes()), "a sample without a route")
	return all
}

// withMetrics serves something under GET /metrics.
func withMetrics(_ *server, c *api.Config) {
	c.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("nosend_up 1\n")) })
}

func TestEveryRoute(t *testing.T) {
	all := samples(t)
	s := serve(t, withMetrics)
	for _, route := range api.Routes() {
		t.Run(route.Method+" "+route.Path, func(t *testing.T) {
			s.t = t
			s.suppress("gone@x.jp")
			call := all[route.Method+" "+route.Path]
			target := call.on(s)
			s.seen.told(&s.seen.requests)
			got := s.do(route.Method, target, call.body)
			assert.Equal(t, http.StatusOK, got.StatusCode, got.body)
			assert.NotEmpty(t, got.body)
			if route.Method == http.MethodGet {
				head := s.do(http.MethodHead, target, "")
				assert.Equal(t, http.StatusOK, head.StatusCode)
				assert.Empty(t, head.body)
				assert.Equal(t, got.Header.Get("Content-Type"), head.Header.Get("Content-Type"))
				assert.Equal(t, []string{"GET " + route.Path + " 200", "HEAD " + route.Path + " 200"}, s.seen.told(&s.seen.requests))
			}
		})
	}
}

// TestWrongMethod on every path: 405, and Allow says what is right.
func TestWrongMethod(t *testing.T) {
	allowed := map[string][]string{}
	for _, r := range api.Routes() {
		allowed[r.Path] = append(allowed[r.Path], r.Method)
		if r.Method == http.MethodGet {
			allowed[r.Path] = append(allowed[r.Path], http.MethodHead)
		}
	}
	s := serve(t)
	for row, call := range samples(t) {
		_, path, _ := strings.Cut(row, " ")
		target := call.on(s)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"} {
			if slices.Contains(allowed[path], method) {
				continue
			}
			got := s.do(method, target, "")
			require.Equal(t, http.StatusMethodNotAllowed, got.StatusCode, "%s %s", method, target)
			assert.ElementsMatch(t, allowed[path], strings.Split(got.Header.Get("Allow"), ", "), path)
			if method != http.MethodHead {
				assert.Contains(t, s.problem(got, http.StatusMethodNotAllowed), method+" is not allowed here; allowed: ")
			}
		}
	}
	assert.NotContains(t, s.log.String(), "BREW", "what a client made up isn't logged")
}

func TestUnknownRoutes(t *testing.T) {
	s := serve(t)
	for _, target := range []string{
		"/suppressed.xml", "/suppressed/", "/suppressed/?x=a@x.jp", "/nothing", "/healthz/", "/Healthz", "/webhooks",
		"/webhooks/cmc/", "/suppressed/a@x.jp/", "/suppressed/a@x.jp/event", "/suppressed/a@x.jp/events/", "/metrics",
	} {
		s.problem(s.get(target), http.StatusNotFound)
	}
	s.problem(s.do(http.MethodPost, "/webhooks/nobody", bounces(1)), http.StatusNotFound)
	s.problem(s.do(http.MethodPost, "/webhooks/c%6Dc", bounces(1)), http.StatusNotFound)
	assert.Empty(t, s.seen.told(&s.seen.lookups), "none of them was a look-up")
	for _, seen := range s.seen.told(&s.seen.requests)[:6] {
		assert.Equal(t, "GET other 404", seen)
	}
}

// TestDecisionsOnlyOnAddresses: the path of another route is no address.
func TestDecisionsOnlyOnAddresses(t *testing.T) {
	s := serve(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		got := s.do(method, "/suppressed/a@x.jp/events", "")
		s.problem(got, http.StatusMethodNotAllowed)
		assert.Equal(t, "GET, HEAD", got.Header.Get("Allow"))
	}
	changes, err := s.list.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	assert.Empty(t, changes)
}

func TestRoutePathsAreUnique(t *testing.T) {
	paths := api.RoutePaths()
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(paths))), len(paths))
	assert.Contains(t, paths, "/suppressed/{address}")
}
