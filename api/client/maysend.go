package client

import (
	"context"

	"github.com/nosend/nosend/suppress"
)

// FailMode says what a sender does when the answer isn't known. The package
// comment says which to choose.
type FailMode int

const (
	// FailClosed doesn't send. It is the zero value.
	FailClosed FailMode = iota
	// FailOpen sends.
	FailOpen
)

// MaySend reports whether mail of a kind may be sent to an address now. The
// answer can always be acted upon, also with an error. The error says why the
// answer isn't known, for the log and a counter; what was sent then depends on
// the mode. With either mode the answer is no for what isn't an address (the
// error wraps suppress.ErrAddress then, and the server isn't asked) and for a
// question that nosend refuses.
//
// A ctx that is done also leaves the answer unknown, so that FailOpen says
// yes: a sender that is to stop must look at its ctx itself.
func (c *Client) MaySend(ctx context.Context, address string, mode FailMode, mail suppress.Mail) (bool, error) {
	if _, err := suppress.ParseAddress(address); err != nil {
		return false, err
	}
	answer, err := c.LookupFor(ctx, address, mail)
	if err != nil {
		return mode == FailOpen && !refused(err), err
	}
	return !answer.Suppressed, nil
}
