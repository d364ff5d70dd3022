package client

import (
	"context"
	"fmt"
	"net/http"

	"github.com/nosend/nosend/api"
)

// Changes returns up to limit changes of the list after a number, in the order
// in which they happened. Limit 0 leaves it to the server. Begin after 0, and go
// on after Last; an answer without changes has reached the end for now, and its
// Last is the number that was asked. A number that no change has is an [*Error]
// with the status 400: the list was replaced or restored, so begin again.
func (c *Client) Changes(ctx context.Context, after uint64, limit int) (api.Changes, error) {
	var out api.Changes
	if err := c.call(ctx, http.MethodGet, pagePath("/changes", after, limit), nil, &out); err != nil {
		return api.Changes{}, err
	}
	if out.Changes == nil { // nosend says [] where there is none
		return api.Changes{}, c.foreign()
	}
	return out, nil
}

// pagePath asks for rows after a number.
func pagePath(path string, after uint64, limit int) string {
	path += fmt.Sprintf("?after=%d", after)
	if limit > 0 {
		path += fmt.Sprintf("&limit=%d", limit)
	}
	return path
}
