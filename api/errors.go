package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
)

// Problem is the body of every error (RFC 9457, application/problem+json).
type Problem struct {
	Type   string `json:"type"`   // always "about:blank": the title says it all
	Title  string `json:"title"`  // the status in words
	Status int    `json:"status"` // the HTTP status
	Detail string `json:"detail"` // what was wrong, where, and what to do
}

// statusError is an error whose HTTP status and message are known.
type statusError struct {
	status int
	detail string
	header http.Header // sent along
}

func (e *statusError) Error() string { return e.detail }

func problem(status int, format string, args ...any) *statusError {
	return &statusError{status: status, detail: fmt.Sprintf(format, args...)}
}

// statusClientGone is for the log and the metrics: the client hung up before its
// answer, so no fault of ours is to be counted. (The number is nginx's.)
const statusClientGone = 499

// errorStatus is the one table of the errors below the handlers. What isn't in
// it is a fault of ours: its text goes to the log only.
func errorStatus() []struct {
	err    error
	status int
} {
	return []struct {
		err    error
		status int
	}{
		{suppress.ErrAddress, http.StatusBadRequest},
		{suppress.ErrDecision, http.StatusBadRequest},
		{suppress.ErrCursor, http.StatusBadRequest},
		{webhook.ErrMalformed, http.StatusBadRequest},
		{suppress.ErrNotFound, http.StatusNotFound},
		{suppress.ErrBusy, http.StatusTooManyRequests},
		{suppress.ErrOverloaded, http.StatusTooManyRequests},
		{suppress.ErrNoBackup, http.StatusNotImplemented},
		{suppress.ErrFull, http.StatusServiceUnavailable},
		{suppress.ErrClosed, http.StatusServiceUnavailable},
		{context.Canceled, statusClientGone},
		{context.DeadlineExceeded, http.StatusServiceUnavailable},
	}
}

// asStatus finds the status and the sentence for an error.
func asStatus(err error) *statusError {
	if known, ok := errors.AsType[*statusError](err); ok {
		return known
	}
	for _, row := range errorStatus() {
		if errors.Is(err, row.err) {
			return problem(row.status, "%s", err)
		}
	}
	return problem(http.StatusServiceUnavailable, "the answer is not known because of an internal fault; the server's log says more; try again")
}

// fail answers with an error.
func (s *Server) fail(w *recorder, err error) {
	e := asStatus(err)
	w.quiet = false
	if e.status >= http.StatusInternalServerError {
		w.err = err
	}
	if w.code != 0 { // the answer has begun: it is broken off, so that nobody takes it for whole
		w.aborted = true
		return
	}
	for name, values := range e.header {
		w.Header()[name] = values
	}
	switch e.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="nosend", Basic realm="nosend"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(e.status)
	body, _ := json.Marshal(Problem{Type: "about:blank", Title: http.StatusText(e.status), Status: e.status, Detail: e.detail})
	_, _ = w.Write(append(body, '\n'))
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, code int, value any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // servers' words are full of angle brackets
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body.Bytes()) // a client that is gone can't be told
	return nil
}

// notFound says that no route takes the path.
func notFound(*http.Request) error {
	return problem(http.StatusNotFound, "there is no such route; GET / lists them")
}

// routeMethods lists the methods that routes have.
func routeMethods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete}
}

// methodNotAllowed says which methods the path has.
func (s *Server) methodNotAllowed(r *http.Request) error {
	var allowed []string
	for _, method := range routeMethods() {
		probe, match := *r, mux.RouteMatch{}
		probe.Method = method
		if s.router.Match(&probe, &match) && match.MatchErr == nil && match.Route.GetName() != wrongMethod {
			allowed = append(allowed, method)
		}
	}
	list := strings.Join(allowed, ", ")
	e := problem(http.StatusMethodNotAllowed, "%s is not allowed here; allowed: %s", r.Method, list)
	e.header = http.Header{"Allow": {list}}
	return e
}
