package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/nosend/nosend/suppress"
)

// Events is the answer of GET /suppressed/{address}/events: everything that is
// known of an address, and how that came to what it means now.
type Events struct {
	Lookup
	Ends      *time.Time `json:"ends"`      // when mail may be sent again if nothing else happens; null: not by itself, or it may be sent now
	Reasons   []Ground   `json:"reasons"`   // all that count now, the strongest first
	Policy    []Counting `json:"policy"`    // what the policy's rules have counted
	Events    []Event    `json:"events"`    // the evidence, the newest first
	Older     int        `json:"older"`     // messages that bounced before those of events: only their number is kept
	Decisions []Decided  `json:"decisions"` // people's words, the newest first
	Released  *time.Time `json:"released"`  // of the last release; evidence up to it is disregarded
}

// Ground is a reason that counts now, and what ends it.
type Ground struct {
	Why
	Event   string            `json:"event,omitempty"` // id of the event that decided, which may be too old to be kept; left out: a person did
	EndedBy []suppress.Ending `json:"ended_by"`        // whichever comes first
}

// Event is one piece of evidence: a message, what was reported of it, and what
// that did.
type Event struct {
	ID           string            `json:"id"` // unique within the address
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
	Decided      bool              `json:"decided"`               // it began a suppression that counts now
	Effect       suppress.Effect   `json:"effect"`                // what it did, in a word
	Explanation  string            `json:"explanation"`           // the same in a sentence
	PolicyRule   string            `json:"policy_rule,omitempty"` // that selects it; left out: none does
	Until        *time.Time        `json:"until,omitempty"`       // of the suppression that it began, if that had an end
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
	a, err := addressOf(r.Request, suppress.ParseAddress)
	if err != nil {
		return nil, err
	}
	acc, err := s.List.Account(r.Context(), a)
	if errors.Is(err, suppress.ErrNotFound) {
		return nil, problem(http.StatusNotFound, "nothing is known of %s", a)
	}
	if err != nil {
		return nil, err
	}
	return newEvents(&acc), nil
}

func newEvents(acc *suppress.Account) Events {
	h := &acc.History
	out := Events{
		Lookup: newLookup(&acc.Answer), Ends: optional(acc.Ends()), Older: acc.Older, Released: optional(h.Released),
		Reasons: []Ground{}, Policy: []Counting{}, Events: []Event{}, Decisions: []Decided{},
	}
	for i := range acc.Grounds {
		g := &acc.Grounds[i]
		out.Reasons = append(out.Reasons, Ground{Why: *newWhy(&g.Reason), Event: eventID(g.Event), EndedBy: g.EndedBy})
	}
	for i := range acc.Counted {
		out.Policy = append(out.Policy, newCounting(&acc.Counted[i]))
	}
	for i := range slices.Backward(h.Evidence) {
		out.Events = append(out.Events, newEvent(&h.Evidence[i], &acc.Parts[i]))
	}
	for _, d := range slices.Backward(h.Decisions) {
		out.Decisions = append(out.Decisions, Decided{At: d.At, State: d.Standing, Until: optional(d.Until), Note: d.Note, By: d.By})
	}
	return out
}

func newEvent(e *suppress.Evidence, did *suppress.Part) Event {
	return Event{
		ID: eventID(did.Event),
		At: e.At, Received: e.Received, Kind: e.Kind, Source: e.Source, Class: e.Class, Category: e.Category,
		Rule: e.Rule, Matched: e.Matched, Basis: e.Basis.String(), Code: e.Code, Status: e.Status,
		ProviderCode: e.ProviderCode, Reason: e.Text, MessageID: e.MessageID, Tag: e.Tag,
		Decided: did.Effect == suppress.EffectDecided, Effect: did.Effect, Explanation: did.Effect.Explain(),
		PolicyRule: did.Rule, Until: optional(did.Until),
	}
}

// eventID is in hexadecimal: as a number of JSON it would lose its last digits
// in many languages.
func eventID(id uint64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", id)
}
