package suppress

import (
	"cmp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/nosend/nosend/suppress/classify"
)

// Evidence is what is kept of one message's events of one kind: a bounce that
// was reported twice is one Evidence with the better verdict.
type Evidence struct {
	Message      uint64 // which mail, as a hash of its Message-ID (see [Event])
	Kind         Kind
	Source       string
	At           time.Time // the earliest report of it, by the provider's clock
	Received     time.Time // when the first report of it reached us
	Class        classify.Class
	Category     classify.Category
	Rule         string // id of the rule that decided
	Matched      string // the words of the reply that the rule matched
	Basis        classify.Basis
	Permanent    bool // the codes seen report a permanent failure
	Code         int
	Status       string
	ProviderCode string
	Text         string // at most MaxTextBytes
	MessageID    string
	Tag          string
	Spelling     string // of the recipient, as reported
	Settled      bool   // it was known when the address was released
}

// newEvidence is what one event says, judged alone.
func newEvidence(e *Event, c Classifier) Evidence {
	ev := Evidence{
		Message: e.message(), Kind: e.Kind, Source: e.Source, At: e.At, Received: e.Received,
		Class: classify.None, Category: NoCategory, Rule: string(e.Kind),
		Code: e.Code, Status: e.Status, ProviderCode: e.ProviderCode,
		Text: clip(e.Text, MaxTextBytes), MessageID: e.MessageID, Tag: e.Tag,
		Spelling: e.Recipient.Spelling(),
	}
	switch e.Kind {
	case KindBounce:
		ev.setVerdict(e, c)
	case KindUpstream:
		ev.Class, ev.Category = classify.Hard, classify.Suppressed
	}
	return ev
}

func (ev *Evidence) setVerdict(e *Event, c Classifier) {
	ev.judgedBy(c.Classify(classify.Input{
		Text: e.Text, Code: e.Code, Status: e.Status, Source: e.Source,
		ProviderCode: e.ProviderCode, Domain: e.Recipient.Domain(),
	}))
}

func (ev *Evidence) judgedBy(v classify.Verdict) {
	ev.Class, ev.Category, ev.Rule = v.Class, v.Category, v.Rule
	ev.Matched, ev.Basis, ev.Permanent = clip(v.Matched, MaxTextBytes), v.Basis, v.Permanent
	ev.Code, ev.Status = v.Code, clip(v.Status, MaxTextBytes)
}

// reclassify judges a bounce again by the words and codes that are kept of it.
// cut reports that not all its words are, so that the verdict stays.
func (ev *Evidence) reclassify(c Classifier, domain string) (cut bool) {
	if ev.Kind != KindBounce {
		return false
	}
	if len(ev.Text) > MaxTextBytes-utf8.UTFMax { // clip may have cut it at a rune's edge
		return true
	}
	ev.judgedBy(c.Classify(classify.Input{
		Text: ev.Text, Code: ev.Code, Status: ev.Status, Source: ev.Source, ProviderCode: ev.ProviderCode, Domain: domain,
	}))
	return false
}

// id identifies the evidence within its address: a message and a kind.
func (ev *Evidence) id() uint64 {
	return hash64(string(ev.Kind), strconv.FormatUint(ev.Message, 16))
}

// compareEvidence is the order in which evidence is judged: (at, kind, id).
func compareEvidence(a, b Evidence) int {
	return cmp.Or(a.At.Compare(b.At),
		cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
		cmp.Compare(a.Message, b.Message))
}

// merge joins two reports of one bounce. It doesn't matter which came first:
// the better verdict stays, with the words it was read from, and the earliest
// times.
func merge(a, b Evidence) Evidence {
	best := a
	if betterVerdict(b, a) {
		best = b
	}
	best.At = earliest(a.At, b.At)
	best.Received = earliest(a.Received, b.Received)
	best.Settled = a.Settled || b.Settled
	return best
}

// betterVerdict is a total order, so that merging is free of order: the
// stronger basis, then the category that stands first in the taxonomy, then
// the texts themselves.
func betterVerdict(a, b Evidence) bool {
	order := classify.Categories()
	return cmp.Or(
		cmp.Compare(b.Basis, a.Basis),
		cmp.Compare(slices.Index(order, a.Category), slices.Index(order, b.Category)),
		cmp.Compare(a.Class, b.Class), // a category can be hard or, in other words, soft
		compareBool(b.Permanent, a.Permanent),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Matched, b.Matched), cmp.Compare(a.MessageID, b.MessageID), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Status, b.Status), cmp.Compare(b.ProviderCode, a.ProviderCode),
		cmp.Compare(a.Source, b.Source), cmp.Compare(b.Tag, a.Tag), cmp.Compare(a.Spelling, b.Spelling),
	) < 0
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
