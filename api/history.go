package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/nosend/nosend/suppress"
)

// Events is the answer of GET /suppressed/{address}/events.
type Events struct {
	Lookup
	Reasons   []Why      `json:"reasons"`   // all that count now, the strongest first
	Events    []Event    `json:"events"`    // the evidence, the newest first
	Decisions []Decided  `json:"decisions"` // people's words, the newest first
	Released  *time.Time `json:"released"`  // of the last release; evidence up to it is disregarded
}

// Event is one piece of evidence: a message, and what was reported of it.
type Event struct {
	At           time.Time         `json:"at"`
	Received     time.Time         `json:"received"`
	Kind         suppress.Kind     `json:"kind"`
	Source       string            `json:"source"`
	Class        suppress.Class    `json:"class"`
	Category     suppress.Category `json:"category"`
	Rule         string            `json:"rule"`
	Matched      string            `json:"matched"`
	Basis        string            `json:"basis"` // what the verdict rests on: text, provider, status, reply
	Code         int               `json:"code,omitempty"`
	Status       string            `json:"status,omitempty"`
	ProviderCode string            `json:"provider_code,omitempty"`
	Reason       string            `json:"reason"`
	MessageID    string            `json:"message_id"`
	Tag          string            `json:"tag,omitempty"`
}

// Decided is one decision of a person.
type Decided struct {
	At    time.Time         `json:"at"`
	State suppress.Standing `json:"state"`
	Until *time.Time        `json:"until"`
	Note  string            `json:"note"`
	By    string            `json:"by"`
}

// events serves GET /suppressed/{address}/events.
func (s *Server) events(r request) (any, error) {
	a, err := addressOf(r.Request)
	if err != nil {
		return nil, err
	}
	ans, h, err := s.List.History(r.Context(), a)
	if errors.Is(err, suppress.ErrNotFound) {
		return nil, problem(http.StatusNotFound, "nothing is known of %s", a)
	}
	if err != nil {
		return nil, err
	}
	out := Events{Lookup: newLookup(&ans), Reasons: []Why{}, Events: []Event{}, Decisions: []Decided{}, Released: optional(h.Released)}
	for i := range ans.Reasons {
		out.Reasons = append(out.Reasons, *newWhy(&ans.Reasons[i]))
	}
	for i := range slices.Backward(h.Evidence) {
		out.Events = append(out.Events, newEvent(&h.Evidence[i]))
	}
	for _, d := range slices.Backward(h.Decisions) {
		out.Decisions = append(out.Decisions, Decided{At: d.At, State: d.Standing, Until: optional(d.Until), Note: d.Note, By: d.By})
	}
	return out, nil
}

func newEvent(e *suppress.Evidence) Event {
	return Event{
		At: e.At, Received: e.Received, Kind: e.Kind, Source: e.Source, Class: e.Class, Category: e.Category,
		Rule: e.Rule, Matched: e.Matched, Basis: e.Basis.String(), Code: e.Code, Status: e.Status,
		ProviderCode: e.ProviderCode, Reason: e.Text, MessageID: e.MessageID, Tag: e.Tag,
	}
}
