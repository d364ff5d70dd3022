package client

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/nosend/nosend/api"
)

// Healthy asks whether the server runs. No error means that it does.
func (c *Client) Healthy(ctx context.Context) (api.Health, error) { return c.health(ctx, "/healthz") }

// Ready asks whether the server can read its list, so that look-ups are
// answered. No error means that it can.
func (c *Client) Ready(ctx context.Context) (api.Health, error) { return c.health(ctx, "/readyz") }

func (c *Client) health(ctx context.Context, path string) (api.Health, error) {
	var out api.Health
	if err := c.call(ctx, http.MethodGet, path, nil, &out); err != nil {
		return api.Health{}, err
	}
	if out.Status != "ok" {
		return api.Health{}, c.foreign()
	}
	return out, nil
}

// Status returns what the server knows of itself.
func (c *Client) Status(ctx context.Context) (api.Status, error) {
	var out api.Status
	if err := c.call(ctx, http.MethodGet, "/status", nil, &out); err != nil {
		return api.Status{}, err
	}
	if out.Entries == nil || out.Sources == nil {
		return api.Status{}, c.foreign()
	}
	return out, nil
}

// Metrics writes the server's metrics to w, in the text format of Prometheus.
// Nothing is written unless all of them have come. A server that serves none is
// an [*Error] with the status 404.
func (c *Client) Metrics(ctx context.Context, w io.Writer) error {
	data, err := c.read(ctx, request{method: http.MethodGet, path: "/metrics"})
	if err != nil {
		return err
	}
	if !bytes.Contains(data, []byte("\nnosend_")) {
		return c.foreign()
	}
	_, err = w.Write(data)
	return err
}

// OpenAPI writes the server's description of its routes to w, as YAML.
func (c *Client) OpenAPI(ctx context.Context, w io.Writer) error {
	data, err := c.read(ctx, request{method: http.MethodGet, path: "/openapi.yaml"})
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(data, []byte("openapi:")) && !bytes.Contains(data, []byte("\nopenapi:")) {
		return c.foreign()
	}
	_, err = w.Write(data)
	return err
}
