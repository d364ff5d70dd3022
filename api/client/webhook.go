package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/nosend/nosend/api"
)

// Webhook posts a body as a provider would, and returns what was recorded, once
// it is on disk. What stands in header goes along: at least the Content-Type,
// and what the provider signs with. Unless it has an Authorization, Token is
// sent. A body that can't be read at all is an [*Error] with the status 400; it
// is kept as a dead letter.
//
// It is tried once, as Timeout allows. A provider repeats what got no success
// until it has one, and so should the caller: events that were recorded are
// counted as duplicates the second time.
func (c *Client) Webhook(ctx context.Context, provider string, header http.Header, body []byte) (api.WebhookReport, error) {
	return c.report(ctx, request{
		method: http.MethodPost, path: "/webhooks/" + url.PathEscape(provider), header: header, body: body, once: true,
	})
}

// report makes a call whose answer counts events.
func (c *Client) report(ctx context.Context, r request) (api.WebhookReport, error) {
	data, err := c.read(ctx, r)
	if err != nil {
		return api.WebhookReport{}, err
	}
	return c.readReport(data)
}

func (c *Client) readReport(data []byte) (api.WebhookReport, error) {
	report := api.WebhookReport{Recorded: -1} // so that an answer without it is seen
	if err := json.Unmarshal(data, &report); err != nil {
		return api.WebhookReport{}, fmt.Errorf("read the answer of %s: %w", c.Where(), err)
	}
	if report.Recorded < 0 {
		return api.WebhookReport{}, c.foreign()
	}
	return report, nil
}
