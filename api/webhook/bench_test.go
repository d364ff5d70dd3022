package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkCMC(b *testing.B) {
	for _, n := range []int{1, 100} {
		event := benchmarkEvent(b, n)
		jsonBody := fmt.Sprintf(`{"event_type":"bounces","server_composition":"pro","event":%s}`, event)
		formBody := url.Values{"event_type": {"bounces"}, "server_composition": {"pro"}, "event": {event}}.Encode()

		benchmarkBody(b, fmt.Sprintf("json/%d", n), "application/json", jsonBody)
		benchmarkBody(b, fmt.Sprintf("form/%d", n), "application/x-www-form-urlencoded", formBody)
	}
}

func benchmarkBody(b *testing.B, name, contentType, body string) {
	r := Request{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parseCMC(r, Settings{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchmarkEvent(b *testing.B, n int) string {
	list := make([]map[string]string, n)
	for i := range list {
		list[i] = map[string]string{
			"created": "2026-03-02 09:14:31", "status": "2", "to": fmt.Sprintf("user%d@example.jp", i),
			"from": "shop@example.com", "returnPath": "return@bounce.example.com", "subject": "ご注文の確認",
			"messageId": fmt.Sprintf("<%d@mta3.example.com>", i), "apiData": "order",
			"reason": "550 5.1.1 There is no such account at this provider (in reply to RCPT TO)",
		}
	}
	raw, err := json.Marshal(map[string]any{"bounces": list})
	require.NoError(b, err)
	return string(raw)
}
