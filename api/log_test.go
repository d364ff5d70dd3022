package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
)

// TestOneLinePerRequest, except for look-ups that were answered.
func TestOneLinePerRequest(t *testing.T) {
	s := serve(t, withMetrics, withSecret("hush"))
	s.suppress("gone@x.jp")
	for _, c := range []struct{ request, target, body, want string }{
		{"GET", "/suppressed/gone@x.jp", "", ""},
		{"GET", "/suppressed/gone@x.jp?status=1", "", ""},
		{"HEAD", "/suppressed/user@x.jp", "", ""},
		{"GET", "/suppressed/user", "", "level=INFO msg=request method=GET route=/suppressed/{address} status=400"},
		{"GET", "/suppressed/gone@x.jp/events", "", "level=INFO msg=request method=GET route=/suppressed/{address}/events status=200"},
		{"PUT", "/suppressed/gone@x.jp", `{"note":"of a@x.jp"}`, "level=INFO msg=request method=PUT route=/suppressed/{address} status=200"},
		{"PUT", "/suppressed/gone@x.jp", `{"state":"a@x.jp"}`, "level=INFO msg=request method=PUT route=/suppressed/{address} status=400"},
		{"DELETE", "/suppressed/who@x.jp?note=hush", "", "level=INFO msg=request method=DELETE route=/suppressed/{address} status=404"},
		{"POST", "/webhooks/cmc?token=hush", bounces(2), "level=INFO msg=request method=POST route=/webhooks/{provider} status=200"},
		{"POST", "/webhooks/cmc?token=hush-2", bounces(2), "level=INFO msg=request method=POST route=/webhooks/{provider} status=401"},
		{"POST", "/webhooks/a@x.jp?token=hush", "", "level=INFO msg=request method=POST route=/webhooks/{provider} status=404"},
		{"GET", "/suppressed.csv", "", "level=INFO msg=request method=GET route=/suppressed.csv status=200"},
		{"GET", "/a@x.jp", "", "level=INFO msg=request method=GET route=other status=404"},
		{"POST", "/suppressed/gone@x.jp", "", "level=INFO msg=request method=POST route=other status=405"},
		{"GET", "/metrics", "", "level=INFO msg=request method=GET route=/metrics status=200"},
	} {
		before := len(s.log.String())
		s.do(c.request, c.target, c.body)
		line := s.log.String()[before:]
		if c.want == "" {
			assert.Empty(t, line, c.target)
			continue
		}
		assert.Contains(t, line, c.want, c.target)
		assert.Equal(t, 1, strings.Count(line, "\n"), line)
	}
	assert.Contains(t, s.log.String(), "by=cmc recorded=2 duplicates=0 ignored=0 rejected=0")
}

// TestFaultsAreLoggedOnce, with what was wrong, and counted.
func TestFaultsAreLoggedOnce(t *testing.T) {
	s := serve(t)
	s.store.interfere(func() error { panic("gone@x.jp: hush") })
	for _, r := range [][2]string{{"GET", "/suppressed/gone@x.jp"}, {"PUT", "/suppressed/gone@x.jp"}, {"POST", "/webhooks/cmc"}, {"GET", "/suppressed.csv"}} {
		before := len(s.log.String())
		s.problem(s.do(r[0], r[1], body(r[0])), http.StatusServiceUnavailable)
		line := s.log.String()[before:]
		assert.Contains(t, line, "level=ERROR msg=request method="+r[0])
		assert.Contains(t, line, "handler panicked: string")
		assert.Contains(t, line, "log_test.go", "the place")
		assert.Equal(t, 1, strings.Count(line, "level="), line)
	}
	assert.Equal(t, []string{
		"GET /suppressed/{address} 503", "PUT /suppressed/{address} 503", "POST /webhooks/{provider} 503", "GET /suppressed.csv 503",
	}, s.seen.told(&s.seen.requests))
}

// body is one that a request with the method is taken with.
func body(method string) string {
	if method == http.MethodPost {
		return bounces(1)
	}
	return ""
}

// TestPanicAfterTheAnswerBegan breaks the connection off, so that nobody takes
// half an answer for a whole one.
func TestPanicAfterTheAnswerBegan(t *testing.T) {
	s := serve(t, func(_ *server, c *api.Config) {
		c.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("nosend_up 1\n"))
			_ = []int{}[len(w.Header())]
		})
	})
	resp, err := s.Client().Get(s.URL + "/metrics")
	if err == nil {
		_, err = resp.Body.Read(make([]byte, 100))
		resp.Body.Close()
	}
	assert.Error(t, err)
	assert.Contains(t, s.log.String(), "aborted=true")
	assert.Contains(t, s.log.String(), "index out of range")
	assert.Equal(t, []string{"GET /metrics 200"}, s.seen.told(&s.seen.requests))
}
