package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/nosend/nosend/suppress"
)

// maxDecision bounds the body of a decision, in bytes.
const maxDecision = 64 << 10

// maxYear is the last one that RFC 3339 can write, as every answer must.
const maxYear = 9999

// Decision is the body of PUT /suppressed/{address}.
type Decision struct {
	State suppress.Standing `json:"state,omitempty"` // "suppressed" (also if left out) or "allowed"
	Until *time.Time        `json:"until,omitempty"` // null: without end
	Note  string            `json:"note,omitempty"`
}

// decide serves PUT /suppressed/{address}.
func (s *Server) decide(r request) (any, error) {
	a, err := addressOf(r.Request, suppress.ParseListed)
	if err != nil {
		return nil, err
	}
	var d Decision
	if err := readJSON(r.Request, maxDecision, &d); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	decision := suppress.Decision{Standing: d.State, Note: d.Note, By: r.by}
	if decision.Standing == "" {
		decision.Standing = suppress.Suppressed
	}
	if d.Until != nil {
		decision.Until = d.Until.UTC()
		if decision.Until.Year() > maxYear {
			return nil, problem(http.StatusBadRequest, "until is after the year %d; leave it out for a decision without end", maxYear)
		}
	}
	ans, err := s.List.Decide(r.Context(), a, decision)
	if err != nil {
		return nil, err
	}
	return newLookup(&ans), nil
}

// release serves DELETE /suppressed/{address}.
func (s *Server) release(r request) (any, error) {
	a, err := addressOf(r.Request, suppress.ParseAddress)
	if err != nil {
		return nil, err
	}
	ans, err := s.List.Release(r.Context(), a, r.URL.Query().Get("note"), r.by)
	if errors.Is(err, suppress.ErrNotFound) {
		return nil, problem(http.StatusNotFound, "%s is not on the list; nothing was released", a)
	}
	if err != nil {
		return nil, err
	}
	return newLookup(&ans), nil
}

// ended reports whether nothing but white space is left. (More takes a stray
// bracket for an end.)
func ended(in *json.Decoder) bool {
	_, err := in.Token()
	return errors.Is(err, io.EOF)
}

// readJSON decodes a body of one JSON value. Fields that aren't known are
// errors: a misspelt "untill" must not suppress for ever.
func readJSON(r *http.Request, limit int64, into any) error {
	in := json.NewDecoder(http.MaxBytesReader(nil, r.Body, limit))
	in.DisallowUnknownFields()
	err := in.Decode(into)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return problem(http.StatusRequestEntityTooLarge, "the body has more than %d bytes", limit)
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if err == nil && !ended(in) {
		err = errors.New("something follows the JSON value")
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		err = fmt.Errorf("%q is not a time; write it as %q (RFC 3339)", wrong.Value, "2030-01-31T00:00:00Z")
	}
	if err != nil {
		return problem(http.StatusBadRequest, "the body can't be read at byte %d: %s", in.InputOffset(), err)
	}
	return nil
}
