package api_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// stream hides the length of a body, so that it goes out in chunks.
type stream struct{ io.Reader }

func (s *server) postChunked(body, encoding string) answer {
	s.t.Helper()
	r := s.request(http.MethodPost, "/webhooks/cmc", stream{strings.NewReader(body)}, "Content-Type", asJSON, "Content-Encoding", encoding)
	return s.send(r)
}

// TestBodyLimit: exactly the limit passes, one byte more is a 413, whatever
// the form of transport.
func TestBodyLimit(t *testing.T) {
	const limit = 40_000 // more than a body gets to begin with
	s := serve(t, withMaxBody(limit))
	fits, long := padded(bounces(1), limit), padded(bounces(1), limit+1)
	ways := map[string]func(string) answer{
		"announced": func(body string) answer { return s.post(asJSON, body) },
		"chunked":   func(body string) answer { return s.postChunked(body, "") },
		"identity":  func(body string) answer { return s.post(asJSON, body, "Content-Encoding", "identity") },
		"gzip": func(body string) answer {
			return s.post(asJSON, gzipped(t, body), "Content-Encoding", "gzip")
		},
		"gzip, chunked": func(body string) answer { return s.postChunked(gzipped(t, body), "GZIP") },
		"gzip of several members": func(body string) answer {
			return s.post(asJSON, gzipped(t, body[:100], "", body[100:]), "Content-Encoding", "x-gzip")
		},
	}
	for name, way := range ways {
		require.Equal(t, http.StatusOK, way(fits).StatusCode, name)
		detail := s.problem(way(long), http.StatusRequestEntityTooLarge)
		assert.Contains(t, detail, "the body has more than 40000 bytes", name)
		assert.Equal(t, []string{"cmc ok", "cmc too_large"}, s.seen.told(&s.seen.webhooks), name)
	}
	assert.Empty(t, s.letters(), "nothing of them is kept")
}

// TestIncompressibleBody: gzip makes it longer than the limit, which is for
// what is inflated.
func TestIncompressibleBody(t *testing.T) {
	const limit = 400_000
	s := serve(t, withMaxBody(limit))
	noise := make([]byte, limit)
	_, err := rand.Read(noise)
	require.NoError(t, err)
	body := gzipped(t, string(noise))
	require.Greater(t, len(body), limit)
	s.problem(s.post(asJSON, body, "Content-Encoding", "gzip"), http.StatusBadRequest)
	assert.Len(t, s.letters(), 1, "it was read, and isn't JSON")
}

// TestGzipBomb: 413, and memory stays bounded.
func TestGzipBomb(t *testing.T) {
	s := serve(t, withMaxBody(1<<20))
	for name, body := range map[string]string{
		"zeros":         gzipped(t, strings.Repeat("0", 8<<20)),
		"many members":  strings.Repeat(gzipped(t, strings.Repeat("0", 64<<10)), 4096),
		"empty members": strings.Repeat(gzipped(t, ""), 100_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s.problem(s.post(asJSON, body, "Content-Encoding", "gzip"), http.StatusRequestEntityTooLarge)
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), name)
	}
}

func TestBrokenGzip(t *testing.T) {
	s := serve(t)
	whole := gzipped(t, bounces(1))
	flipped := []byte(whole)
	flipped[len(flipped)-6] ^= 1 // of the checksum
	for name, body := range map[string]string{
		"not gzip": bounces(1), "empty": "", "cut off": whole[:len(whole)-9], "checksum": string(flipped), "rubbish behind it": whole + "rubbish",
	} {
		detail := s.problem(s.post(asJSON, body, "Content-Encoding", "gzip"), http.StatusBadRequest)
		assert.Regexp(t, "^the body (is not gzip|can't be read after [0-9]+ bytes)", detail, name)
		assert.Equal(t, []string{"cmc malformed"}, s.seen.told(&s.seen.webhooks), name)
	}
	assert.False(t, lookedUp(t, s.get("/suppressed/gone0@x.jp")).Suppressed)
}

func TestUnsupportedEncoding(t *testing.T) {
	s := serve(t)
	for _, encoding := range []string{"br", "deflate", "gzip, gzip", "zstd"} {
		detail := s.problem(s.post(asJSON, bounces(1), "Content-Encoding", encoding), http.StatusUnsupportedMediaType)
		assert.Contains(t, detail, "only gzip, or none, can be read")
	}
}

// TestLongBodyIsRefusedUnread: an honest client need not send it at all.
func TestLongBodyIsRefusedUnread(t *testing.T) {
	s := serve(t, withMaxBody(1000))
	c := s.dial()
	c.write("POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
	assert.Equal(t, "HTTP/1.1 413 Request Entity Too Large", c.line())
}

// TestCutOffBody: what didn't arrive whole is not recorded.
func TestCutOffBody(t *testing.T) {
	s := serve(t)
	c := s.dial()
	c.write("POST /webhooks/cmc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n" + bounces(1))
	c.closeWrite()
	assert.Contains(t, c.rest(), "400 Bad Request")
	assert.Equal(t, api.WebhookReport{Recorded: 1}, s.accepted(s.post(asJSON, bounces(1))))
}
