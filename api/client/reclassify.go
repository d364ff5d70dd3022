package client

import (
	"context"
	"net/http"

	"github.com/nosend/nosend/api"
)

// Reclassify judges one part of the entries by the server's rules of today, or
// only says what would change. Begin with an empty Cursor and go on with the
// Next of each answer until it is nil. It may be repeated: what was done is not
// done twice.
func (c *Client) Reclassify(ctx context.Context, in api.ReclassifyRequest) (api.Reclassified, error) {
	var out api.Reclassified
	if err := c.call(ctx, http.MethodPost, "/reclassify", in, &out); err != nil {
		return api.Reclassified{}, err
	}
	if out.Changed == nil || out.DryRun != in.DryRun {
		return api.Reclassified{}, c.foreign()
	}
	return out, nil
}
