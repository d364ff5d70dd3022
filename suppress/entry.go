package suppress

import (
	"slices"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

// Entry is what the list has decided about one address: a summary of its
// [History], small enough to be read before every mail. It doesn't depend on
// the clock: [Entry.At] says what it means at a time.
type Entry struct {
	Address  Address
	Spelling string    // as first seen; "" where that is the normalised form
	Reasons  []Reason  // the strongest first, ended ones included
	Last     *Reason   // the latest bounce; nil if none counts
	Released time.Time // of the last release by a person; zero: never
	Bounces  int       // messages that bounced, since the last release
	Settled  time.Time // when it was last written: the gauges count what it meant then
}

// Tally is one cell of the gauge of entries.
type Tally struct {
	Standing Standing
	Class    Class
	Category Category
}

// Mail says what is to be sent, as far as it matters to the list.
type Mail string

// The kinds of mail.
const (
	MailAny           Mail = ""              // every reason counts
	MailTransactional Mail = "transactional" // an unsubscribe doesn't count
)

// Answer is what an entry means at a time.
type Answer struct {
	Address  Address
	Standing Standing // "" if the list doesn't know the address
	Reason   Reason   // the one that decides; zero unless suppressed or allowed
	Last     *Reason  // the latest bounce; nil if none counts
	Bounces  int
	Spelling string
	Class    Class
	Category Category
	Reasons  []Reason // every reason that counts now, the strongest first; not to be changed
}

// Suppressed reports whether mail must not be sent.
func (a *Answer) Suppressed() bool { return a.Standing.Blocks() }

// judgeEntry summarises a history.
func judgeEntry(a Address, h *History, p Policy, now time.Time) Entry {
	s := h.state(p, a.Domain())
	e := Entry{Address: a, Spelling: s.Spelling, Reasons: s.reasons(), Last: s.Last,
		Released: h.Released, Bounces: s.Bounces, Settled: now}
	if e.Spelling == a.String() {
		e.Spelling = ""
	}
	if m := h.manual(); m != nil {
		e.Reasons = append(e.Reasons, *m)
	}
	sortReasons(e.Reasons)
	return e
}

// byEvents reports whether a reason comes from events, not from a person.
func byEvents(r Reason) bool { return r.Origin != OriginManual }

// settled is what the entry meant when it was last written. A hold that has
// ended since, and was not swept, still stands in it.
func (e *Entry) settled() Answer { return e.At(e.Settled, MailAny) }

// Tally is the cell of the gauge that counts the entry, from when it was last
// written until it is written again.
func (e *Entry) Tally() Tally {
	ans := e.settled()
	return Tally{Standing: ans.Standing, Class: ans.Class, Category: ans.Category}
}

// Due is when the tally is next out of date, because a reason ends; zero:
// never. It can lie in the past until the entry is swept.
func (e *Entry) Due() time.Time {
	var due time.Time
	for _, r := range e.Reasons {
		if r.Until.After(e.Settled) && (due.IsZero() || r.Until.Before(due)) {
			due = r.Until
		}
	}
	return due
}

// At says what the entry means at a time for a kind of mail. An ended reason
// stops counting at once, whether or not the entry was swept since. The Answer
// may share memory with the entry; change neither.
func (e *Entry) At(now time.Time, mail Mail) Answer {
	ans := Answer{Address: e.Address, Last: e.Last, Bounces: e.Bounces, Spelling: e.Spelling, Class: classify.None, Category: NoCategory}
	counts := func(r Reason) bool {
		return r.holdsAt(now) && (mail != MailTransactional || r.Origin != OriginUnsubscribe)
	}
	ans.Reasons = e.Reasons[:len(e.Reasons):len(e.Reasons)]
	if slices.ContainsFunc(e.Reasons, func(r Reason) bool { return !counts(r) }) { // seldom, so most answers share them
		ans.Reasons = nil
		for _, r := range e.Reasons {
			if counts(r) {
				ans.Reasons = append(ans.Reasons, r)
			}
		}
	}
	switch {
	case len(ans.Reasons) > 0:
		ans.Reason = ans.Reasons[0]
		ans.Standing, ans.Class, ans.Category = ans.Reason.Standing, ans.Reason.Class, ans.Reason.Category
	case !e.Released.IsZero() && e.Last == nil && !slices.ContainsFunc(e.Reasons, byEvents):
		ans.Standing = Released
	default:
		ans.Standing = Watching
		if e.Last != nil {
			ans.Class, ans.Category = e.Last.Class, e.Last.Category
		}
	}
	return ans
}
