package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// stall is how long an answer that comes as a stream may stand still.
const stall = time.Minute

var errStalled = errors.New("nothing came for a minute")

// stream makes a call whose answer may take long, and have any length. Timeout
// doesn't bound it, but its body has to keep coming. The caller closes it.
func (c *Client) stream(ctx context.Context, r request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	resp, err := repeat(ctx, c, r, func() (*http.Response, error) { return c.try(ctx, r) })
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp.Body = &flow{ReadCloser: resp.Body, end: cancel}
	return resp, nil
}

// flow is the body of an answer. A read that takes too long ends the call. Only
// the time that is spent waiting for the server counts.
type flow struct {
	io.ReadCloser
	end context.CancelCauseFunc
}

// Read implements io.Reader.
func (f *flow) Read(p []byte) (int, error) {
	defer time.AfterFunc(stall, func() { f.end(errStalled) }).Stop()
	return f.ReadCloser.Read(p)
}

// Close implements io.Closer.
func (f *flow) Close() error {
	err := f.ReadCloser.Close()
	f.end(nil)
	return err
}
