// Package client talks to a nosend server. The command line uses it, and so
// can any Go program.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nosend/nosend/api"
)

// DefaultTimeout bounds every call but an export.
const DefaultTimeout = 10 * time.Second

// Client calls one server. Its methods may be called concurrently.
type Client struct {
	// URL of the server, without a path: "http://127.0.0.1:8025".
	URL string
	// Token is sent as a Bearer token; "" sends none.
	Token string
	// HTTP makes the calls; nil is one that works like http.DefaultClient. No
	// redirect is followed.
	HTTP *http.Client
	// Timeout of every call but an export; 0 is DefaultTimeout.
	Timeout time.Duration
}

// Error is an answer of the server that isn't a success.
type Error struct{ api.Problem }

// Error implements error with the server's own sentence.
func (e *Error) Error() string { return e.Detail }

// Lookup asks whether mail may be sent to an address now. An error means that
// the answer isn't known: don't send.
func (c *Client) Lookup(ctx context.Context, address string) (api.Lookup, error) {
	var out api.Lookup
	if err := c.call(ctx, http.MethodGet, addressPath(address), nil, &out); err != nil {
		return api.Lookup{}, err
	}
	if out.Address == "" { // JSON of something else would otherwise read as leave to send
		return api.Lookup{}, fmt.Errorf("what answers at %s is not nosend", c.URL)
	}
	return out, nil
}

// Events returns all that is known of an address.
func (c *Client) Events(ctx context.Context, address string) (api.Events, error) {
	var out api.Events
	return out, c.call(ctx, http.MethodGet, addressPath(address)+"/events", nil, &out)
}

// Decide suppresses or allows an address by hand.
func (c *Client) Decide(ctx context.Context, address string, d api.Decision) (api.Lookup, error) {
	var out api.Lookup
	return out, c.call(ctx, http.MethodPut, addressPath(address), d, &out)
}

// Release takes an address off the list.
func (c *Client) Release(ctx context.Context, address, note string) (api.Lookup, error) {
	var out api.Lookup
	path := addressPath(address)
	if note != "" {
		path += "?note=" + url.QueryEscape(note)
	}
	return out, c.call(ctx, http.MethodDelete, path, nil, &out)
}

// ExportCSV writes the list to w and returns the number of entries. An answer
// that breaks off is an error. No state means all that must not be mailed;
// "all" means every entry.
func (c *Client) ExportCSV(ctx context.Context, w io.Writer, states ...string) (rows int, err error) {
	path := "/suppressed.csv"
	if len(states) > 0 {
		path += "?state=" + url.QueryEscape(strings.Join(states, ","))
	}
	resp, err := c.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(w, resp.Body); err != nil {
		return 0, fmt.Errorf("the export broke off: %w", err)
	}
	if rows, err = strconv.Atoi(resp.Header.Get("X-Total-Count")); err != nil {
		return 0, fmt.Errorf("what answers at %s is not nosend: its answer has no X-Total-Count", c.URL)
	}
	return rows, nil
}

// addressPath escapes an address as one segment of a path.
func addressPath(address string) string { return "/suppressed/" + url.PathEscape(address) }

// call sends a JSON value, or none, and decodes the answer.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(data)
	}
	resp, err := c.do(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.URL, err)
	}
	return nil
}

// do makes a call; a body is JSON.
func (c *Client) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	return c.send(ctx, method, path, "application/json", body)
}

func (c *Client) send(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, body)
	if err != nil {
		return nil, fmt.Errorf("the server's URL %q can't be used: %w", c.URL, err)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.http().Do(req)
	if err != nil {
		return nil, fmt.Errorf("no answer from %s: %w", c.URL, err)
	}
	if resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, readError(resp)
}

// http is the client's own, but it follows no redirects: net/http would turn a
// redirected PUT into a GET, and its answer would read as success.
func (c *Client) http() *http.Client {
	own := http.Client{}
	if c.HTTP != nil {
		own = *c.HTTP
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// readError keeps the server's sentence, or at least its status.
func readError(resp *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	var p api.Problem
	if json.Unmarshal(data, &p) != nil || p.Detail == "" {
		p = api.Problem{Title: resp.Status, Detail: "the server answered " + resp.Status}
		if to := resp.Header.Get("Location"); to != "" {
			p.Detail += "; it points to " + to
		}
	}
	p.Status = resp.StatusCode
	return &Error{Problem: p}
}
