package metrics

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
)

// remembered is how many series of requests are kept to be found again.
func remembered(m *Metrics) (n int) {
	m.answered.Range(func(any, any) bool { n++; return true })
	return n
}

// TestWhatClientsMakeUpTakesNoMemory: it is counted, as other, and forgotten.
func TestWhatClientsMakeUpTakesNoMemory(t *testing.T) {
	m := New(Config{Routes: []string{"/status"}})
	for i := range 100 {
		m.Request("/status", fmt.Sprint("METHOD", i), http.StatusMethodNotAllowed, time.Millisecond)
		m.Request(fmt.Sprint("/", i), http.MethodGet, http.StatusNotFound, time.Millisecond)
	}
	assert.Zero(t, remembered(m))
	for range 3 {
		m.Request("/status", http.MethodGet, http.StatusOK, time.Millisecond)
	}
	assert.Equal(t, 1, remembered(m), "what is known is found at once")
	got := expose(t, m)
	assert.Contains(t, got, `nosend_http_requests_total{code="405",method="other",route="/status"} 100`+"\n")
	assert.Contains(t, got, `nosend_http_requests_total{code="404",method="GET",route="other"} 100`+"\n")
	assert.Contains(t, got, `nosend_http_requests_total{code="200",method="GET",route="/status"} 3`+"\n")
	assert.Contains(t, got, `nosend_http_request_duration_seconds_count{route="/status"} 103`+"\n")
	assert.Contains(t, got, `nosend_http_request_duration_seconds_count{route="other"} 100`+"\n")
	assert.Equal(t, 3, testutil.CollectAndCount(m.requests))
}

// TestLookupsAreCountedEach, however many come at once; a result that there
// isn't makes no series.
func TestLookupsAreCountedEach(t *testing.T) {
	m := New(Config{})
	m.Lookups("clear", 5)
	m.Lookups("clear", 2)
	m.Lookups("suppressed", 1000)
	m.Lookups("invalid", 0)
	m.Lookups("made up", 3)
	for result, want := range map[string]float64{"clear": 7, "suppressed": 1000, "invalid": 0, "error": 0} {
		assert.InDelta(t, want, testutil.ToFloat64(m.lookups.WithLabelValues(result)), 0, result)
	}
	assert.Equal(t, 4, testutil.CollectAndCount(m.lookups))
}
