package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Route is one row of the table of routes.
type Route struct {
	Method string
	Path   string // as documented, and as the metrics label it
	Role   Role   // who may use it; "": everybody
	// Query lists the parameters that the route understands. What else stands in
	// a query is refused: whoever misspelt one must not take the answer for that
	// to another question. nil: the route takes whatever comes, or sees to it
	// itself.
	Query []string
	// raw serves routes that don't answer with one JSON value.
	raw func(*Server, http.ResponseWriter, *http.Request) error
	// call serves the others: what it returns is encoded.
	call func(*Server, request) (any, error)
}

// request is a request and who makes it: the name of the token.
type request struct {
	*http.Request
	by string
}

// lookupPath is the route of look-ups.
const lookupPath = "/suppressed/{address}"

// Routes lists every route. Where two match a path, the first one serves it.
func Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/suppressed", Role: RoleRead, Query: append(FilterParams(), "limit", "cursor", "count"), call: (*Server).list},
		{Method: http.MethodGet, Path: "/suppressed.csv", Role: RoleRead, Query: append(FilterParams(), "format"), raw: (*Server).exportCSV},
		{Method: http.MethodGet, Path: "/suppressed.ndjson", Role: RoleRead, Query: FilterParams(), raw: (*Server).exportNDJSON},
		{Method: http.MethodPost, Path: "/suppressed/check", Role: RoleRead, Query: []string{"only", "mail"}, raw: (*Server).check},
		{Method: http.MethodGet, Path: "/suppressed/{address}/events", Role: RoleRead, Query: []string{}, call: (*Server).events},
		{Method: http.MethodGet, Path: lookupPath, Role: RoleRead, raw: (*Server).lookup},
		{Method: http.MethodPut, Path: "/suppressed/{address}", Role: RoleWrite, Query: []string{}, call: (*Server).decide},
		{Method: http.MethodDelete, Path: "/suppressed/{address}", Role: RoleWrite, Query: []string{"note"}, call: (*Server).release},
		{Method: http.MethodPost, Path: "/webhooks/{provider}", raw: (*Server).webhook},
		{Method: http.MethodPost, Path: "/classify", Role: RoleRead, Query: []string{}, call: (*Server).classify},
		{Method: http.MethodPost, Path: "/reclassify", Role: RoleAdmin, Query: []string{}, call: (*Server).reclassify},
		{Method: http.MethodGet, Path: "/changes", Role: RoleRead, Query: []string{"after", "limit"}, call: (*Server).changes},
		{Method: http.MethodGet, Path: "/dead-letters", Role: RoleWrite, Query: []string{"after", "limit"}, call: (*Server).deadLetters},
		{Method: http.MethodPost, Path: "/dead-letters/replay", Role: RoleWrite, Query: []string{}, raw: (*Server).replayAll},
		{Method: http.MethodGet, Path: "/dead-letters/{id}", Role: RoleWrite, Query: []string{}, call: (*Server).deadLetter},
		{Method: http.MethodDelete, Path: "/dead-letters/{id}", Role: RoleWrite, Query: []string{}, raw: (*Server).deleteLetter},
		{Method: http.MethodPost, Path: "/dead-letters/{id}/replay", Role: RoleWrite, Query: []string{}, raw: (*Server).replay},
		{Method: http.MethodGet, Path: "/status", Role: RoleRead, Query: []string{}, call: (*Server).status},
		{Method: http.MethodGet, Path: "/backup", Role: RoleAdmin, Query: []string{}, raw: (*Server).backup},
		{Method: http.MethodGet, Path: "/metrics", raw: (*Server).metrics},
		{Method: http.MethodGet, Path: "/healthz", call: (*Server).healthz},
		{Method: http.MethodGet, Path: "/readyz", call: (*Server).readyz},
		{Method: http.MethodGet, Path: "/openapi.yaml", raw: (*Server).openapi},
		{Method: http.MethodGet, Path: "/", raw: (*Server).index},
	}
}

// RoutePaths lists the paths of all routes, each once: the values of the
// metrics' label route.
func RoutePaths() []string {
	var paths []string
	for _, r := range Routes() {
		if !slices.Contains(paths, r.Path) {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// methods that the route serves: HEAD wherever GET.
func (r Route) methods() []string {
	if r.Method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.Method}
}

// handler puts around a route what all have in common: its name for metrics
// and log, who may use it, and how errors are answered.
func (s *Server) handler(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := w.(*recorder)
		rec.route = route.Path
		if route.Role != "" {
			by, err := s.authorize(r, route.Role)
			if err != nil {
				s.fail(rec, err)
				return
			}
			rec.by = by
		}
		if err := checkQuery(r, route.Query); err != nil {
			s.fail(rec, err)
			return
		}
		if err := s.run(route, rec, r); err != nil {
			s.fail(rec, err)
		}
	})
}

// checkQuery refuses parameters that aren't known, and those of which only one
// can count; filters may name several words.
func checkQuery(r *http.Request, known []string) error {
	if known == nil || r.URL.RawQuery == "" {
		return nil
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return problem(http.StatusBadRequest, "the query is not URL-encoded: %s", err)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case !slices.Contains(known, name) && len(known) == 0:
			return problem(http.StatusBadRequest, "the query has %q; here it may have nothing", name)
		case !slices.Contains(known, name):
			return problem(http.StatusBadRequest, "the query has %q; it may have %s", name, strings.Join(known, ", "))
		case len(query[name]) > 1 && !slices.Contains(FilterParams(), name):
			return problem(http.StatusBadRequest, "%s stands there %d times; give it once", name, len(query[name]))
		}
	}
	return nil
}

func (s *Server) run(route Route, rec *recorder, r *http.Request) error {
	if route.raw != nil {
		return route.raw(s, rec, r)
	}
	value, err := route.call(s, request{Request: r, by: rec.by})
	if err != nil {
		return err
	}
	return writeJSON(rec, http.StatusOK, value)
}

// endpoint serves what no route takes.
func (s *Server) endpoint(answer func(r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w.(*recorder), answer(r))
	})
}
