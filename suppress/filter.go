package suppress

import (
	"slices"
	"strings"
	"time"
)

// Filter selects entries by what their row shows ([Answer.Shown]); all its
// conditions must hold. The zero Filter selects what must not be mailed.
type Filter struct {
	Standings  []Standing // one of these; none named: those that block mail
	Classes    []Class    // one of these; none named: any. So for the next three
	Categories []Category
	Origins    []Origin
	Sources    []string
	Domain     string    // as NormalDomain writes it
	Reason     string    // part of the server's words, in whatever case
	Since      time.Time // the deciding event happened then or later
	Until      time.Time // the deciding event happened earlier
	Query      string    // part of the address, in whatever case
}

// Shown is the reason that a row about an address shows: the one that decides
// or, where none does, the latest bounce; zero if there is neither.
func (a *Answer) Shown() Reason {
	if a.Reason.Origin == "" && a.Last != nil {
		return *a.Last
	}
	return a.Reason
}

// prepared folds what is compared in whatever case, once for all entries.
func (f Filter) prepared() Filter {
	f.Reason, f.Query = foldText(f.Reason), foldText(f.Query)
	if len(f.Standings) == 0 {
		f.Standings = []Standing{Suppressed, Provisional}
	}
	return f
}

// selects reports whether a prepared filter selects an entry. What is cheap to
// compare comes first.
func (f *Filter) selects(a *Answer) bool {
	if !slices.Contains(f.Standings, a.Standing) || !oneOf(f.Classes, a.Class) || !oneOf(f.Categories, a.Category) {
		return false
	}
	shown := a.Shown()
	return oneOf(f.Origins, shown.Origin) && oneOf(f.Sources, shown.Source) && f.inTime(shown.Since) &&
		(f.Query == "" || f.inAddress(a)) &&
		(f.Reason == "" || strings.Contains(foldText(shown.Text), f.Reason))
}

func oneOf[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}

func (f *Filter) inTime(t time.Time) bool {
	if f.Since.IsZero() && f.Until.IsZero() {
		return true
	}
	return !t.IsZero() && !t.Before(f.Since) && (f.Until.IsZero() || t.Before(f.Until))
}

// inAddress looks in the normalised address and in the spelling, where a
// domain may stand in its own script.
func (f *Filter) inAddress(a *Answer) bool {
	return strings.Contains(a.Address.String(), f.Query) ||
		a.Spelling != "" && strings.Contains(foldText(a.Spelling), f.Query)
}

// byTally reports whether the tallies know how many entries the filter
// selects.
func (f *Filter) byTally() bool {
	return len(f.Origins)+len(f.Sources) == 0 && f.Domain == "" && f.Reason == "" && f.Query == "" &&
		f.Since.IsZero() && f.Until.IsZero()
}

func (f *Filter) selectsTally(t Tally) bool {
	return slices.Contains(f.Standings, t.Standing) && oneOf(f.Classes, t.Class) && oneOf(f.Categories, t.Category)
}
