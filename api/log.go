package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// finish logs and counts one request. Successful look-ups aren't logged.
func (s *Server) finish(rec *recorder, r *http.Request, took time.Duration) {
	if !rec.quiet {
		s.logRequest(rec, r, took)
	}
	s.Observer.Request(rec.route, r.Method, rec.status(), took)
}

// logRequest writes one line. Nothing that may hold an address stands in it.
func (s *Server) logRequest(rec *recorder, r *http.Request, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case rec.status() >= http.StatusInternalServerError:
		level = slog.LevelError
	case rec.aborted: // more often the client's doing than ours
		level = slog.LevelWarn
	}
	args := []any{"method", knownMethod(r.Method), "route", rec.route, "status", rec.status(), "bytes", rec.bytes, "ms", float64(took.Microseconds()) / 1000}
	if rec.by != "" {
		args = append(args, "by", rec.by)
	}
	if rec.aborted {
		args = append(args, "aborted", true)
	}
	if rec.err != nil {
		args = append(args, "error", rec.err)
	}
	s.Log.Log(r.Context(), level, "request", append(args, rec.notes...)...)
}

// knownMethod keeps what a client made up out of the log.
func knownMethod(method string) string {
	if slices.Contains([]string{http.MethodOptions, http.MethodPatch}, method) || slices.Contains(routeMethods(), method) {
		return method
	}
	return "other"
}

// panicked is a panic as an error for the log. What a panic says could hold an
// address, unless the runtime itself says it; the place is told in any case.
func panicked(fault any) error {
	what := fmt.Sprintf("%T", fault)
	if known, ok := fault.(runtime.Error); ok {
		what = known.Error()
	}
	return fmt.Errorf("handler panicked: %s\n%s", what, debug.Stack())
}

// recorder sees what a handler answers.
type recorder struct {
	http.ResponseWriter
	route   string
	by      string // who asked: the token's name
	code    int
	bytes   int64
	quiet   bool  // not worth a line in the log
	aborted bool  // the answer was broken off
	err     error // a fault of ours, for the log only
	notes   []any // more for the log, in pairs
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}
