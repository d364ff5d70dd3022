package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/nosend/nosend/api"
)

// ExportOptions say what is exported, and how it is written. The zero value is
// the CSV of what must not be mailed.
type ExportOptions struct {
	Filter
	// Format is "csv" (also ""), "ndjson", or one that a provider imports:
	// suppress.Formats lists them.
	Format string
	// Size, if set, is told the length of the export in bytes before it comes.
	Size func(bytes int64)
}

// Export writes the list as it was at one moment to w, and returns the number
// of entries. An answer that breaks off is an error: what stands in w then is
// not the whole list. The call has no timeout but that of ctx.
func (c *Client) Export(ctx context.Context, w io.Writer, o ExportOptions) (rows int, err error) {
	resp, err := c.stream(ctx, request{method: http.MethodGet, path: o.path()})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if rows, err = strconv.Atoi(resp.Header.Get(api.HeaderTotal)); err != nil {
		return 0, fmt.Errorf("what answers at %s is not nosend: its answer has no %s", c.Where(), api.HeaderTotal)
	}
	if o.Size != nil {
		o.Size(resp.ContentLength)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return 0, fmt.Errorf("the export broke off: %w", err)
	}
	return rows, nil
}

func (o ExportOptions) path() string {
	v, path := o.values(), "/suppressed.csv"
	switch o.Format {
	case "", "csv":
	case "ndjson":
		path = "/suppressed.ndjson"
	default:
		v.Set("format", o.Format)
	}
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	return path
}
