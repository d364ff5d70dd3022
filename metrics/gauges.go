package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/nosend/nosend/suppress"
)

// scrapeTimeout bounds how long a scrape waits for the store.
const scrapeTimeout = 5 * time.Second

// List is what the gauges read: *suppress.List is one.
type List interface {
	Tallies(context.Context) (map[suppress.Tally]int64, error)
	DeadLetters(ctx context.Context, after uint64, limit int) ([]suppress.DeadLetter, suppress.LetterStats, error)
}

// Watch adds the gauges that are read from the list and its store when they
// are scraped: the transaction that changes the list keeps the counts, so they
// are right after any crash. size returns the bytes that the store takes.
// A gauge that can't be read makes the scrape fail; it never shows a guess.
func (m *Metrics) Watch(l List, size func() (int64, error)) {
	m.registry.MustRegister(&gauges{
		list: l, size: size,
		suppressions: prometheus.NewDesc("nosend_suppressions", "Addresses that the list knows, by state.",
			[]string{"state", "class", "category"}, nil),
		letters: prometheus.NewDesc("nosend_dead_letters", "Webhook bodies and events that could not be understood, kept for replay.", nil, nil),
		dropped: prometheus.NewDesc("nosend_dead_letters_dropped_total", "Dead letters dropped to stay within the limits.", nil, nil),
		bytes:   prometheus.NewDesc("nosend_store_size_bytes", "Size of the database file.", nil, nil),
	})
}

// gauges is a prometheus.Collector.
type gauges struct {
	list                                  List
	size                                  func() (int64, error)
	suppressions, letters, dropped, bytes *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.suppressions, g.letters, g.dropped, g.bytes} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	g.collectTallies(ctx, out)
	if _, stats, err := g.list.DeadLetters(ctx, 0, 0); err != nil {
		out <- prometheus.NewInvalidMetric(g.letters, err)
	} else {
		out <- prometheus.MustNewConstMetric(g.letters, prometheus.GaugeValue, float64(stats.Count))
		out <- prometheus.MustNewConstMetric(g.dropped, prometheus.CounterValue, float64(stats.Dropped))
	}
	if n, err := g.size(); err != nil {
		out <- prometheus.NewInvalidMetric(g.bytes, err)
	} else {
		out <- prometheus.MustNewConstMetric(g.bytes, prometheus.GaugeValue, float64(n))
	}
}

func (g *gauges) collectTallies(ctx context.Context, out chan<- prometheus.Metric) {
	tallies, err := g.list.Tallies(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(g.suppressions, err)
		return
	}
	for t, n := range tallies {
		out <- prometheus.MustNewConstMetric(g.suppressions, prometheus.GaugeValue, float64(n),
			string(t.Standing), string(t.Class), string(t.Category))
	}
}
