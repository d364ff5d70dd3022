package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Look-ups are asked before every mail, and finding a counter by its labels
// takes longer than the answer. So what counts requests is found once for each
// combination of labels, and kept; there are as many as there are series.

// request is what tells the series of requests apart.
type request struct {
	route, method string
	code          int
}

// answered counts the requests of one series.
type answered struct {
	requests  prometheus.Counter
	durations prometheus.Observer // of the route
}

// Request counts one HTTP request. An unknown route or method is "other".
func (m *Metrics) Request(route, method string, code int, took time.Duration) {
	r := request{route: route, method: method, code: code}
	found, ok := m.answered.Load(r)
	if !ok {
		found = m.series(r)
	}
	a := found.(*answered)
	a.requests.Inc()
	a.durations.Observe(took.Seconds())
}

// series finds the counters of a request, and keeps them if its labels are of
// the fixed sets: what a client made up must not take memory.
func (m *Metrics) series(r request) *answered {
	named := request{route: known(r.route, m.config.Routes), method: known(r.method, methods()), code: r.code}
	a := &answered{
		requests:  m.requests.WithLabelValues(named.route, named.method, strconv.Itoa(named.code)),
		durations: m.durations.WithLabelValues(named.route),
	}
	if named == r {
		m.answered.Store(r, a)
	}
	return a
}

func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions}
}

// Lookups counts some look-ups and their answer.
func (m *Metrics) Lookups(result string, n int) {
	if c, ok := m.looked[result]; ok {
		c.Add(float64(n))
	}
}
