package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// request is one call, in a form that can be sent more than once.
type request struct {
	method, path string
	header       http.Header
	body         []byte
	stream       io.Reader // in place of body; it can be read only once
	once         bool      // must not be sent again
}

// call sends a JSON value, or none, and decodes the answer. It is for calls
// that may be made twice.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	r := request{method: method, path: path}
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		r.body, r.header = data, http.Header{"Content-Type": {"application/json"}}
	}
	return c.decode(ctx, r, out)
}

// decode makes a call whose answer is one JSON value.
func (c *Client) decode(ctx context.Context, r request, out any) error {
	data, err := c.read(ctx, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.Where(), err)
	}
	return nil
}

// read makes a call whose answer fits into memory. It is read to its end, so
// that the connection can be used again.
func (c *Client) read(ctx context.Context, r request) ([]byte, error) {
	return repeat(ctx, c, r, func() ([]byte, error) {
		ctx, cancel := context.WithTimeout(ctx, c.timeout())
		defer cancel()
		resp, err := c.try(ctx, r)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, fmt.Errorf("the answer of %s broke off: %w", c.Where(), err)
		}
		return data, nil
	})
}

// try makes a call once. The caller closes the body of the answer.
func (c *Client) try(ctx context.Context, r request) (*http.Response, error) {
	req, err := c.newRequest(ctx, r)
	if err != nil || !usable(req.URL) { // the cause would repeat the URL, with a password that may stand in it
		return nil, fmt.Errorf("the server's URL %q can't be used; write it as http://127.0.0.1:8025", c.Where())
	}
	resp, err := c.http().Do(req)
	if err != nil {
		return nil, fmt.Errorf("no answer from %s: %w", c.Where(), err)
	}
	if resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, readError(resp)
}

func usable(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	body := r.stream
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, strings.TrimSuffix(c.URL, "/")+r.path, body)
	if err != nil {
		return nil, err
	}
	if r.header != nil {
		req.Header = r.header.Clone()
	}
	if c.Token != "" && req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if !r.once {
		// Never sent: it has net/http take another connection where the one that
		// it kept was closed by the server, as it does for every GET.
		req.Header["Idempotency-Key"] = nil
	}
	return req, nil
}

// http is the client's own, but it follows no redirects: net/http would turn a
// redirected PUT into a GET, and its answer would read as success. The
// Transport, which keeps the connections, is the same in every copy.
func (c *Client) http() *http.Client {
	own := http.Client{}
	if c.HTTP != nil {
		own = *c.HTTP
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}
