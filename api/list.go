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
	filter, query, err := readQuery(r.Request, "limit", "cursor", "count")
	if err != nil {
		return nil, err
	}
	limit, err := limitOf(query.Get("limit"), listSize)
	if err != nil {
		return nil, err
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
	switch count := query.Get("count"); count {
	case "", "0":
	case "1":
		err = s.count(r, filter, &out)
	default:
		err = problem(http.StatusBadRequest, "count is %q; leave it out, or write count=1", count)
	}
	return out, err
}

// count adds the number of all selected entries.
func (s *Server) count(r request, f suppress.Filter, out *List) error {
	n, _, err := s.List.Count(r.Context(), f)
	out.Count = &n
	return err
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
