package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nosend/nosend/api"
)

// Filter selects entries of the list; all its conditions must hold. The zero
// Filter selects what must not be mailed. The server refuses words that it
// doesn't know.
type Filter struct {
	State    []string  // watching, suppressed, provisional, released, allowed; or "all" alone
	Class    []string  // hard, soft, unknown, none
	Category []string  // user_unknown, ...; none
	Origin   []string  // manual, bounce, complaint, unsubscribe, upstream
	Source   []string  // who reported or, for a person's word, who decided
	Domain   string    // the whole domain, without subdomains
	Reason   string    // part of the server's words
	Query    string    // part of the address
	Since    time.Time // the deciding event happened then or later; zero: whenever
	Until    time.Time // the deciding event happened earlier; zero: whenever
}

func (f Filter) values() url.Values {
	v := url.Values{}
	for name, words := range map[string][]string{
		"state": f.State, "class": f.Class, "category": f.Category, "origin": f.Origin,
	} {
		if len(words) > 0 {
			v.Set(name, strings.Join(words, ","))
		}
	}
	if len(f.Source) > 0 {
		v["source"] = f.Source
	}
	for name, text := range map[string]string{"domain": f.Domain, "reason": f.Reason, "q": f.Query} {
		if text != "" {
			v.Set(name, text)
		}
	}
	for name, t := range map[string]time.Time{"since": f.Since, "until": f.Until} {
		if !t.IsZero() {
			v.Set(name, t.UTC().Format(time.RFC3339Nano))
		}
	}
	return v
}

// List returns one page of at most limit entries (0: as many as the server
// likes), ordered by domain, then local part, from a cursor on: "" for the
// first page, then the Next of the page before. A page may be short, even
// empty, where a filter selects few; only a nil Next ends the list.
func (c *Client) List(ctx context.Context, f Filter, cursor string, limit int) (api.List, error) {
	v := f.values()
	if cursor != "" {
		v.Set("cursor", cursor)
	}
	if limit > 0 {
		v.Set("limit", strconv.Itoa(limit))
	}
	var out api.List
	if err := c.call(ctx, http.MethodGet, "/suppressed?"+v.Encode(), nil, &out); err != nil {
		return api.List{}, err
	}
	if out.Entries == nil {
		return api.List{}, c.foreign()
	}
	return out, nil
}

// Pages yields the entries that a filter selects, some at a time, at most limit
// of them in all (0: every one). One that is there from the first page to the
// last comes exactly once, whatever changes meanwhile. The first error ends it.
func (c *Client) Pages(ctx context.Context, f Filter, limit int) iter.Seq2[[]api.Lookup, error] {
	return func(yield func([]api.Lookup, error) bool) {
		for cursor, left := "", limit; ; {
			size := listPage
			if limit > 0 {
				size = min(left, listPage)
			}
			page, err := c.List(ctx, f, cursor, size)
			if !yield(page.Entries, err) || err != nil {
				return
			}
			left -= len(page.Entries)
			if page.Next == nil || limit > 0 && left <= 0 {
				return
			}
			cursor = *page.Next
		}
	}
}

// listPage is how many entries [Client.Pages] asks for at once.
const listPage = 1000

// Count returns how many entries a filter selects. It has no timeout but that
// of ctx: the server may have to read them all.
func (c *Client) Count(ctx context.Context, f Filter) (int64, error) {
	v := f.values()
	v.Set("count", "1")
	v.Set("limit", "1")
	resp, err := c.stream(ctx, request{method: http.MethodGet, path: "/suppressed?" + v.Encode()})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var out api.List
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return 0, fmt.Errorf("read the answer of %s: %w", c.Where(), err)
	}
	if out.Count == nil {
		return 0, c.foreign()
	}
	return *out.Count, nil
}
