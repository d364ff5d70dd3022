package client_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// clientCall is the client's word for one route.
type clientCall struct {
	route string // method and path
	make  func(context.Context, *client.Client) error
	once  bool // it isn't tried again
}

// clientCalls has a call for every route but those for people. They can be made
// in this order on a list that knows gone@example.com and has two dead letters.
func clientCalls() []clientCall {
	const who = "gone@example.com"
	return []clientCall{
		{route: "GET /suppressed", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.List(ctx, client.Filter{}, "", 0) })},
		{route: "GET /suppressed.csv", make: exporting("csv")},
		{route: "GET /suppressed.ndjson", make: exporting("ndjson")},
		{route: "POST /suppressed/check", once: true, make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.Check(ctx, strings.NewReader(who), &bytes.Buffer{}, client.CheckOptions{})
		})},
		{route: "POST /suppressed/check", make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.CheckAll(ctx, []string{who}, suppress.MailAny)
		})},
		{route: "GET /suppressed/{address}/events", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Events(ctx, who) })},
		{route: "GET /suppressed/{address}", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Lookup(ctx, who) })},
		{route: "PUT /suppressed/{address}", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Decide(ctx, who, api.Decision{}) })},
		{route: "DELETE /suppressed/{address}", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Release(ctx, who, "") })},
		{route: "POST /webhooks/{provider}", once: true, make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			header := http.Header{"Content-Type": {"application/json"}}
			return c.Webhook(ctx, "cmc", header, []byte(`{"event_type":"bounces","event":{"bounces":[]}}`))
		})},
		{route: "POST /classify", make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.Classify(ctx, api.ClassifyRequest{Text: "550 no such user"})
		})},
		{route: "POST /reclassify", make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.Reclassify(ctx, api.ReclassifyRequest{DryRun: true})
		})},
		{route: "POST /reclassify", once: true, make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.Reclassify(ctx, api.ReclassifyRequest{})
		})},
		{route: "GET /changes", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Changes(ctx, 0, 0) })},
		{route: "GET /dead-letters", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.DeadLetters(ctx, 0, 0) })},
		{route: "GET /dead-letters/{id}", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.DeadLetter(ctx, 1) })},
		{route: "DELETE /dead-letters/{id}", make: func(ctx context.Context, c *client.Client) error { return c.DeleteLetter(ctx, 1) }},
		{route: "POST /dead-letters/{id}/replay", once: true, make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.ReplayLetter(ctx, 2) })},
		{route: "POST /dead-letters/replay", once: true, make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.ReplayLetters(ctx) })},
		{route: "GET /status", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Status(ctx) })},
		{route: "GET /backup", make: failing(func(ctx context.Context, c *client.Client) (any, error) {
			return c.Backup(ctx, &bytes.Buffer{}, client.BackupOptions{})
		})},
		{route: "GET /metrics", make: func(ctx context.Context, c *client.Client) error { return c.Metrics(ctx, &bytes.Buffer{}) }},
		{route: "GET /openapi.yaml", make: func(ctx context.Context, c *client.Client) error { return c.OpenAPI(ctx, &bytes.Buffer{}) }},
		{route: "GET /healthz", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Healthy(ctx) })},
		{route: "GET /readyz", make: failing(func(ctx context.Context, c *client.Client) (any, error) { return c.Ready(ctx) })},
	}
}

// forPeople lists the routes that need no call: pages to look at.
func forPeople() []string { return []string{"GET /"} }

// failing leaves only the error of a call.
func failing(call func(context.Context, *client.Client) (any, error)) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error {
		_, err := call(ctx, c)
		return err
	}
}

func exporting(format string) func(context.Context, *client.Client) error {
	return failing(func(ctx context.Context, c *client.Client) (any, error) {
		return c.Export(ctx, &bytes.Buffer{}, client.ExportOptions{Format: format})
	})
}

// prepare makes the list that clientCalls are made for.
func prepare(t *testing.T, c *client.Client) {
	_, err := c.Decide(t.Context(), "gone@example.com", api.Decision{})
	require.NoError(t, err)
	keep(t, c, "{")
	keep(t, c, "[")
}

// TestEveryRoute of the server has a call, and each succeeds.
func TestEveryRoute(t *testing.T) {
	c := connect(t)
	prepare(t, c)
	called := forPeople()
	for _, call := range clientCalls() {
		assert.NoError(t, call.make(t.Context(), c), call.route)
		called = append(called, call.route)
	}
	for _, r := range api.Routes() {
		assert.Contains(t, called, r.Method+" "+r.Path, "the client has no call for a route; add one, and a row here")
	}
}

// TestConnectionsAreKept: all calls take the same one, also after errors.
func TestConnectionsAreKept(t *testing.T) {
	server, secret := serve(t)
	c, p := piped(t, server)
	c.Token = secret
	prepare(t, c)
	for _, call := range clientCalls() {
		require.NoError(t, call.make(t.Context(), c), call.route)
		_, err := c.Lookup(t.Context(), "nobody")
		require.Error(t, err)
	}
	assert.Equal(t, 1, p.connections())
}
