package client

import (
	"context"
	"net/http"

	"github.com/nosend/nosend/api"
)

// Classify asks what the server makes of a reply, without recording anything.
func (c *Client) Classify(ctx context.Context, in api.ClassifyRequest) (api.Verdict, error) {
	var out api.Verdict
	if err := c.call(ctx, http.MethodPost, "/classify", in, &out); err != nil {
		return api.Verdict{}, err
	}
	if out.Class == "" {
		return api.Verdict{}, c.foreign()
	}
	return out, nil
}
