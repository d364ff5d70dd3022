package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// BenchmarkLookup is the question before every mail, of an address on the list
// and of one that isn't: what the handler takes, and what it takes over a
// connection that stays open.
func BenchmarkLookup(b *testing.B) {
	s := serve(b)
	s.suppress("gone@x.jp")
	for name, target := range map[string]string{"hit": "/suppressed/gone@x.jp", "miss": "/suppressed/user@x.jp"} {
		b.Run(name+"/handler", func(b *testing.B) { s.benchHandler(b, http.MethodGet, target, nil) })
		b.Run(name+"/connection", func(b *testing.B) { s.benchConnection(b, http.MethodGet, target, nil) })
	}
}

// BenchmarkWebhook takes in requests with 1 and 100 bounces that are new each
// time, so each one waits for the disk.
func BenchmarkWebhook(b *testing.B) {
	s := serve(b)
	message := 0
	for _, n := range []int{1, 100} {
		fresh := func() string {
			list := make([]mail, n)
			for i := range list {
				message++
				list[i] = bounce(message)
			}
			return cmc("bounces", list...)
		}
		b.Run(fmt.Sprintf("%d/handler", n), func(b *testing.B) { s.benchHandler(b, http.MethodPost, "/webhooks/cmc", fresh) })
		b.Run(fmt.Sprintf("%d/connection", n), func(b *testing.B) { s.benchConnection(b, http.MethodPost, "/webhooks/cmc", fresh) })
	}
}

// newRequestBody makes the body of the next request; the clock stands still
// meanwhile.
func newRequestBody(b *testing.B, fresh func() string) io.Reader {
	if fresh == nil {
		return nil
	}
	b.StopTimer()
	defer b.StartTimer()
	return strings.NewReader(fresh())
}

func (s *server) benchHandler(b *testing.B, method, target string, fresh func() string) {
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(method, "http://localhost"+target, newRequestBody(b, fresh))
		r.Header.Set("Content-Type", asJSON)
		w := httptest.NewRecorder()
		s.api.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}

func (s *server) benchConnection(b *testing.B, method, target string, fresh func() string) {
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequest(method, s.URL+target, newRequestBody(b, fresh))
		require.NoError(b, err)
		r.Header.Set("Content-Type", asJSON)
		resp, err := s.Client().Do(r)
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(b, err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			b.Fatal(resp.Status)
		}
	}
}

// BenchmarkCheck asks about 1,000 addresses in one request, of which one in
// ten is suppressed, among 20,000.
func BenchmarkCheck(b *testing.B) {
	s := serve(b)
	s.seen.forgetful.Store(true)
	const entries, asked = 20_000, 1000
	for from := 0; from < entries; from += asked {
		batch := suppress.Batch{Source: "cmc"}
		for i := range asked {
			batch.Events = append(batch.Events, suppress.Event{Kind: suppress.KindBounce, Recipient: address(b, fmt.Sprintf("gone%d@x%d.jp", from+i, i%50)),
				MessageID: "m", Text: "550 5.1.1 user unknown", At: monday})
		}
		_, err := s.list.Record(b.Context(), batch)
		require.NoError(b, err)
	}
	var text strings.Builder
	for i := range asked {
		name := []string{"user", "gone"}[i%10/9]
		fmt.Fprintf(&text, "%s%d@x%d.jp\n", name, i*7, i*7%asked%50)
	}
	array := `["` + strings.ReplaceAll(strings.TrimSpace(text.String()), "\n", `","`) + `"]`
	require.Equal(b, "100", s.ask("", asText, text.String()).Header.Get(api.HeaderSuppressed))
	for name, test := range map[string]struct{ contentType, body string }{"array": {asJSON, array}, "text": {asText, text.String()}} {
		b.Run(name+"/handler", func(b *testing.B) { s.benchCheck(b, asked, test.contentType, test.body) })
	}
}

func (s *server) benchCheck(b *testing.B, asked int, contentType, body string) {
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/suppressed/check", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		s.api.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
	b.ReportMetric(float64(b.N*asked)/b.Elapsed().Seconds(), "addresses/s")
}
