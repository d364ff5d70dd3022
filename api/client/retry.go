package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// firstPause is what the pause between the first two tries is about.
	firstPause = 200 * time.Millisecond
	// pauseGrowth is how much longer each pause is than the one before it.
	pauseGrowth = 2
	// pauseJitter is how much of each pause is left to chance, more or less.
	pauseJitter = 0.5
	// longestPause is where pauses stop growing.
	longestPause = 5 * time.Second
)

// repeat makes a call until it succeeds, fails for good, or there have been
// enough tries. The error is that of the last try.
func repeat[T any](ctx context.Context, c *Client, r request, try func() (T, error)) (T, error) {
	if r.once {
		return try()
	}
	var last error
	waits := newPauses(ctx, c.timeout())
	out, err := backoff.Retry(ctx, func() (out T, err error) {
		if out, last = try(); last == nil {
			return out, nil
		}
		var again bool
		if waits.asked, again = worthAnother(last); !again {
			return out, backoff.Permanent(last)
		}
		return out, last
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(c.tries()), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return out, nil
	}
	if ended := context.Cause(ctx); ended != nil && !errors.Is(last, ended) {
		last = fmt.Errorf("%w (%w)", last, ended)
	}
	return out, last
}

// worthAnother reports whether the next try may end otherwise, and how long the
// server asks to wait for it.
func worthAnother(err error) (asked time.Duration, again bool) {
	answer, ok := errors.AsType[*Error](err)
	if !ok {
		return 0, disconnected(err)
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return answer.RetryAfter, true
	}
	return 0, false
}

// disconnected reports whether no connection could be made, or it broke. A name
// that doesn't exist, a certificate that isn't trusted and a time that ran out
// are other matters.
func disconnected(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		return false
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && !op.Timeout() && (op.Op == "dial" || op.Op == "read" || op.Op == "write")
}

// pauses says how long to wait before each further try.
type pauses struct {
	*backoff.ExponentialBackOff
	asked       time.Duration // by the last answer
	longest     time.Duration // that may be asked
	deadline    time.Time     // of the whole call
	hasDeadline bool
}

func newPauses(ctx context.Context, longest time.Duration) *pauses {
	p := &pauses{longest: longest, ExponentialBackOff: &backoff.ExponentialBackOff{
		InitialInterval: firstPause, RandomizationFactor: pauseJitter, Multiplier: pauseGrowth, MaxInterval: longestPause,
	}}
	p.deadline, p.hasDeadline = ctx.Deadline()
	return p
}

// NextBackOff implements backoff.BackOff. Nobody waits for a try that would
// come too late.
func (p *pauses) NextBackOff() time.Duration {
	pause := p.asked + p.ExponentialBackOff.NextBackOff()
	if p.asked > p.longest || p.hasDeadline && time.Until(p.deadline) <= pause {
		return backoff.Stop
	}
	return pause
}
