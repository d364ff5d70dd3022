// Package metrics exports to Prometheus what the list, its store and the HTTP
// server do. All metrics stand in this package, in one registry of its own.
// No label holds an address: every value comes from a fixed set, and what is
// outside of it is "other".
package metrics

import (
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/nosend/nosend/suppress"
)

// other is the value of a label outside its fixed set.
const other = "other"

// Config says what the metrics are about.
type Config struct {
	Version string           // of nosend
	Sources []string         // the names that the label source may have
	Routes  []string         // the values that the label route may have
	Clock   func() time.Time // nil is time.Now
}

// Metrics counts. Its methods may be called concurrently.
type Metrics struct {
	config   Config
	registry *prometheus.Registry

	webhooks       *prometheus.CounterVec
	events         *prometheus.CounterVec
	bounces        *prometheus.CounterVec
	verdictChanges *prometheus.CounterVec
	changes        *prometheus.CounterVec
	lookups        *prometheus.CounterVec
	requests       *prometheus.CounterVec
	durations      *prometheus.HistogramVec
	commits        prometheus.Histogram
	batches        prometheus.Histogram
	lastEvent      *prometheus.GaugeVec

	answered sync.Map                      // of request to answered
	looked   map[string]prometheus.Counter // by the result; it never changes
}

// New makes the metrics, in a registry of their own.
func New(c Config) *Metrics {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	m := &Metrics{
		config:   c,
		registry: prometheus.NewRegistry(),
		looked:   map[string]prometheus.Counter{},

		webhooks:       counter("nosend_webhook_requests_total", "Webhook requests, by how they were answered.", "source", "result"),
		events:         counter("nosend_events_total", "Reported events, by what became of them.", "source", "kind", "outcome"),
		bounces:        counter("nosend_bounces_total", "Bounced messages, each once, by the first verdict.", "source", "class", "category"),
		verdictChanges: counter("nosend_verdict_changes_total", "Bounces whose class a second report, or other rules, changed.", "from", "to"),
		changes:        counter("nosend_suppression_changes_total", "Addresses added to the list, released, or whose hold ended.", "change", "origin"),
		lookups:        counter("nosend_lookups_total", "Look-ups, by the answer.", "result"),
		requests:       counter("nosend_http_requests_total", "HTTP requests.", "route", "method", "code"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "nosend_http_request_duration_seconds",
			Help: "Time from the request's head to the end of its answer.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9)}, []string{"route"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "nosend_store_commit_duration_seconds",
			Help: "Time of one commit, with its syncs.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9)}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "nosend_store_batch_events",
			Help: "Events that shared one commit.", Buckets: prometheus.ExponentialBuckets(1, 4, 8)}),
		lastEvent: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "nosend_last_event_timestamp_seconds",
			Help: "When the last event of a source was received."}, []string{"source"}),
	}
	for _, source := range c.Sources {
		for _, result := range []string{"ok", "unauthorized", "malformed", "too_large", "overloaded", "error"} {
			m.webhooks.WithLabelValues(source, result) // from 0, so that the first fault is a rise
		}
	}
	for _, result := range []string{"suppressed", "clear", "invalid", "error"} {
		m.looked[result] = m.lookups.WithLabelValues(result)
	}
	m.register()
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func (m *Metrics) register() {
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "nosend_build_info",
		Help: "1, labelled with the version of nosend and of Go."}, []string{"version", "goversion"})
	info.WithLabelValues(m.config.Version, runtime.Version()).Set(1)
	m.registry.MustRegister(m.webhooks, m.events, m.bounces, m.verdictChanges, m.changes, m.lookups,
		m.requests, m.durations, m.commits, m.batches, m.lastEvent, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

func (m *Metrics) source(name string) string { return known(name, m.config.Sources) }

func known(value string, set []string) string {
	if slices.Contains(set, value) {
		return value
	}
	return other
}

// Event implements suppress.Observer.
func (m *Metrics) Event(source string, kind suppress.Kind, outcome suppress.Outcome) {
	m.events.WithLabelValues(m.source(source), string(kind), string(outcome)).Inc()
	m.lastEvent.WithLabelValues(m.source(source)).Set(float64(m.config.Clock().UnixMilli()) / 1000)
}

// Bounce implements suppress.Observer.
func (m *Metrics) Bounce(source string, class suppress.Class, category suppress.Category) {
	m.bounces.WithLabelValues(m.source(source), string(class), string(category)).Inc()
}

// VerdictChanged implements suppress.Observer.
func (m *Metrics) VerdictChanged(from, to suppress.Class) {
	m.verdictChanges.WithLabelValues(string(from), string(to)).Inc()
}

// Changed implements suppress.Observer.
func (m *Metrics) Changed(kind suppress.ChangeKind, origin suppress.Origin) {
	m.changes.WithLabelValues(string(kind), string(origin)).Inc()
}

// Commit counts one commit of the store and the events in it.
func (m *Metrics) Commit(took time.Duration, events int) {
	m.commits.Observe(took.Seconds())
	m.batches.Observe(float64(events))
}

// Webhook counts one webhook request and how it was answered.
func (m *Metrics) Webhook(source, result string) {
	m.webhooks.WithLabelValues(m.source(source), result).Inc()
}
