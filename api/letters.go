package api

import (
	"time"
	"unicode/utf8"
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
	for _, l := range letters {
		row := DeadLetter{ID: l.Number, Received: l.Received, Source: l.Source, Problem: l.Problem, ContentType: l.ContentType}
		if utf8.Valid(l.Body) {
			row.Body = string(l.Body)
		} else {
			row.BodyBase64 = l.Body
		}
		out.Last = l.Number
		out.DeadLetters = append(out.DeadLetters, row)
	}
	return out, nil
}
