package api

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/nosend/nosend/suppress"
)

// Status is the answer of GET /status: what the server knows of itself.
type Status struct {
	Version     string      `json:"version"`
	Now         time.Time   `json:"now"`     // by the server's clock
	Started     time.Time   `json:"started"` // when this process began to serve
	Suppressed  int64       `json:"suppressed"`
	Entries     []Tally     `json:"entries"`      // all that the list knows, the most first
	Sources     []Heard     `json:"sources"`      // every source of webhooks, in the order of their names
	Letters     LetterCount `json:"dead_letters"` // what could not be understood
	StoreBytes  int64       `json:"store_bytes"`  // size of the database; 0: not known
	TokenNeeded bool        `json:"token_needed"` // false: whoever reaches the server may do everything
	Rules       int         `json:"rules"`        // rules of the classifier
}

// Tally is how many entries stand in one cell of the gauge nosend_suppressions.
type Tally struct {
	State    suppress.Standing `json:"state"`
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Count    int64             `json:"count"`
}

// Heard says when a source's webhook was last taken in.
type Heard struct {
	Source string     `json:"source"`
	Last   *time.Time `json:"last"` // null: not since the server started
}

// LetterCount counts dead letters.
type LetterCount struct {
	Count   int64 `json:"count"`
	Bytes   int64 `json:"bytes"`
	Dropped int64 `json:"dropped"`
}

// status serves GET /status.
func (s *Server) status(r request) (any, error) {
	tallies, err := s.List.Tallies(r.Context())
	if err != nil {
		return nil, err
	}
	_, letters, err := s.List.DeadLetters(r.Context(), 0, 0)
	if err != nil {
		return nil, err
	}
	out := Status{
		Version: s.Version, Now: s.List.Clock().UTC(), Started: s.started, Entries: []Tally{}, Sources: s.heard(),
		Letters:     LetterCount{Count: letters.Count, Bytes: letters.Bytes, Dropped: letters.Dropped},
		TokenNeeded: s.Tokens.Required(), Rules: len(s.Classifier.Rules()),
	}
	for t, n := range tallies {
		if n == 0 {
			continue
		}
		if t.Standing.Blocks() {
			out.Suppressed += n
		}
		out.Entries = append(out.Entries, Tally{State: t.Standing, Class: t.Class, Category: t.Category, Count: n})
	}
	slices.SortFunc(out.Entries, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.State, b.State), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Category, b.Category))
	})
	if s.StoreSize != nil {
		if out.StoreBytes, err = s.StoreSize(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lastHeard is when each source's webhook was last taken in, in microseconds
// since 1970; 0: not yet.
type lastHeard map[string]*atomic.Int64

func newLastHeard() lastHeard {
	out := lastHeard{}
	for _, name := range providerNames() {
		out[name] = &atomic.Int64{}
	}
	return out
}

func (s *Server) heard() []Heard {
	out := []Heard{}
	for name, at := range s.last {
		h := Heard{Source: name}
		if at := at.Load(); at != 0 {
			h.Last = optional(time.UnixMicro(at).UTC())
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Heard) int { return cmp.Compare(a.Source, b.Source) })
	return out
}
