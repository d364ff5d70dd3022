package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// Lookup asks whether mail of any kind may be sent to an address now. An error
// means that the answer isn't known, or that it is no address.
func (c *Client) Lookup(ctx context.Context, address string) (api.Lookup, error) {
	return c.LookupFor(ctx, address, suppress.MailAny)
}

// LookupFor asks whether mail of one kind may be sent to an address now: an
// unsubscribe doesn't suppress suppress.MailTransactional. The errors are those
// of Lookup.
func (c *Client) LookupFor(ctx context.Context, address string, mail suppress.Mail) (api.Lookup, error) {
	path := addressPath(address)
	if mail != suppress.MailAny {
		path += "?mail=" + url.QueryEscape(string(mail))
	}
	return c.lookup(ctx, http.MethodGet, path, nil)
}

// Events returns all that is known of an address: the evidence, people's
// decisions, and what follows from them. An address of which nothing is known
// is an [*Error] with the status 404.
func (c *Client) Events(ctx context.Context, address string) (api.Events, error) {
	var out api.Events
	if err := c.call(ctx, http.MethodGet, addressPath(address)+"/events", nil, &out); err != nil {
		return api.Events{}, err
	}
	if out.Address == "" {
		return api.Events{}, c.foreign()
	}
	return out, nil
}

// Decide suppresses or allows an address by hand, and returns what then holds.
//
// It is tried again like a call that reads. A decision names a state and the
// moment when it ends, so that taken twice it means what it means once; but
// where only the answer to the first try was lost, the address's decisions
// list it twice. Somebody else's decision between the two is overruled, as it
// would be had this one been made a moment later.
func (c *Client) Decide(ctx context.Context, address string, d api.Decision) (api.Lookup, error) {
	return c.lookup(ctx, http.MethodPut, addressPath(address), d)
}

// Release takes an address off the list, and returns what then holds. An
// address that the list doesn't know is an [*Error] with the status 404.
//
// It is tried again, as Decide is, and may be listed twice for the same reason.
// A second release succeeds like the first, for the list goes on to know an
// address that was released. So 404 means also after several tries that there
// was nothing to release. A bounce that is taken in between two tries is settled
// by the second.
func (c *Client) Release(ctx context.Context, address, note string) (api.Lookup, error) {
	path := addressPath(address)
	if note != "" {
		path += "?note=" + url.QueryEscape(note)
	}
	return c.lookup(ctx, http.MethodDelete, path, nil)
}

// told is an answer about one address. Suppressed stands over the Lookup's own
// field, to tell false from nothing: JSON of something else would otherwise
// read as leave to send.
type told struct {
	api.Lookup
	Suppressed *bool `json:"suppressed"`
}

// lookup makes a call whose answer is about one address.
func (c *Client) lookup(ctx context.Context, method, path string, in any) (api.Lookup, error) {
	var out told
	if err := c.call(ctx, method, path, in, &out); err != nil {
		return api.Lookup{}, err
	}
	if out.Address == "" || out.Suppressed == nil {
		return api.Lookup{}, c.foreign()
	}
	out.Lookup.Suppressed = *out.Suppressed
	return out.Lookup, nil
}

// addressPath escapes an address as one segment of a path.
func addressPath(address string) string { return "/suppressed/" + url.PathEscape(address) }
