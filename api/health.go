package api

import (
	"fmt"
	"net/http"
)

// Health is the answer of GET /healthz and GET /readyz.
type Health struct {
	Status  string `json:"status"` // always "ok": what isn't is an error
	Version string `json:"version"`
}

// healthz serves GET /healthz: the process answers.
func (s *Server) healthz(request) (any, error) {
	return Health{Status: "ok", Version: s.Version}, nil
}

// readyz serves GET /readyz: the list can be read, so that look-ups are
// answered.
func (s *Server) readyz(r request) (any, error) {
	if _, err := s.List.Tallies(r.Context()); err != nil {
		return nil, err
	}
	return Health{Status: "ok", Version: s.Version}, nil
}

// metrics serves GET /metrics.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	if s.Metrics == nil {
		return problem(http.StatusNotFound, "metrics are not served here")
	}
	s.Metrics.ServeHTTP(w, r)
	return nil
}

// index serves GET /: what this is, and which routes there are.
func (s *Server) index(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "nosend %s keeps the list of addresses that mail must not be sent to.\n\n", s.Version)
	for _, route := range Routes() {
		fmt.Fprintf(w, "%-7s %s\n", route.Method, route.Path)
	}
	return nil
}
