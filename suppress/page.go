package suppress

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
)

// ErrCursor is wrapped by the error of a cursor that no page gave.
var ErrCursor = errors.New("the cursor is not one that a page gave")

// pageScan is how many entries are read for one page, at most: a filter that
// selects few of ten million must not hold the store, nor a client, for long.
const pageScan = 100_000

// Page is one part of the entries that a filter selects, in the order of
// [Address.Key].
type Page struct {
	Entries []Answer
	Next    string // cursor of the next page; "": there is none
	Scanned int    // entries that were read for this page
}

// errPageEnds ends the scan of a page.
var errPageEnds = errors.New("the page ends here")

// Page returns the selected entries that follow a cursor, "" for the first
// page. It has at most limit of them, and fewer, even none, when 100,000
// entries were read: more may follow unless Next is "". An entry that is there
// from the first page to the last is on exactly one of them, whatever changes
// meanwhile; each page is of one moment.
func (l *List) Page(ctx context.Context, f Filter, cursor string, limit int) (Page, error) {
	after, err := readCursor(cursor)
	if err != nil {
		return Page{}, err
	}
	f = f.prepared()
	var p Page
	next, err := l.scanPart(ctx, Range{After: after, Domain: f.Domain}, func(a *Answer) bool {
		if f.selects(a) {
			p.Entries = append(p.Entries, *a)
		}
		p.Scanned++
		return len(p.Entries) < limit && p.Scanned < pageScan
	})
	if err != nil {
		return Page{}, fmt.Errorf("read a page: %w", err)
	}
	p.Next = writeCursor(next)
	return p, nil
}

// scanPart visits the entries of a range until visit returns false, and returns
// the key after which the next part begins, "" if the range has ended.
func (l *List) scanPart(ctx context.Context, r Range, visit func(*Answer) bool) (next string, err error) {
	now, last, more := l.now(), "", true
	err = l.Store.Scan(ctx, r, func(e Entry) error {
		if !more {
			next = last
			return errPageEnds
		}
		ans := e.At(now, MailAny)
		last, more = e.Address.Key(), visit(&ans)
		return nil
	})
	if errors.Is(err, errPageEnds) {
		err = nil
	}
	return next, err
}

// Count returns how many entries a filter selects. A filter of nothing but
// standing, class and category reads none: such counts are kept, and miss what
// has expired within the last minute. Every other filter reads all entries, or
// all of its domain, in parts, and takes a place among the exports meanwhile
// (ErrBusy); an entry that doesn't change is counted rightly.
func (l *List) Count(ctx context.Context, f Filter) (count int64, err error) {
	f = f.prepared()
	if f.byTally() {
		return l.countTallies(ctx, &f)
	}
	leave, err := l.place()
	if err != nil {
		return 0, fmt.Errorf("count entries: %w", err)
	}
	defer leave()
	for after, more := "", true; more; more = after != "" {
		read := 0
		after, err = l.scanPart(ctx, Range{After: after, Domain: f.Domain}, func(a *Answer) bool {
			if f.selects(a) {
				count++
			}
			read++
			return read < pageScan
		})
		if err != nil {
			return 0, fmt.Errorf("count entries: %w", err)
		}
	}
	return count, nil
}

func (l *List) countTallies(ctx context.Context, f *Filter) (count int64, err error) {
	tallies, err := l.Tallies(ctx)
	for t, n := range tallies {
		if f.selectsTally(t) {
			count += n
		}
	}
	return count, err
}

// A cursor is the key of the last entry that was read, in letters that need no
// escaping in a URL.
func writeCursor(key string) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }

func readCursor(cursor string) (key string, err error) {
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", ErrCursor
	}
	if _, err := AddressFromKey(string(data)); err != nil && cursor != "" {
		return "", ErrCursor
	}
	return string(data), nil
}
