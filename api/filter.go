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
		"class":    func(f *suppress.Filter, v []string) error { return words(&f.Classes, v, suppress.Classes()) },
		"category": func(f *suppress.Filter, v []string) error { return words(&f.Categories, v, categories()) },
		"origin":   func(f *suppress.Filter, v []string) error { return words(&f.Origins, v, suppress.Origins()) },
		"source":   func(f *suppress.Filter, v []string) error { f.Sources = v; return nil },
		"domain":   func(f *suppress.Filter, v []string) (err error) { f.Domain, err = domain(v); return err },
		"reason":   func(f *suppress.Filter, v []string) (err error) { f.Reason, err = single(v); return err },
		"q":        func(f *suppress.Filter, v []string) (err error) { f.Query, err = single(v); return err },
		"since":    func(f *suppress.Filter, v []string) (err error) { f.Since, err = moment(v); return err },
		"until":    func(f *suppress.Filter, v []string) (err error) { f.Until, err = moment(v); return err },
	}
}

// FilterParams lists the parameters that narrow a list of entries.
func FilterParams() []string { return slices.Sorted(maps.Keys(filterParams())) }

// readFilter reads a query's filter. A parameter without a value doesn't count.
func readFilter(query url.Values) (f suppress.Filter, err error) {
	params := filterParams()
	for _, name := range FilterParams() {
		values := slices.DeleteFunc(query[name], func(v string) bool { return v == "" })
		if len(values) == 0 {
			continue
		}
		if err := params[name](&f, values); err != nil {
			return f, problem(http.StatusBadRequest, "%s %s", name, err)
		}
	}
	return f, nil
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

// domain reads a whole domain. One that is none would select everything.
func domain(values []string) (string, error) {
	v, err := single(values)
	if err != nil {
		return "", err
	}
	normal := suppress.NormalDomain(v)
	if normal == "" || strings.ContainsRune(normal, '@') {
		return "", fmt.Errorf("is %q; write a whole domain as example.com", v)
	}
	return normal, nil
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

func categories() []suppress.Category {
	return append(classify.Categories(), suppress.NoCategory)
}
