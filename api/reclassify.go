package api

import (
	"errors"
	"io"

	"github.com/nosend/nosend/suppress"
)

// ReclassifyRequest is the body of POST /reclassify.
type ReclassifyRequest struct {
	Cursor string `json:"cursor,omitempty"`  // where this part begins: left out first, then Reclassified.Next
	DryRun bool   `json:"dry_run,omitempty"` // change nothing, only say what would change
}

// Reclassified is the answer of POST /reclassify: what became of one part of the
// entries.
type Reclassified struct {
	DryRun   bool       `json:"dry_run"`
	Examined int        `json:"examined"` // entries of this part
	Changed  []Rejudged `json:"changed"`  // those whose row shows another state, class or category
	Adjusted int        `json:"adjusted"` // those whose row shows the same: by another rule or until another time, or an older bounce is judged otherwise
	Cut      int        `json:"cut"`      // bounces that keep their verdict: not all their words were kept
	Next     *string    `json:"next"`     // the cursor of the next part; null: this was the last
}

// Rejudged is one entry before and after.
type Rejudged struct {
	Address string `json:"address"`
	Before  Brief  `json:"before"`
	After   Brief  `json:"after"`
}

// Brief is what an entry's row shows, in few words.
type Brief struct {
	State    suppress.Standing `json:"state"`
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Rule     string            `json:"rule"`
}

// maxReclassify bounds the body of POST /reclassify, in bytes.
const maxReclassify = 4 << 10

// reclassify serves POST /reclassify.
func (s *Server) reclassify(r request) (any, error) {
	var in ReclassifyRequest
	if err := readJSON(r.Request, maxReclassify, &in); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	part, err := s.List.Reclassify(r.Context(), suppress.Reclassification{Cursor: in.Cursor, DryRun: in.DryRun, By: r.by})
	if err != nil {
		return nil, err
	}
	out := Reclassified{DryRun: in.DryRun, Examined: part.Examined, Changed: []Rejudged{}, Adjusted: part.Adjusted, Cut: part.Cut}
	if part.Next != "" {
		out.Next = &part.Next
	}
	for i := range part.Changed {
		c := &part.Changed[i]
		out.Changed = append(out.Changed, Rejudged{Address: c.After.Address.String(), Before: brief(&c.Before), After: brief(&c.After)})
	}
	return out, nil
}

func brief(a *suppress.Answer) Brief {
	return Brief{State: a.Standing, Class: a.Class, Category: a.Category, Rule: a.Shown().Rule}
}
