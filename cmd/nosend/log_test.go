package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logged are requests, and whether they get a line in the log. All of them
// name the address secret.person.
func logged() []struct {
	method, path, body string
	line               bool
} {
	return []struct {
		method, path, body string
		line               bool
	}{
		{"GET", "/suppressed/secret.person@example.com", "", false},
		{"HEAD", "/suppressed/secret.person@example.com", "", false},
		{"GET", "/suppressed/secret.person@example.com?status=1", "", false},
		{"GET", "/suppressed/secret.person", "", true},
		{"PUT", "/suppressed/secret.person@example.com", `{"note":"secret.person"}`, true},
		{"PUT", "/suppressed/secret.person@example.com", `{"until":"2001-01-01T00:00:00Z"}`, true},
		{"GET", "/suppressed/secret.person@example.com", "", false},
		{"GET", "/suppressed/secret.person@example.com/events", "", true},
		{"DELETE", "/suppressed/secret.person@example.com?note=secret.person", "", true},
		{"DELETE", "/suppressed/other.secret.person@example.com", "", true},
		{"POST", "/webhooks/cmc", bounces("secret.person@example.com"), true},
		{"POST", "/webhooks/cmc", bounces("secret.person"), true},
		{"POST", "/webhooks/cmc", `{"event_type":"bounces","to":"secret.person@example.com"`, true},
		{"POST", "/webhooks/secret.person@example.com", "", true},
		{"POST", "/classify", `{"text":"550 5.1.1 secret.person@example.com"}`, true},
		{"GET", "/suppressed.csv", "", true},
		{"GET", "/secret.person@example.com", "", true},
		{"PATCH", "/suppressed/secret.person@example.com", "", true},
		{"GET", "/metrics", "", true},
	}
}

// TestLog: not on a terminal the log is JSON, with one line for each request
// but successful look-ups, and without addresses.
func TestLog(t *testing.T) {
	p := startServer(t, t.TempDir())
	want := 0
	for _, r := range logged() {
		req, err := http.NewRequest(r.method, p.url+r.path, strings.NewReader(r.body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		if r.line {
			want++
		}
	}
	require.NoError(t, p.stop())
	text, _ := p.stderr.read()
	assert.NotContains(t, text, "secret.person")
	requests := 0
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields), line)
		assert.Contains(t, fields, "time")
		assert.Contains(t, fields, "level")
		if fields["msg"] == "request" {
			requests++
			for _, name := range []string{"method", "route", "status", "ms"} {
				assert.Contains(t, fields, name)
			}
		}
	}
	assert.Equal(t, want, requests, text)
}
