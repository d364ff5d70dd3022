package suppress

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what an event reports.
type Kind string

// The kinds of events. Their order here is the order in which evidence of one
// moment is judged.
const (
	KindBounce           Kind = "bounce"
	KindDeferred         Kind = "deferred"
	KindDelivered        Kind = "delivered"
	KindQueued           Kind = "queued"
	KindComplaint        Kind = "complaint"
	KindUnsubscribe      Kind = "unsubscribe"
	KindUpstream         Kind = "upstream"
	KindUpstreamReleased Kind = "upstream_released"
	KindOther            Kind = "other"
)

// Kinds lists every kind, in the order in which evidence of one moment is
// judged.
func Kinds() []Kind {
	return []Kind{KindBounce, KindDeferred, KindDelivered, KindQueued, KindComplaint,
		KindUnsubscribe, KindUpstream, KindUpstreamReleased, KindOther}
}

// opensEntry reports whether an event of this kind is worth an entry of its
// own; a release at the provider is, for the block may be reported after it.
// The others are recorded only where there is an entry already.
func (k Kind) opensEntry() bool {
	switch k {
	case KindBounce, KindComplaint, KindUnsubscribe, KindUpstream, KindUpstreamReleased:
		return true
	}
	return false
}

// MaxTextBytes is how much of a server's reply the evidence keeps.
const MaxTextBytes = 512

// clockTolerance is how far a provider's clock may be from ours.
const clockTolerance = 10 * time.Minute

// Event is one fact that a provider reported, in words that no provider owns.
type Event struct {
	Source       string    // name of the provider as configured: "cmc"
	Kind         Kind      // what happened
	Recipient    Address   // whom the mail was for: the one address that the fact is about
	MessageID    string    // RFC 5322 Message-ID, with or without angle brackets
	ProviderID   string    // the provider's own id of the event; used where MessageID is empty
	Code         int       // SMTP reply code, 0: not reported apart from the text
	Status       string    // enhanced status code (RFC 3463), "": not reported apart
	Text         string    // the receiving server's words, or the provider's
	ProviderCode string    // the provider's own code for the reason: "2"
	Tag          string    // what the sender attached to the message, such as a campaign id
	At           time.Time // when it happened, by the provider's clock
	Received     time.Time // when it reached us; List sets it
}

// normalise bounds and cleans what providers send: times to microseconds (what
// every store can keep), texts without NUL and with valid UTF-8. A time that is
// missing, or can't be right, is taken as the time of receipt.
func (e *Event) normalise(now time.Time) {
	e.Received = now
	if e.At.Before(time.Unix(0, 0)) || e.At.After(now.Add(clockTolerance)) {
		e.At = now
	}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.MessageID = normalMessageID(e.MessageID)
	for _, s := range []*string{&e.Source, &e.ProviderID, &e.Status, &e.ProviderCode, &e.Tag} {
		*s = clip(*s, MaxTextBytes)
	}
}

// message names the mail that an event is about, within one recipient: the
// Message-ID, else the provider's id, else the source and the UTC day.
func (e *Event) message() uint64 {
	switch {
	case e.MessageID != "":
		return hash64("message", e.MessageID)
	case e.ProviderID != "":
		return hash64("provider", e.Source, e.ProviderID)
	}
	return hash64("day", e.Source, e.At.Format(time.DateOnly))
}

// normalMessageID makes the forms in which one Message-ID arrives equal:
// providers drop the angle brackets or leave them escaped as in JSON.
func normalMessageID(s string) string {
	s = strings.NewReplacer(`\u003C`, "<", `\u003c`, "<", `\u003E`, ">", `\u003e`, ">").Replace(s)
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	return clip(s, MaxTextBytes)
}

// hash64 is stable for ever: it stands in the files.
func hash64(parts ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return binary.BigEndian.Uint64(sum[:8])
}

// clip drops what PostgreSQL and JSON can't hold, and cuts to at most n bytes
// at a rune's edge.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s[:min(len(s), 4*n)], "\uFFFD")
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
