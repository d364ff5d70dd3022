package suppress_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
	"github.com/nosend/nosend/suppress/storetest"
)

const day = 24 * time.Hour

// monday is when the tests' stories begin.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Replies that the classifier reads without doubt.
const (
	noUser  = "550 5.1.1 user unknown"
	noHost  = "host unknown"
	full    = "552 5.2.2 mailbox full"
	timeout = "421 4.4.2 connection timed out"
	blocked = "554 5.7.1 your IP 192.0.2.1 is listed at zen.spamhaus.org"
	vague   = "550 no thanks"
)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// story is a list with a clock, to tell histories of one address.
type story struct {
	*suppress.List
	t     testing.TB
	clock *clock
	who   suppress.Address
}

func newStory(t testing.TB, who string) *story {
	store := storetest.NewMemory()
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	c := &clock{now: monday}
	return &story{List: newList(t, suppress.Config{Store: store, Clock: c.Now}), t: t, clock: c, who: address(t, who)}
}

func newList(t testing.TB, c suppress.Config) *suppress.List {
	t.Helper()
	if c.Classifier == nil {
		c.Classifier = classifier(t)
	}
	l, err := suppress.New(c)
	require.NoError(t, err)
	return l
}

// classifier is made once: reading the rules takes longer than most tests.
var classifier = func() func(testing.TB) *classify.Classifier {
	load := sync.OnceValues(classify.New)
	return func(t testing.TB) *classify.Classifier {
		c, err := load()
		require.NoError(t, err)
		return c
	}
}()

func address(t testing.TB, s string) suppress.Address {
	t.Helper()
	a, err := suppress.ParseAddress(s)
	require.NoError(t, err)
	return a
}

// event makes an event of the story's address, now.
func (s *story) event(kind suppress.Kind, message, text string) suppress.Event {
	return suppress.Event{Kind: kind, Recipient: s.who, MessageID: message, Text: text, At: s.clock.Now()}
}

// report sends events as one webhook.
func (s *story) report(events ...suppress.Event) suppress.Report {
	s.t.Helper()
	r, err := s.Record(context.Background(), suppress.Batch{Source: "cmc", Events: events})
	require.NoError(s.t, err)
	return r
}

func (s *story) bounce(message, text string) { s.report(s.event(suppress.KindBounce, message, text)) }

func (s *story) delivered(message string) { s.report(s.event(suppress.KindDelivered, message, "")) }

// after moves the clock to a time since monday.
func (s *story) after(d time.Duration) { s.clock.set(monday.Add(d)) }

// History is all that is known of an address, and what it means now.
func (s *story) History(ctx context.Context, a suppress.Address) (suppress.Answer, suppress.History, error) {
	acc, err := s.Account(ctx, a)
	return acc.Answer, acc.History, err
}

func (s *story) answer() *suppress.Answer {
	s.t.Helper()
	a, err := s.Lookup(context.Background(), s.who, suppress.MailAny)
	require.NoError(s.t, err)
	return &a
}

// standing is what the list says now.
func (s *story) standing() suppress.Standing { return s.answer().Standing }

func ownCSV(t testing.TB) suppress.Format {
	t.Helper()
	format, err := suppress.FormatNamed("csv")
	require.NoError(t, err)
	return format
}

func exported(t testing.TB, l *suppress.List, standings ...suppress.Standing) string {
	t.Helper()
	spool, err := l.Export(context.Background(), suppress.Filter{Standings: standings}, ownCSV(t))
	require.NoError(t, err)
	defer spool.Close()
	data, err := io.ReadAll(spool)
	require.NoError(t, err)
	require.EqualValues(t, len(data), spool.Size())
	return string(data)
}
