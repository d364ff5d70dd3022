package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/nosend/nosend/suppress"
)

// pageSize is how many rows a page has at most, and usually.
const pageSize = 1000

// Changes is the answer of GET /changes.
type Changes struct {
	Changes []Change `json:"changes"`
	Last    uint64   `json:"last"` // ask for what comes after it next time
}

// Change is one change of the list.
type Change struct {
	Number   uint64              `json:"number"`
	At       time.Time           `json:"at"`
	Address  string              `json:"address"`
	Change   suppress.ChangeKind `json:"change"`
	State    suppress.Standing   `json:"state"`
	Origin   suppress.Origin     `json:"origin"`
	Class    suppress.Class      `json:"class"`
	Category suppress.Category   `json:"category"`
	Until    *time.Time          `json:"until"`
	By       string              `json:"by,omitempty"`
	Note     string              `json:"note,omitempty"`
}

// changes serves GET /changes?after=N.
func (s *Server) changes(r request) (any, error) {
	after, limit, err := page(r.Request)
	if err != nil {
		return nil, err
	}
	rows, err := s.List.Changes(r.Context(), after, limit)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && after > 0 {
		if err := s.known(r, after); err != nil {
			return nil, err
		}
	}
	out := Changes{Changes: []Change{}, Last: after}
	for _, c := range rows {
		out.Last = c.Number
		out.Changes = append(out.Changes, Change{
			Number: c.Number, At: c.At, Address: c.Address.String(), Change: c.Kind, State: c.Standing, Origin: c.Origin,
			Class: c.Class, Category: c.Category, Until: optional(c.Until), By: c.By, Note: c.Note,
		})
	}
	return out, nil
}

// known refuses a number that no change has: whoever got it read another
// database, or this one before it was restored, and would miss what comes.
func (s *Server) known(r request, number uint64) error {
	rows, err := s.List.Changes(r.Context(), number-1, 1)
	if err == nil && len(rows) == 0 {
		err = problem(http.StatusBadRequest, "after is %d, but there is no such change; the list may be another one, or restored: begin again with after=0", number)
	}
	return err
}

// page reads ?after= and ?limit=.
func page(r *http.Request) (after uint64, limit int, err error) {
	query := r.URL.Query()
	if v := query.Get("after"); v != "" {
		if after, err = strconv.ParseUint(v, 10, 63); err != nil {
			return 0, 0, problem(http.StatusBadRequest, "after is %q; it must be a number, as the last answer gave it", v)
		}
	}
	limit, err = limitOf(query.Get("limit"), pageSize)
	return after, limit, err
}
