package client

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"

	"github.com/nosend/nosend/api"
)

// BackupOptions say how a backup is taken.
type BackupOptions struct {
	// Size, if set, is told the length of the backup in bytes before it comes.
	Size func(bytes int64)
}

// Backup writes a copy of the server's database, as it was at one moment, to w,
// and returns its length in bytes. An answer that breaks off, or isn't what the
// server sent, is an error: what stands in w then is no backup. The call has no
// timeout but that of ctx.
func (c *Client) Backup(ctx context.Context, w io.Writer, o BackupOptions) (bytes int64, err error) {
	resp, err := c.stream(ctx, request{method: http.MethodGet, path: "/backup"})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	want := resp.Header.Get(api.HeaderDigest)
	if want == "" {
		return 0, fmt.Errorf("what answers at %s is not nosend: its answer has no %s", c.Where(), api.HeaderDigest)
	}
	if o.Size != nil {
		o.Size(resp.ContentLength)
	}
	sum := sha256.New()
	bytes, err = io.Copy(io.MultiWriter(w, sum), resp.Body)
	if err != nil {
		return 0, fmt.Errorf("the backup broke off: %w", err)
	}
	if got := api.Digest(sum.Sum(nil)); got != want {
		return 0, fmt.Errorf("the backup was changed on its way: its digest is %s, the server sent %s", got, want)
	}
	return bytes, nil
}
