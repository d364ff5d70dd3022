package suppress

import (
	"fmt"
	"slices"
	"strings"
)

// Format is a way to write entries for a program to read, one at a time. It
// has no state, and may be used concurrently.
type Format struct {
	// Name is what people ask for it by: "csv", "ses".
	Name string
	// MediaType is the Content-Type of what it writes. For CSV it says whether
	// there is a header (RFC 4180 section 3).
	MediaType string
	// Title says in one line what takes it, and what to know before.
	Title string
	// Standings are those that it is for, where a Filter names none; nil: those
	// that block mail.
	Standings []Standing
	// Header is written first; nil: none.
	Header []byte
	// Append appends an entry as it stands, one or two whole lines, and returns
	// line as it is where the format has no place for the entry. It keeps
	// nothing of either.
	Append func(line []byte, a *Answer) []byte
}

// Media types of what is exported.
const (
	csvWithHeader    = "text/csv; charset=utf-8; header=present"
	csvWithoutHeader = "text/csv; charset=utf-8; header=absent"
	jsonLines        = "application/x-ndjson"
)

// Formats lists every format, our own CSV first, then what mail providers
// import. The files for providers hold what must not be mailed and nothing
// else, whatever was selected: an address that may be mailed would be lost to
// its sender there without a trace. Only ses-delete is the other way round.
//
// Three things are lost on the way. Providers know no end of a suppression, so
// a hold stays there until somebody takes it off. All but SparkPost then hold
// back transactional mail too from those who have only unsubscribed; a Filter
// by origin leaves them out. And what people noted stays here, for it is
// nobody else's business. Addresses are normalised, and UTF-8 where they are
// not ASCII.
func Formats() []Format {
	return []Format{
		csvFormat(),
		sesFormat(), sesDeleteFormat(),
		sendGridFormat(),
		mailgunFormat(), mailgunComplaintsFormat(), mailgunUnsubscribesFormat(),
		postmarkFormat(),
		sparkPostFormat(),
	}
}

// FormatNamed returns the format of a name, or an error that lists the names.
func FormatNamed(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("format is %q, allowed are %s", name, strings.Join(names, ", "))
}

// ifSuppressed passes on only what must not be mailed.
func ifSuppressed(appendTo func([]byte, *Answer) []byte) func([]byte, *Answer) []byte {
	return func(line []byte, a *Answer) []byte {
		if !a.Suppressed() {
			return line
		}
		return appendTo(line, a)
	}
}

// because returns the strongest reason that counts and has one of some
// origins; nil if none has.
func because(a *Answer, origins ...Origin) *Reason {
	for i := range a.Reasons {
		if slices.Contains(origins, a.Reasons[i].Origin) {
			return &a.Reasons[i]
		}
	}
	return nil
}

// onlyUnsubscribed reports whether nothing but an unsubscribe suppresses the
// address, so that transactional mail may be sent.
func onlyUnsubscribed(a *Answer) bool {
	return because(a, OriginUnsubscribe) != nil &&
		because(a, OriginManual, OriginBounce, OriginComplaint, OriginUpstream) == nil
}
