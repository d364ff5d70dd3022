package suppress_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

// outcome is what must not depend on order, batching, repetition and restart.
type outcome struct {
	answer  suppress.Answer
	csv     string
	tallies map[suppress.Tally]int64
}

// TestOrderDoesNotMatter is the third invariant, over random histories of up
// to 20 messages: told in any order, in batches of any size, with repetitions
// and restarts, they give the same entry, CSV row and gauges.
func TestOrderDoesNotMatter(t *testing.T) {
	rounds := 150
	if testing.Short() {
		rounds = 30
	}
	seed := testSeed(t)
	for round := range rounds {
		rng := rand.New(rand.NewPCG(seed, uint64(round)))
		events := randomHistory(t, rng)
		want := tell(t, rng, events, false)
		for range 4 {
			shuffled := append([]suppress.Event(nil), events...)
			// A delivery to an address without an entry isn't kept, so the
			// first event, which makes the entry, stays where it is.
			rest := shuffled[1:]
			rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
			for range rng.IntN(5) {
				shuffled = append(shuffled, events[rng.IntN(len(events))])
			}
			require.Equal(t, want, tell(t, rng, shuffled, true), "seed %d, round %d: replay with NOSEND_TEST_SEED", seed, round)
		}
	}
}

func testSeed(t testing.TB) uint64 {
	if s := os.Getenv("NOSEND_TEST_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
		return seed
	}
	return rand.Uint64()
}

// randomHistory makes events about up to 20 messages to one address, over
// half a year; the first one makes an entry.
func randomHistory(t testing.TB, rng *rand.Rand) []suppress.Event {
	who := address(t, "a@example.com")
	texts := []string{noUser, noHost, full, full, full, timeout, timeout, blocked, vague, vague, "552 5.2.2 over quota", ""}
	kinds := []suppress.Kind{suppress.KindComplaint, suppress.KindUnsubscribe, suppress.KindUpstream, suppress.KindUpstreamReleased,
		suppress.KindDelivered, suppress.KindDelivered, suppress.KindQueued, suppress.KindDeferred, suppress.KindOther}
	random := func(kind suppress.Kind, message int) suppress.Event {
		e := suppress.Event{Kind: kind, Recipient: who, MessageID: fmt.Sprint("m", message),
			At: monday.Add(time.Duration(rng.IntN(180*24)) * time.Hour)}
		if kind == suppress.KindBounce {
			e.Text = texts[rng.IntN(len(texts))]
			e.ProviderCode = []string{"", "2", "5", "99"}[rng.IntN(4)]
		}
		return e
	}
	events := []suppress.Event{random(suppress.KindBounce, 0)}
	for message := range 1 + rng.IntN(20) {
		for range 1 + rng.IntN(3) {
			kind := suppress.KindBounce
			if rng.IntN(3) == 0 {
				kind = kinds[rng.IntN(len(kinds))]
			}
			events = append(events, random(kind, message))
		}
	}
	return events
}

// tell reports events to a list in a real file, in random batches and with
// restarts between some.
func tell(t testing.TB, rng *rand.Rand, events []suppress.Event, restart bool) outcome {
	path := filepath.Join(t.TempDir(), "list.db")
	c := &clock{now: monday.Add(200 * day)}
	var store *boltstore.Store
	var list *suppress.List
	open := func() {
		var err error
		store, err = boltstore.Open(path, boltstore.Options{})
		require.NoError(t, err)
		list = newList(t, suppress.Config{Store: store, Clock: c.Now})
	}
	open()
	for len(events) > 0 {
		n := 1 + rng.IntN(min(6, len(events)))
		_, err := list.Record(context.Background(), suppress.Batch{Source: "cmc", Events: events[:n]})
		require.NoError(t, err)
		events = events[n:]
		if restart && rng.IntN(8) == 0 {
			require.NoError(t, store.Close())
			open()
		}
	}
	defer func() { require.NoError(t, store.Close()) }()
	require.NoError(t, store.Check(context.Background()))
	return look(t, list)
}

func look(t testing.TB, list *suppress.List) outcome {
	a, err := list.Lookup(context.Background(), address(t, "a@example.com"), suppress.MailAny)
	require.NoError(t, err)
	tallies, err := list.Tallies(context.Background())
	require.NoError(t, err)
	for cell, n := range tallies {
		if n == 0 {
			delete(tallies, cell)
		}
	}
	return outcome{answer: a, csv: exported(t, list, suppress.Standings()...), tallies: tallies}
}

// TestSoftNeverSuppressesOnOneMessage is the fourth invariant, over random
// soft and unknown replies, reported as often as you like.
func TestSoftNeverSuppressesOnOneMessage(t *testing.T) {
	for _, text := range []string{full, timeout, blocked, vague, "450 4.7.1 greylisted", "554 5.4.6 routing loop", "550 5.7.1 relay access denied"} {
		s := newStory(t, "a@example.com")
		for n := range 50 {
			s.after(time.Duration(n) * day)
			s.bounce("m1", text)
			require.False(t, s.answer().Suppressed(), text)
		}
		assert.Equal(t, 1, s.answer().Bounces)
	}
}
