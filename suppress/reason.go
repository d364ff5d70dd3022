package suppress

import (
	"cmp"
	"slices"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

// The words of package classify, for those that need nothing else of it.
type (
	// Class is a bounce's class: hard, soft, unknown; or none.
	Class = classify.Class
	// Category is the finer reason.
	Category = classify.Category
)

// Classes lists the classes that an entry can have.
func Classes() []Class { return []Class{classify.Hard, classify.Soft, classify.Unknown, classify.None} }

// NoCategory is the category of what isn't a bounce.
const NoCategory Category = "none"

// Origin says what kind of thing suppresses an address.
type Origin string

// The origins, the strongest first where two last equally long.
const (
	OriginManual      Origin = "manual"
	OriginBounce      Origin = "bounce"
	OriginComplaint   Origin = "complaint"
	OriginUnsubscribe Origin = "unsubscribe"
	OriginUpstream    Origin = "upstream"
)

// Origins lists every origin, the strongest first.
func Origins() []Origin {
	return []Origin{OriginManual, OriginBounce, OriginComplaint, OriginUnsubscribe, OriginUpstream}
}

// Standing is what the list has decided about an address.
type Standing string

// The standings of an entry.
const (
	Watching    Standing = "watching"    // there is evidence, but mail may be sent
	Suppressed  Standing = "suppressed"  // mail must not be sent
	Provisional Standing = "provisional" // suppressed for a short hold
	Released    Standing = "released"    // was suppressed until somebody released it
	Allowed     Standing = "allowed"     // a person said: never suppress
)

// Standings lists every standing.
func Standings() []Standing {
	return []Standing{Watching, Suppressed, Provisional, Released, Allowed}
}

// Blocks reports whether mail must not be sent.
func (s Standing) Blocks() bool { return s == Suppressed || s == Provisional }

// Reason is one ground for the standing of an address, with the event or the
// person that decided. A Reason that has ended stays listed until the next
// change, but counts no more.
type Reason struct {
	Origin   Origin
	Standing Standing  // what it makes of the address: Suppressed or Allowed
	Since    time.Time // when the deciding event happened
	Until    time.Time // when it ends; zero: only a release ends it
	Message  uint64    // of the deciding evidence
	Class    Class
	Category Category
	Rule     string // the rule that read the words
	Matched  string // the words that the rule matched
	Source   string // who reported it; for manual ones, who decided
	Text     string // the receiving server's words
	Note     string // of a manual decision
}

func newReason(ev *Evidence, o Origin) *Reason {
	return &Reason{
		Origin: o, Standing: Suppressed, Since: ev.At, Message: ev.Message, Class: ev.Class, Category: ev.Category,
		Rule: ev.Rule, Matched: ev.Matched, Source: ev.Source, Text: ev.Text,
	}
}

// holdsAt reports whether the reason still counts at a time.
func (r *Reason) holdsAt(t time.Time) bool {
	return r != nil && (r.Until.IsZero() || t.Before(r.Until))
}

// endedBy reports whether a delivery ends the reason: one that has an end, is
// earlier, and was decided by another message.
func (r *Reason) endedBy(delivered *Evidence) bool {
	return r != nil && !r.Until.IsZero() && r.Since.Before(delivered.At) && r.Message != delivered.Message
}

// sortReasons puts the strongest first: a person's word, then what has no end,
// then what ends last; ties in the order of Origins.
func sortReasons(rs []Reason) {
	slices.SortFunc(rs, func(a, b Reason) int {
		return cmp.Or(
			compareBool(b.Origin == OriginManual, a.Origin == OriginManual),
			compareBool(b.Until.IsZero(), a.Until.IsZero()),
			b.Until.Compare(a.Until),
			cmp.Compare(slices.Index(Origins(), a.Origin), slices.Index(Origins(), b.Origin)),
			a.Since.Compare(b.Since),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Category, b.Category),
		)
	})
}
