package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
)

// TestOnlyThisMachine: without a token the Host must be this machine's, and
// nothing may have come through a proxy or from somebody's web page.
func TestOnlyThisMachine(t *testing.T) {
	local := []string{"localhost", "localhost:8025", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8025", "[::1]", "[::1]:8025"}
	foreign := []string{
		"evil.example", "evil.example:8025", "127.0.0.1.evil.example", "127.0.0.1.evil.example:8025", "localhost.evil.example", "evil.example:127.0.0.1",
		"127.0.0.2", "0.0.0.0:8025", "[::]:8025", "192.0.2.1", "[::ffff:127.0.0.1]", "2130706433", "localhost@evil.example", "xlocalhost", "127.0.0.1:80:80",
	}
	proxied := []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "x-forwarded-anything", "vIA"}
	s := serve(t, withMetrics)
	for _, host := range local {
		assert.Equal(t, http.StatusOK, s.get("/suppressed/a@x.jp", "Host", host).StatusCode, host)
	}
	for _, host := range foreign {
		for _, target := range []string{"/suppressed/a@x.jp", "/metrics", "/healthz", "/", "/nothing"} {
			assert.Contains(t, s.problem(s.get(target, "Host", host), http.StatusForbidden), "the Host is ", host)
		}
	}
	for _, header := range proxied {
		for _, value := range []string{"1", ""} {
			detail := s.problem(s.post(asJSON, bounces(1), header, value), http.StatusForbidden)
			assert.Contains(t, detail, "came through a proxy (header "+http.CanonicalHeaderKey(header)+")")
		}
	}
	assert.Equal(t, http.StatusOK, s.get("/healthz", "X-Forwarding", "yes").StatusCode)

	s.token("reader", api.RoleAdmin, "")
	secret := s.token("a", api.RoleAdmin, "")
	for _, host := range append(local, foreign...) {
		got := s.get("/suppressed/a@x.jp", "Host", host, "X-Forwarded-For", "192.0.2.1", "Via", "1.1 proxy", "Authorization", "Bearer "+secret)
		assert.Equal(t, http.StatusOK, got.StatusCode, host)
	}
}

// TestNoHost: HTTP/1.0 doesn't say whom it asks.
func TestNoHost(t *testing.T) {
	s := serve(t)
	c := s.dial()
	c.write("GET /suppressed/a@x.jp HTTP/1.0\r\n\r\n")
	assert.Contains(t, c.rest(), "403 Forbidden")
	c = s.dial()
	c.write("GET http://evil.example/suppressed/a@x.jp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	assert.Contains(t, c.rest(), "403 Forbidden", "the target's host counts, not the header's")
}

// TestWebPages of other sites can make a browser post a form to this machine.
func TestWebPages(t *testing.T) {
	s := serve(t)
	for _, headers := range [][]string{
		{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"},
	} {
		s.problem(s.post(asForm, formOf(eventOf("bounces", bounce(0))), headers...), http.StatusForbidden)
		s.problem(s.put("user@x.jp", "", headers...), http.StatusForbidden)
	}
	assert.Equal(t, http.StatusOK, s.post(asJSON, bounces(1), "Origin", s.URL).StatusCode)
	assert.Equal(t, http.StatusOK, s.post(asJSON, bounces(1), "Sec-Fetch-Site", "same-origin").StatusCode)
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{"": false, ":8025": false, "0.0.0.0:8025": false, "::1": true, "127.0.0.1:0": true, "nosend:8025": false} {
		assert.Equal(t, want, api.IsLoopback(host), host)
	}
}
