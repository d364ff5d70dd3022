package api_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/metrics"
	"github.com/nosend/nosend/suppress"
)

// withRealMetrics serves those of the program.
func withRealMetrics(s *server, c *api.Config) {
	m := metrics.New(metrics.Config{Routes: api.RoutePaths()})
	m.Watch(s.list, func() (int64, error) { return 4096, nil })
	c.Metrics = m.Handler()
}

func tellOperation(t *testing.T, w *witness) {
	k := talk{serve(t, withRealMetrics), w}
	k.suppress("gone@x.jp")
	k.ask("GET /status", "/status", "")
	k.ask("POST /webhooks/{provider}", "/webhooks/cmc", bounces(1), "Content-Type", asJSON)
	for _, path := range []string{"/status", "/backup", "/metrics", "/healthz", "/readyz", "/openapi.yaml", "/"} {
		assert.Equal(t, http.StatusOK, k.ask("GET "+path, path, "").StatusCode, path)
	}
	k.ask("GET /metrics", "/metrics", "", "Accept", asProtobuf+";proto=io.prometheus.client.MetricFamily;encoding=delimited")
	k.store.interfere(func() error { return errors.New("fault") })
	assert.Equal(t, http.StatusInternalServerError, k.ask("GET /metrics", "/metrics", "").StatusCode)
	talk{serve(t), w}.ask("GET /metrics", "/metrics", "")
	talk{serve(t, withoutBackups), w}.ask("GET /backup", "/backup", "")
}

// everyRoute asks each operation once, in whatever state the server is.
func (k talk) everyRoute(expect func(operation string, got answer), headers ...string) {
	for operation, c := range samples(k.t) {
		target := c.on(k.server)
		expect(operation, k.ask(operation, target, c.body, append(headers, "Content-Type", asJSON)...))
	}
}

// tellRefusals: a proxy before a server without tokens; then nobody, and
// somebody whose role is too low.
func tellRefusals(t *testing.T, w *witness) {
	k := talk{serve(t, withMetrics), w}
	k.everyRoute(func(operation string, got answer) {
		assert.Equal(t, http.StatusForbidden, got.StatusCode, operation)
	}, "Via", "1.1 proxy")
	low := k.token("cmc", api.RoleWebhook, "cmc")
	for _, authorization := range []string{"", "Bearer " + low} {
		k.everyRoute(func(string, answer) {}, "Authorization", authorization)
	}
}

// tellFaults: the store fails.
func tellFaults(t *testing.T, w *witness) {
	k := talk{serve(t, withMetrics), w}
	for operation, c := range samples(t) {
		k.suppress("gone@x.jp")
		target := c.on(k.server)
		k.store.interfere(func() error { return errors.New("fault") })
		k.ask(operation, target, c.body, "Content-Type", asJSON)
		k.store.interfere(nil)
	}
}

// tellBusy: too many changes wait, and two exports run.
func tellBusy(t *testing.T, w *witness) {
	k := talk{serve(t), w}
	for range 2 {
		spool, err := k.list.NewSpool()
		require.NoError(t, err)
		defer spool.Close()
	}
	k.ask("GET /suppressed.csv", "/suppressed.csv", "")
	k.ask("GET /suppressed.ndjson", "/suppressed.ndjson", "")
	k.ask("GET /backup", "/backup", "")
	k.ask("POST /suppressed/check", "/suppressed/check", numbered(60_000), "Content-Type", asText)
	all := samples(t)
	for _, operation := range []string{
		"PUT /suppressed/{address}", "DELETE /suppressed/{address}", "POST /webhooks/{provider}", "POST /reclassify",
		"POST /dead-letters/replay", "DELETE /dead-letters/{id}", "POST /dead-letters/{id}/replay",
	} {
		target := all[operation].on(k.server)
		k.store.interfere(func() error { return suppress.ErrOverloaded })
		got := k.ask(operation, target, all[operation].body, "Content-Type", asJSON)
		assert.Equal(t, http.StatusTooManyRequests, got.StatusCode, operation)
		k.store.interfere(nil)
	}
}
