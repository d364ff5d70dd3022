package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// filterParams says how each parameter of a query narrows a filter.
func filterParams() map[string]func(f *suppress.Filter, values []string) error {
	return map[string]func(*suppress.Filter, []string) error{
		"state":    func(f *suppress.Filter, v []string) error { return standings(&f.Standings, v) },
		"class":    func(f *suppress.Filter, v []string) error { return words(&f.Classes, v, classes()) },
		"category": func(f *suppress.Filter, v []string) error { return words(&f.Categories, v, categories()) },
		"origin":   func(f *suppress.Filter, v []string) error { return words(&f.Origins, v, suppress.Origins()) },
		"source":   func(f *suppress.Filter, v []string) error { f.Sources = v; return nil },
		"domain": func(f *suppress.Filter, v []string) (err error) {
			domain, err := single(v)
			f.Domain = suppress.NormalDomain(domain)
			return err
		},
		"reason": func(f *suppress.Filter, v []string) (err error) { f.Reason, err = single(v); return err },
		"q":      func(f *suppress.Filter, v []string) (err error) { f.Query, err = single(v); return err },
		"since":  func(f *suppress.Filter, v []string) (err error) { f.Since, err = moment(v); return err },
		"until":  func(f *suppress.Filter, v []string) (err error) { f.Until, err = moment(v); return err },
	}
}

// FilterParams lists the parameters that narrow a list of entries.
func FilterParams() []string { return slices.Sorted(maps.Keys(filterParams())) }

// readQuery reads a query that may have the parameters of a filter, and others
// that the route reads itself. A parameter that stands there without a value
// doesn't count. What it doesn't know is refused: whoever misspelt a filter must
// not take the whole list for the answer.
func readQuery(r *http.Request, others ...string) (f suppress.Filter, rest url.Values, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return f, nil, problem(http.StatusBadRequest, "the query is not URL-encoded: %s", err)
	}
	params, rest := filterParams(), url.Values{}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := slices.DeleteFunc(query[name], func(v string) bool { return v == "" })
		set, known := params[name]
		switch {
		case slices.Contains(others, name) && len(values) > 1:
			return f, nil, problem(http.StatusBadRequest, "%s stands there %d times; give it once", name, len(values))
		case slices.Contains(others, name):
			rest[name] = values
		case !known:
			return f, nil, problem(http.StatusBadRequest, "the query has %q; it may have %s", name, strings.Join(append(others, FilterParams()...), ", "))
		case len(values) > 0:
			if err := set(&f, values); err != nil {
				return f, nil, problem(http.StatusBadRequest, "%s %s", name, err)
			}
		}
	}
	return f, rest, nil
}

// standings reads states, or "all".
func standings(into *[]suppress.Standing, values []string) error {
	if slices.Equal(values, []string{"all"}) {
		*into = suppress.Standings()
		return nil
	}
	if err := words(into, values, suppress.Standings()); err != nil {
		return fmt.Errorf("%w; or all", err)
	}
	return nil
}

// words reads values of a fixed set, several with commas between.
func words[T ~string](into *[]T, values []string, allowed []T) error {
	for v := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if !slices.Contains(allowed, T(v)) {
			return fmt.Errorf("is %q; allowed are %s, several with commas between", v, joined(allowed))
		}
		*into = append(*into, T(v))
	}
	return nil
}

func joined[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func single(values []string) (string, error) {
	if len(values) > 1 {
		return "", fmt.Errorf("stands there %d times; give it once", len(values))
	}
	return values[0], nil
}

// moment reads a time, or a day, which begins at midnight UTC.
func moment(values []string) (time.Time, error) {
	v, err := single(values)
	if err != nil {
		return time.Time{}, err
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("is %q; write a time as 2026-03-02T09:00:00Z or a day as 2026-03-02", v)
}

func classes() []suppress.Class {
	return []suppress.Class{classify.Hard, classify.Soft, classify.Unknown, classify.None}
}

func categories() []suppress.Category {
	return append(classify.Categories(), suppress.NoCategory)
}
