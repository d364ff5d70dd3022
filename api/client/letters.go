package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/nosend/nosend/api"
)

// DeadLetters returns up to limit dead letters after an id, the oldest first.
// Limit 0 leaves it to the server.
func (c *Client) DeadLetters(ctx context.Context, after uint64, limit int) (api.DeadLetters, error) {
	var out api.DeadLetters
	if err := c.call(ctx, http.MethodGet, pagePath("/dead-letters", after, limit), nil, &out); err != nil {
		return api.DeadLetters{}, err
	}
	if out.DeadLetters == nil { // nosend says [] where there is none
		return api.DeadLetters{}, c.foreign()
	}
	return out, nil
}

// DeadLetter returns one dead letter.
func (c *Client) DeadLetter(ctx context.Context, id uint64) (api.DeadLetter, error) {
	var out api.DeadLetter
	if err := c.call(ctx, http.MethodGet, letterPath(id), nil, &out); err != nil {
		return api.DeadLetter{}, err
	}
	if out.ID != id {
		return api.DeadLetter{}, c.foreign()
	}
	return out, nil
}

// DeleteLetter deletes a dead letter unread. One that isn't there is an [*Error]
// with the status 404.
//
// It is tried again, so that 404 may also mean that the first try deleted the
// letter and its answer was lost. Either way the letter is gone.
func (c *Client) DeleteLetter(ctx context.Context, id uint64) error {
	var out api.Deleted
	if err := c.call(ctx, http.MethodDelete, letterPath(id), nil, &out); err != nil {
		return err
	}
	if out.Deleted != id {
		return c.foreign()
	}
	return nil
}

// ReplayLetter has a dead letter read again, with what the server understands
// now. What is left of it stands in Problems. It is tried once: after a success
// the letter is gone, so that a second try would find nothing and the report be
// lost. The caller may repeat it, for nothing is recorded twice.
func (c *Client) ReplayLetter(ctx context.Context, id uint64) (api.WebhookReport, error) {
	return c.report(ctx, request{method: http.MethodPost, path: letterPath(id) + "/replay", once: true})
}

// ReplayLetters has all dead letters read again, and returns the sum. Timeout
// doesn't bound it, for there can be many; only ctx does. If it breaks off,
// what was replayed stays so, and a repetition does the rest.
func (c *Client) ReplayLetters(ctx context.Context) (api.WebhookReport, error) {
	resp, err := c.stream(ctx, request{method: http.MethodPost, path: "/dead-letters/replay", once: true})
	if err != nil {
		return api.WebhookReport{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return api.WebhookReport{}, fmt.Errorf("the answer of %s broke off: %w", c.Where(), err)
	}
	return c.readReport(data)
}

func letterPath(id uint64) string { return "/dead-letters/" + strconv.FormatUint(id, 10) }
