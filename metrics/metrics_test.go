package metrics

import (
	"context"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
	"github.com/nosend/nosend/suppress/classify"
)

var update = flag.Bool("update", false, "rewrite the golden exposition")

var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// run makes a list on a real file whose doings are counted.
func run(t *testing.T) (*Metrics, *suppress.List, *time.Time) {
	now := monday
	clock := func() time.Time { return now }
	m := New(Config{Version: "v1.2.3", Sources: []string{"cmc"}, Routes: []string{"/suppressed/{address}"}, Clock: clock})
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "list.db"), boltstore.Options{
		OnCommit: func(_ time.Duration, events int) { m.Commit(time.Millisecond, events) }, // as if: the golden file holds no timings
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	c, err := classify.New()
	require.NoError(t, err)
	l, err := suppress.New(suppress.Config{Store: store, Classifier: c, Clock: clock, Observer: m})
	require.NoError(t, err)
	m.Watch(l, func() (int64, error) { return 16 << 20, nil })
	return m, l, &now
}

func report(t *testing.T, l *suppress.List, kind suppress.Kind, who, message, text string) {
	t.Helper()
	a, err := suppress.ParseAddress(who)
	require.NoError(t, err)
	_, err = l.Record(context.Background(), suppress.Batch{Source: "cmc", Events: []suppress.Event{
		{Kind: kind, Recipient: a, MessageID: message, Text: text},
	}})
	require.NoError(t, err)
}

func expose(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

// story is a day in the life of the list.
func story(t *testing.T, m *Metrics, l *suppress.List, now *time.Time) {
	report(t, l, suppress.KindBounce, "gone@example.com", "m1", "550 5.1.1 user unknown")
	report(t, l, suppress.KindBounce, "gone@example.com", "m1", "550 5.1.1 user unknown")
	report(t, l, suppress.KindBounce, "vague@example.com", "m2", "")
	report(t, l, suppress.KindBounce, "vague@example.com", "m2", "550 5.1.1 user unknown")
	report(t, l, suppress.KindBounce, "away@example.com", "m3", "host unknown")
	report(t, l, suppress.KindBounce, "full@example.com", "m4", "552 5.2.2 mailbox full")
	report(t, l, suppress.KindDelivered, "fine@example.com", "m5", "")
	report(t, l, suppress.KindComplaint, "angry@example.com", "m6", "")
	require.NoError(t, l.Reject(context.Background(), suppress.DeadLetter{Source: "cmc", Body: []byte("?")}))
	angry, err := suppress.ParseAddress("angry@example.com")
	require.NoError(t, err)
	_, err = l.Release(context.Background(), angry, "", "aiko")
	require.NoError(t, err)
	*now = monday.Add(30 * 24 * time.Hour)
	_, err = l.Sweep(context.Background())
	require.NoError(t, err)
	m.Webhook("cmc", "ok")
	m.Webhook("nobody-knows", "error")
	m.Lookups("clear", 1)
	m.Request("/suppressed/{address}", http.MethodGet, 200, time.Millisecond)
	m.Request("/suppressed/gone@example.com", "BREW", 404, time.Millisecond)
}

// TestGolden compares the whole exposition after a scripted run with a file.
func TestGolden(t *testing.T) {
	m, l, now := run(t)
	story(t, m, l, now)
	ours := regexp.MustCompile(`(?m)^(# (HELP|TYPE) )?nosend_.*\n`)
	got := strings.Join(ours.FindAllString(expose(t, m), -1), "")
	got = regexp.MustCompile(`goversion="[^"]*"`).ReplaceAllString(got, `goversion="go"`)
	const golden = "../testdata/metrics/exposition.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	assert.NotContains(t, got, "@", "no address in a label")
}

// TestLint: names and help as Prometheus asks for.
func TestLint(t *testing.T) {
	m, l, now := run(t)
	story(t, m, l, now)
	problems, err := testutil.GatherAndLint(m.registry)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

// TestGaugeIsARecount of what an export lists.
func TestGaugeIsARecount(t *testing.T) {
	m, l, now := run(t)
	story(t, m, l, now)
	format, err := suppress.FormatNamed("csv")
	require.NoError(t, err)
	spool, err := l.Export(context.Background(), suppress.Filter{Standings: suppress.Standings()}, format)
	require.NoError(t, err)
	defer spool.Close()
	sum := 0.0
	families, err := m.registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == "nosend_suppressions" {
			for _, cell := range f.GetMetric() {
				sum += cell.GetGauge().GetValue()
			}
		}
	}
	assert.EqualValues(t, spool.Rows(), sum)
}

// unreadable is a list whose gauges can't be read.
type unreadable struct{}

func (unreadable) Tallies(context.Context) (map[suppress.Tally]int64, error) {
	return nil, errors.New("broken")
}

func (unreadable) DeadLetters(context.Context, uint64, int) ([]suppress.DeadLetter, suppress.LetterStats, error) {
	return nil, suppress.LetterStats{}, errors.New("broken")
}

// TestUnreadableGaugesFailTheScrape rather than showing a guess.
func TestUnreadableGaugesFailTheScrape(t *testing.T) {
	m := New(Config{})
	m.Watch(unreadable{}, func() (int64, error) { return 0, errors.New("broken") })
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	assert.Equal(t, http.StatusInternalServerError, w.Code)
}
