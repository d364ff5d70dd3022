// Package webhook turns what mail providers post into events that no provider
// owns. Files begin with the name of their provider; forms, charsets and loose
// JSON are read in files that all share; [Providers] is the table of them.
package webhook

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/nosend/nosend/suppress"
)

// ErrMalformed is wrapped by every error of a Parse: the body can't be read at
// all. The rest of the message says what is wrong, and where.
var ErrMalformed = errors.New("malformed webhook")

// Request is one webhook as it arrived, inflated.
type Request struct {
	Header http.Header
	Query  url.Values
	Body   []byte
}

// Settings are what the user configured for a source.
type Settings struct {
	// Zone is the time zone of timestamps without an offset; nil is the zone
	// that the provider uses unless it is told otherwise.
	Zone *time.Location
}

// Provider reads one mail provider's webhooks. Its functions may be called
// concurrently, never panic on input and don't keep what they are given.
type Provider struct {
	// Name is the last part of the route, and the source of its events.
	Name string
	// Secrets returns the secrets that a request presents in places of the
	// provider's own, beyond Authorization and ?token=. A body that can't be
	// read presents none.
	Secrets func(Request) []string
	// Parse reads a request. An event that can't be understood doesn't spoil
	// the others: it becomes a dead letter of the batch, with a body that
	// Parse takes again and without secrets. A bad event is counted in
	// Rejected; one of a type or with a word that isn't known is counted in
	// Ignored, for nothing is wrong with it. Only a body that can't be read at
	// all is an error; it wraps ErrMalformed.
	Parse func(Request, Settings) (suppress.Batch, error)
}

// Providers lists every provider, ordered by name.
func Providers() []Provider {
	return []Provider{
		{Name: "cmc", Secrets: cmcSecrets, Parse: parseCMC},
	}
}
