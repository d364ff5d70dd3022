package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mail is one event as Customers Mail Cloud writes it.
type mail map[string]string

// bounce is the i-th of many: another message to another address.
func bounce(i int) mail {
	return mail{
		"created": "2026-03-02 18:00:00", "status": "2", "to": fmt.Sprintf("gone%d@x.jp", i), "from": "shop@example.com",
		"returnPath": "return@example.com", "subject": "hello", "apiData": "", "messageId": fmt.Sprintf("<%d@mta.example.com>", i),
		"reason": "550 5.1.1 user unknown (in reply to RCPT TO)",
	}
}

// bounces is a request with n bounces.
func bounces(n int) string {
	list := make([]mail, n)
	for i := range list {
		list[i] = bounce(i)
	}
	return cmc("bounces", list...)
}

// cmc is a request of Customers Mail Cloud in JSON.
func cmc(eventType string, list ...mail) string {
	return fmt.Sprintf(`{"event_type":%q,"server_composition":"pro","event":%s}`, eventType, eventOf(eventType, list...))
}

// eventOf is the field event of such a request.
func eventOf(eventType string, list ...mail) string {
	raw, err := json.Marshal(map[string][]mail{eventType: append([]mail{}, list...)})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func newBody(s string) io.Reader { return strings.NewReader(s) }

// gzipped compresses each text as a member of its own.
func gzipped(t testing.TB, members ...string) string {
	var out bytes.Buffer
	for _, text := range members {
		z := gzip.NewWriter(&out)
		_, err := io.WriteString(z, text)
		require.NoError(t, err)
		require.NoError(t, z.Close())
	}
	return out.String()
}

// padded is a request of exactly n bytes: white space after it doesn't matter.
func padded(body string, n int) string { return body + strings.Repeat(" ", n-len(body)) }
