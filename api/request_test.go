package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answer is an HTTP answer that was read to its end.
type answer struct {
	*http.Response
	body string
}

// do sends a request whose target goes out exactly as it is written here.
// Headers are name and value in turn.
func (s *server) do(method, target, body string, headers ...string) answer {
	s.t.Helper()
	return s.send(s.request(method, target, strings.NewReader(body), headers...))
}

func (s *server) get(target string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, target, "", headers...)
}

func (s *server) request(method, target string, body io.Reader, headers ...string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL, body)
	require.NoError(s.t, err)
	r.URL = &url.URL{Scheme: "http", Host: r.URL.Host, Opaque: target}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	return r
}

func (s *server) send(r *http.Request) answer {
	s.t.Helper()
	resp, err := s.Client().Do(r)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return answer{resp, string(data)}
}

// problem checks that an answer is an error as all errors are, and returns its
// sentence.
func (s *server) problem(a answer, code int) string {
	s.t.Helper()
	require.Equal(s.t, code, a.StatusCode, a.body)
	assert.Equal(s.t, "application/problem+json", a.Header.Get("Content-Type"))
	var p map[string]any
	require.NoError(s.t, json.Unmarshal([]byte(a.body), &p), a.body)
	assert.Len(s.t, p, 4)
	assert.Equal(s.t, "about:blank", p["type"])
	assert.Equal(s.t, http.StatusText(code), p["title"])
	assert.EqualValues(s.t, code, p["status"])
	require.NotEmpty(s.t, p["detail"])
	assert.Equal(s.t, code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable, a.Header.Get("Retry-After") != "")
	return p["detail"].(string)
}
