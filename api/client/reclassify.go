package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/nosend/nosend/api"
)

// Reclassify judges one part of the entries by the server's rules of today, or
// only says what would change. Begin with an empty Cursor and go on with the
// Next of each answer until it is nil. It may be repeated, for what was done is
// not done twice; but a repetition doesn't tell what the first try did, so only
// a dry run is tried again here.
func (c *Client) Reclassify(ctx context.Context, in api.ReclassifyRequest) (api.Reclassified, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return api.Reclassified{}, fmt.Errorf("encode request: %w", err)
	}
	var out api.Reclassified
	err = c.decode(ctx, request{
		method: http.MethodPost, path: "/reclassify", header: http.Header{"Content-Type": {"application/json"}},
		body: body, once: !in.DryRun,
	}, &out)
	if err != nil {
		return api.Reclassified{}, err
	}
	if out.Changed == nil || out.DryRun != in.DryRun {
		return api.Reclassified{}, c.foreign()
	}
	return out, nil
}
