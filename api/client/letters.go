package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/nosend/nosend/api"
)

// DeadLetters returns up to limit dead letters after an id, the oldest first.
// Limit 0 leaves it to the server.
func (c *Client) DeadLetters(ctx context.Context, after uint64, limit int) (api.DeadLetters, error) {
	path := fmt.Sprintf("/dead-letters?after=%d", after)
	if limit > 0 {
		path += fmt.Sprintf("&limit=%d", limit)
	}
	var out api.DeadLetters
	if err := c.call(ctx, http.MethodGet, path, nil, &out); err != nil {
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

// DeleteLetter deletes a dead letter unread.
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
// now. It may be repeated. What is left of it stands in Problems.
func (c *Client) ReplayLetter(ctx context.Context, id uint64) (api.WebhookReport, error) {
	return c.replay(ctx, letterPath(id)+"/replay")
}

// ReplayLetters has all dead letters read again, and returns the sum. Timeout
// doesn't bound it, for there can be many; only ctx does. If it breaks off,
// what was replayed stays so, and a repetition does the rest.
func (c *Client) ReplayLetters(ctx context.Context) (api.WebhookReport, error) {
	return c.replay(ctx, "/dead-letters/replay")
}

func (c *Client) replay(ctx context.Context, path string) (api.WebhookReport, error) {
	resp, err := c.do(ctx, http.MethodPost, path, nil)
	if err != nil {
		return api.WebhookReport{}, err
	}
	defer resp.Body.Close()
	report := api.WebhookReport{Recorded: -1} // so that an answer without it is seen
	if err := json.NewDecoder(resp.Body).Decode(&report); err != nil {
		return api.WebhookReport{}, fmt.Errorf("read the answer of %s: %w", c.URL, err)
	}
	if report.Recorded < 0 {
		return api.WebhookReport{}, c.foreign()
	}
	return report, nil
}

func letterPath(id uint64) string { return "/dead-letters/" + strconv.FormatUint(id, 10) }

func (c *Client) foreign() error { return fmt.Errorf("what answers at %s is not nosend", c.URL) }
