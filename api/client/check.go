package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// CheckOptions say how many addresses are written, and what is asked of them.
// The zero value asks for every answer about addresses in text lines.
type CheckOptions struct {
	// ContentType of what is sent, and so of the answer: "text/plain" (also
	// ""), "application/x-ndjson" or "application/json".
	ContentType string
	// Only is api.OnlySuppressed, api.OnlySendable, or "" for every answer.
	Only string
	// Mail that is to be sent.
	Mail suppress.Mail
}

// CheckCounts are the answers of one check, counted.
type CheckCounts struct{ Total, Suppressed, Sendable, Invalid int }

// Check sends a list of addresses of any length, and writes the answers to
// out, in the same order. The server answers when it has read the list to its
// end. An answer that breaks off is an error: what stands in out then is not
// the whole answer. Only ctx bounds the call, and it is tried once, for in can't be
// sent again; but an answer of which nothing comes for a minute is an error.
func (c *Client) Check(ctx context.Context, in io.Reader, out io.Writer, o CheckOptions) (CheckCounts, error) {
	if o.ContentType == "" {
		o.ContentType = "text/plain"
	}
	resp, err := c.stream(ctx, request{
		method: http.MethodPost, path: o.path(), header: http.Header{"Content-Type": {o.ContentType}}, stream: in, once: true,
	})
	if err != nil {
		return CheckCounts{}, err
	}
	defer resp.Body.Close()
	counts, err := countsOf(resp.Header)
	if err != nil {
		return CheckCounts{}, fmt.Errorf("%w: %w", c.foreign(), err)
	}
	if _, err := io.Copy(out, resp.Body); err != nil {
		return CheckCounts{}, fmt.Errorf("the answer broke off: %w", err)
	}
	return counts, nil
}

// CheckAll asks about some addresses, up to some ten thousand in one call, and
// returns an answer for each of them, in the same order. Mail may be sent only
// where Checked.MaySend says so; what isn't an address has an Error. An error
// of the call means that no answer is known. Timeout bounds each try.
func (c *Client) CheckAll(ctx context.Context, addresses []string, mail suppress.Mail) ([]api.Checked, error) {
	for i, a := range addresses {
		if !utf8.ValidString(a) { // JSON would make another address of it
			return nil, fmt.Errorf("address %d is not UTF-8", i+1)
		}
	}
	if len(addresses) == 0 {
		return nil, nil
	}
	var answers []checked
	if err := c.call(ctx, http.MethodPost, CheckOptions{Mail: mail}.path(), addresses, &answers); err != nil {
		return nil, err
	}
	if len(answers) != len(addresses) {
		return nil, fmt.Errorf("%w: %d answers to %d addresses", c.foreign(), len(answers), len(addresses))
	}
	out := make([]api.Checked, len(answers))
	for i, a := range answers {
		if a.Error == "" && (a.Address == "" || a.Suppressed == nil) {
			return nil, c.foreign()
		}
		out[i] = a.Checked
		out[i].Suppressed = a.Suppressed != nil && *a.Suppressed
	}
	return out, nil
}

// checked is one answer; as in told, false isn't nothing.
type checked struct {
	api.Checked
	Suppressed *bool `json:"suppressed"`
}

func (o CheckOptions) path() string {
	query := url.Values{}
	if o.Only != "" {
		query.Set("only", o.Only)
	}
	if o.Mail != suppress.MailAny {
		query.Set("mail", string(o.Mail))
	}
	if len(query) == 0 {
		return "/suppressed/check"
	}
	return "/suppressed/check?" + query.Encode()
}

func countsOf(h http.Header) (out CheckCounts, err error) {
	for name, n := range map[string]*int{
		api.HeaderTotal: &out.Total, api.HeaderSuppressed: &out.Suppressed,
		api.HeaderSendable: &out.Sendable, api.HeaderInvalid: &out.Invalid,
	} {
		if *n, err = strconv.Atoi(h.Get(name)); err != nil {
			return CheckCounts{}, errors.New("its answer has no " + name)
		}
	}
	return out, nil
}
