package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/nosend/nosend/api"
)

// Error is an answer that isn't a success: the server's (RFC 9457), or that of
// whatever answers in its place, of which only Status and Detail are known.
type Error struct {
	api.Problem
	// RetryAfter is how long the answer asks to wait before the next try; 0:
	// it doesn't say.
	RetryAfter time.Duration
}

// Error implements error with the server's own sentence.
func (e *Error) Error() string { return e.Detail }

// refused reports whether nosend itself says that the question is wrong. A
// proxy's 400 says nothing.
func refused(err error) bool {
	answer, ok := errors.AsType[*Error](err)
	return ok && answer.Status == http.StatusBadRequest && answer.Type != ""
}

// greatestError is how much of an answer is read for its error, in bytes.
const greatestError = 1 << 16

// readError keeps the server's sentence, or at least its status.
func readError(resp *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, greatestError))
	var p api.Problem
	if json.Unmarshal(data, &p) != nil || p.Detail == "" {
		p = api.Problem{Title: resp.Status, Detail: "the server answered " + resp.Status}
		if to := resp.Header.Get("Location"); to != "" {
			p.Detail += "; it points to " + to
		}
	}
	p.Status = resp.StatusCode
	return &Error{Problem: p, RetryAfter: retryAfter(resp.Header.Get("Retry-After"))}
}

// retryAfter reads the header of that name: seconds, or a date (RFC 9110
// section 10.2.3).
func retryAfter(value string) time.Duration {
	seconds, err := strconv.ParseUint(value, 10, 31)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, time.Until(at))
}
