// Package client talks to a nosend server. The command line uses it, and so
// can any Go program.
//
// # Before each mail
//
// [Client.MaySend] answers the one question of a sender, and says what holds
// when there is no answer: the server is down, too slow, refuses the token, or
// something else answers in its place. The caller chooses which.
//
// [FailClosed] is for mail that can wait: newsletters, campaigns, notices. Put
// the message back into the queue and ask again later; don't drop it. An hour
// of delay costs little, but one run over a list full of dead mailboxes and
// people who have complained costs the reputation of the sending domain for
// weeks. It is also the choice wherever somebody who has unsubscribed must not
// be mailed, whatever happens.
//
// [FailOpen] is for single messages that somebody waits for: a password reset,
// a receipt, an alarm. One bounce more does little harm there, and a message
// that doesn't come does much.
//
// Count the errors in either case, and have somebody called when they go on. A
// token that was revoked makes every answer unknown: failing closed the mail
// stops, which is noticed; failing open the list is out of use, which is not.
//
// What is not an address is never mailed, whatever the choice: that is known
// without an answer.
//
// # Time
//
// Each try of a call is bounded by [Client.Timeout], and [Client.Retries] says
// how many tries there are. A sender that would rather fail open than wait sets
// a Timeout of some hundred milliseconds and Retries to -1, or gives its ctx a
// deadline: no pause outlasts it. Calls that take as long as the list is long
// ([Client.Check], [Client.Export], [Client.Backup], [Client.Count],
// [Client.ReplayLetters]) are bounded by ctx alone; where their answer comes as a
// stream, they also end when, once it has begun, nothing of it has come for a
// minute.
//
// # Tries
//
// A call is tried again when no connection could be made or it broke, and when
// the server (or a proxy before it) answers 429, 502, 503 or 504. The pauses
// begin with about 200 ms and double, each half more or less by chance, so that
// clients that failed together don't come back together. A pause that the
// answer asks for in Retry-After comes on top; one that is longer than Timeout
// is not waited for. What ran into its Timeout isn't tried again: a server that
// is too slow isn't helped by more questions.
//
// Only what means the same when it is done twice is tried again, for the first
// try may have been done and only its answer lost: all that reads, and
// [Client.Decide], [Client.Release], [Client.Reclassify] and
// [Client.DeleteLetter], which say what a repetition does. Check, which can't
// send its stream twice, the replays, whose report would be lost, and
// [Client.Webhook] are tried once.
//
// # Errors
//
// An answer that isn't a success is an [*Error], with its status and the
// server's own sentence. An answer that isn't nosend's is always an error.
package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// DefaultTimeout is the Timeout of a Client that sets none.
	DefaultTimeout = 10 * time.Second
	// DefaultRetries is the Retries of a Client that sets none.
	DefaultRetries = 3
)

// Client calls one server. Its methods may be called concurrently; its fields
// must not be changed meanwhile.
type Client struct {
	// URL of the server, without a path: "http://127.0.0.1:8025".
	URL string
	// Token is sent as a Bearer token; "" sends none.
	Token string
	// HTTP makes the calls; nil is one that works like http.DefaultClient. No
	// redirect is followed. Connections are kept by its Transport: one that
	// many goroutines share wants a Transport whose MaxIdleConnsPerHost is
	// their number, for the default of 2 has most of them connect anew. Its own
	// Timeout should be 0, or it ends long exports.
	HTTP *http.Client
	// Timeout of each try, from the connection to the last byte of the answer,
	// except of the calls that only ctx bounds; 0 is DefaultTimeout.
	Timeout time.Duration
	// Retries is how often a call is tried again after the first try, where
	// that is safe; 0 is DefaultRetries, and less than 0 is never.
	Retries int
}

func (c *Client) timeout() time.Duration {
	if c.Timeout == 0 {
		return DefaultTimeout
	}
	return c.Timeout
}

// tries is how often a call is made at most.
func (c *Client) tries() uint {
	switch {
	case c.Retries < 0:
		return 1
	case c.Retries == 0:
		return 1 + DefaultRetries
	}
	return 1 + uint(c.Retries)
}

// Where is URL for people to read: without a password that may stand in it.
func (c *Client) Where() string {
	u, err := url.Parse(c.URL)
	switch {
	case err == nil && usable(u):
		return u.Redacted()
	case strings.ContainsRune(c.URL, '@'):
		return "a URL that can't be read"
	}
	return c.URL
}

// foreign is the error for an answer that nosend doesn't give.
func (c *Client) foreign() error { return fmt.Errorf("what answers at %s is not nosend", c.Where()) }
