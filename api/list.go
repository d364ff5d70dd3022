package api

import (
	"net/http"
	"strconv"

	"github.com/nosend/nosend/suppress"
)

// List is the answer of GET /suppressed.
type List struct {
	Entries []Lookup `json:"entries"`         // ordered by domain, then local part
	Next    *string  `json:"next"`            // the cursor of the next page; null: this was the last
	Scanned int      `json:"scanned"`         // entries that were read for this page
	Count   *int64   `json:"count,omitempty"` // of all that the filter selects, where ?count=1 asks for it
}

// listSize is how many entries a page has, unless ?limit= says otherwise.
const listSize = 100

// list serves GET /suppressed.
func (s *Server) list(r request) (any, error) {
	query := r.URL.Query()
	filter, err := readFilter(query)
	if err != nil {
		return nil, err
	}
	limit, err := limitOf(query.Get("limit"), listSize)
	if err != nil {
		return nil, err
	}
	counting := query.Get("count")
	if counting != "" && counting != "0" && counting != "1" {
		return nil, problem(http.StatusBadRequest, "count is %q; leave it out, or write count=1", counting)
	}
	page, err := s.List.Page(r.Context(), filter, query.Get("cursor"), limit)
	if err != nil {
		return nil, err
	}
	out := List{Entries: make([]Lookup, len(page.Entries)), Scanned: page.Scanned}
	for i := range page.Entries {
		out.Entries[i] = newRow(&page.Entries[i])
	}
	if page.Next != "" {
		out.Next = &page.Next
	}
	if counting == "1" {
		n, err := s.List.Count(r.Context(), filter)
		if err != nil {
			return nil, err
		}
		out.Count = &n
	}
	return out, nil
}

// newRow is an entry of a list. One that is only watched shows its latest
// bounce.
func newRow(a *suppress.Answer) Lookup {
	row := newLookup(a)
	if shown := a.Shown(); row.Why == nil && shown.Origin != "" {
		row.Why = newWhy(&shown)
	}
	return row
}

// limitOf reads ?limit=.
func limitOf(v string, usual int) (int, error) {
	if v == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > pageSize {
		return 0, problem(http.StatusBadRequest, "limit is %q; it must be a number from 1 to %d", v, pageSize)
	}
	return n, nil
}
