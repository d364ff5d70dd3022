package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// FuzzLookup: whatever stands behind /suppressed/ on the wire, the answer is
// neither a fault of ours nor without an answer; and what it found is what the
// escaped address finds.
func FuzzLookup(f *testing.F) {
	for path := range oddPaths() {
		f.Add(path)
	}
	for _, path := range []string{"", "user", "a@x.jp?status=1", "a@x.jp/events", "%zz@x", "%", "a@x.jp?%zz", "\xff@x", "a@x HTTP/1.1\r\nHost: x", "../../etc/passwd@x", "a@b#c", "a b@x", "%40%40", "a@%00"} {
		f.Add(path)
	}
	s := serve(f)
	f.Fuzz(func(t *testing.T, path string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET /suppressed/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")))
		if err != nil {
			t.Skip("net/http refuses it before us")
		}
		w := httptest.NewRecorder()
		s.api.ServeHTTP(w, r)
		require.Less(t, w.Code, http.StatusInternalServerError, w.Body)
		if w.Code != http.StatusOK || r.URL.RawQuery != "" || strings.HasSuffix(r.URL.EscapedPath(), "/events") {
			return
		}
		var found api.Lookup
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &found))
		a, err := suppress.ParseAddress(found.Address)
		require.NoError(t, err)
		assert.Equal(t, found.Address, a.String(), "it is normalised")
		again := httptest.NewRecorder()
		s.api.ServeHTTP(again, httptest.NewRequest(http.MethodGet, "http://localhost/suppressed/"+url.PathEscape(found.Address), nil))
		assert.Equal(t, w.Body.String(), again.Body.String())
	})
}
