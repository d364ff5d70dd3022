package api

import (
	"errors"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"github.com/nosend/nosend/suppress"
)

// DeadLetters is the answer of GET /dead-letters.
type DeadLetters struct {
	DeadLetters []DeadLetter `json:"dead_letters"`
	Last        uint64       `json:"last"`    // ask for what comes after it next time
	Count       int64        `json:"count"`   // of all that are kept
	Bytes       int64        `json:"bytes"`   // of their bodies
	Dropped     int64        `json:"dropped"` // of those that had to make room
}

// DeadLetter is what a source sent and nosend could not understand.
type DeadLetter struct {
	ID          uint64    `json:"id"`
	Received    time.Time `json:"received"`
	Source      string    `json:"source"`
	Problem     string    `json:"problem"`
	ContentType string    `json:"content_type"`
	Body        string    `json:"body,omitempty"`
	BodyBase64  []byte    `json:"body_base64,omitempty"` // in place of body, where that isn't UTF-8
}

// deadLetters serves GET /dead-letters.
func (s *Server) deadLetters(r request) (any, error) {
	after, limit, err := page(r.Request)
	if err != nil {
		return nil, err
	}
	letters, stats, err := s.List.DeadLetters(r.Context(), after, limit)
	if err != nil {
		return nil, err
	}
	out := DeadLetters{DeadLetters: []DeadLetter{}, Last: after, Count: stats.Count, Bytes: stats.Bytes, Dropped: stats.Dropped}
	for i := range letters {
		out.Last = letters[i].Number
		out.DeadLetters = append(out.DeadLetters, newDeadLetter(&letters[i]))
	}
	return out, nil
}

func newDeadLetter(l *suppress.DeadLetter) DeadLetter {
	out := DeadLetter{ID: l.Number, Received: l.Received, Source: l.Source, Problem: l.Problem, ContentType: l.ContentType}
	if utf8.Valid(l.Body) {
		out.Body = string(l.Body)
	} else {
		out.BodyBase64 = l.Body
	}
	return out
}

// Content is the body, byte by byte.
func (l *DeadLetter) Content() []byte {
	if l.BodyBase64 != nil {
		return l.BodyBase64
	}
	return []byte(l.Body)
}

// deadLetter serves GET /dead-letters/{id}.
func (s *Server) deadLetter(r request) (any, error) {
	l, err := s.letterOf(r.Request)
	if err != nil {
		return nil, err
	}
	return newDeadLetter(&l), nil
}

// letterOf reads the dead letter that a path names.
func (s *Server) letterOf(r *http.Request) (suppress.DeadLetter, error) {
	id := mux.Vars(r)["id"]
	number, err := strconv.ParseUint(id, 10, 64)
	if err != nil { // digits only, so it is above every number
		return suppress.DeadLetter{}, noLetter(id)
	}
	l, err := s.List.DeadLetter(r.Context(), number)
	if errors.Is(err, suppress.ErrNotFound) {
		return l, noLetter(id)
	}
	return l, err
}

func noLetter(id string) error {
	return problem(http.StatusNotFound, "there is no dead letter %s; it may have been replayed, deleted or dropped to make room; GET /dead-letters lists them", id)
}

// Deleted is the answer of DELETE /dead-letters/{id}.
type Deleted struct {
	Deleted uint64 `json:"deleted"` // the dead letter's id
}

// deleteLetter serves DELETE /dead-letters/{id}.
func (s *Server) deleteLetter(w http.ResponseWriter, r *http.Request) error {
	l, err := s.letterOf(r)
	if err != nil {
		return err
	}
	err = s.List.DropLetter(r.Context(), l.Number)
	if errors.Is(err, suppress.ErrNotFound) {
		return noLetter(mux.Vars(r)["id"])
	}
	if err != nil {
		return err
	}
	w.(*recorder).notes = []any{"letter", l.Number}
	return writeJSON(w, http.StatusOK, Deleted{Deleted: l.Number})
}
