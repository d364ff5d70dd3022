package suppress_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

// onDisk is a list over a real file.
func onDisk(t testing.TB) *suppress.List {
	dir := t.TempDir()
	store, err := boltstore.Open(filepath.Join(dir, "nosend.db"), boltstore.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return newList(t, suppress.Config{Store: store, SpoolDir: dir, Clock: (&clock{now: monday}).Now})
}

// pages reads all that a filter selects, some entries at a time.
func pages(t testing.TB, l *suppress.List, f suppress.Filter, limit int) (out []suppress.Answer) {
	t.Helper()
	for cursor := ""; ; {
		p, err := l.Page(t.Context(), f, cursor, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(p.Entries), limit)
		out = append(out, p.Entries...)
		if p.Next == "" {
			return out
		}
		cursor = p.Next
	}
}

// bounces reports one bounce of each address.
func bounces(t testing.TB, l *suppress.List, text string, addresses ...suppress.Address) {
	t.Helper()
	b := suppress.Batch{Source: "cmc"}
	for _, a := range addresses {
		b.Events = append(b.Events, suppress.Event{Kind: suppress.KindBounce, Recipient: a, MessageID: text + a.String(), Text: text, At: monday})
	}
	_, err := l.Record(context.Background(), b)
	require.NoError(t, err)
}

// TestPagesUnderWrites: while others come before, between and behind, what was
// there throughout is on exactly one page, in order.
func TestPagesUnderWrites(t *testing.T) {
	l, seed := onDisk(t), testSeed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	steady := map[string]bool{}
	var batch []suppress.Address
	for range 400 {
		a := address(t, fmt.Sprintf("steady%d@d%d.example", rng.IntN(1e6), rng.IntN(20)))
		steady[a.String()] = true
		if !slices.ContainsFunc(batch, func(b suppress.Address) bool { return b.String() == a.String() }) {
			batch = append(batch, a)
		}
	}
	bounces(t, l, noUser, batch...)
	ctx, stop := context.WithCancel(t.Context())
	var writers errgroup.Group
	for w := range 2 {
		writers.Go(func() error { return churn(ctx, l, rand.New(rand.NewPCG(seed, uint64(w+1))), batch) })
	}
	for round := range 20 {
		seen, last := map[string]int{}, ""
		for _, e := range pages(t, l, suppress.Filter{Standings: suppress.Standings()}, 1+rng.IntN(60)) {
			seen[e.Address.String()]++
			require.Less(t, last, e.Address.Key(), "seed %d, round %d", seed, round)
			last = e.Address.Key()
		}
		for a := range steady {
			require.Equal(t, 1, seen[a], "%s: seed %d, round %d", a, seed, round)
		}
	}
	stop()
	require.NoError(t, writers.Wait())
	assert.Greater(t, len(pages(t, l, suppress.Filter{Standings: suppress.Standings()}, 1000)), len(batch), "nobody wrote")
}

// churn adds addresses and changes known ones, until it is stopped.
func churn(ctx context.Context, l *suppress.List, rng *rand.Rand, known []suppress.Address) error {
	for n := 0; ctx.Err() == nil; n++ {
		a := known[rng.IntN(len(known))]
		if n%2 == 0 {
			var err error
			if a, err = suppress.ParseAddress(fmt.Sprintf("new%d@d%d.example", rng.IntN(1e6), rng.IntN(20))); err != nil {
				return err
			}
		}
		event := suppress.Event{Kind: suppress.KindBounce, Recipient: a, MessageID: fmt.Sprint(rng.Uint64()), Text: full, At: monday}
		if _, err := l.Record(context.WithoutCancel(ctx), suppress.Batch{Source: "ses", Events: []suppress.Event{event}}); err != nil {
			return err
		}
	}
	return nil
}

// mixed is a list with entries of many kinds.
func mixed(t testing.TB) *suppress.List {
	l := onDisk(t)
	for i, text := range []string{noUser, noHost, full, timeout, blocked, vague} {
		for _, domain := range []string{"example.com", "sub.example.com", "bücher.example", "example.co"} {
			bounces(t, l, text, address(t, fmt.Sprintf("user%d@%s", i, domain)))
		}
	}
	for i, state := range []suppress.Standing{suppress.Suppressed, suppress.Allowed} {
		_, err := l.Decide(t.Context(), address(t, fmt.Sprintf("Taro.%d@Example.com", i)), suppress.Decision{Standing: state, By: "aiko", Note: "asked"})
		require.NoError(t, err)
	}
	_, err := l.Release(t.Context(), address(t, "user0@example.co"), "", "aiko")
	require.NoError(t, err)
	events := []suppress.Event{
		{Kind: suppress.KindComplaint, Recipient: address(t, "c@example.com"), MessageID: "c", At: monday.Add(-3 * day)},
		{Kind: suppress.KindUpstream, Recipient: address(t, "u@example.com"), MessageID: "u", Text: "Refused HERE", At: monday.Add(-time.Hour)},
		{Kind: suppress.KindUpstreamReleased, Recipient: address(t, "r@example.com"), MessageID: "r", At: monday},
	}
	_, err = l.Record(t.Context(), suppress.Batch{Source: "ses", Events: events})
	require.NoError(t, err)
	return l
}

// TestFilters alone: what each selects.
func TestFilters(t *testing.T) {
	l, all := mixed(t), suppress.Standings()
	for name, test := range map[string]struct {
		filter suppress.Filter
		want   string
	}{
		"none":     {suppress.Filter{Domain: "example.com"}, "c@example.com taro.0@example.com u@example.com user0@example.com user1@example.com"},
		"state":    {suppress.Filter{Standings: []suppress.Standing{suppress.Allowed, suppress.Released}}, "user0@example.co taro.1@example.com"},
		"class":    {suppress.Filter{Standings: all, Classes: []suppress.Class{"unknown"}, Domain: "example.co"}, "user5@example.co"},
		"category": {suppress.Filter{Standings: all, Categories: []suppress.Category{"blocklisted", "mailbox_full"}, Domain: "example.co"}, "user2@example.co user4@example.co"},
		"origin":   {suppress.Filter{Origins: []suppress.Origin{suppress.OriginComplaint, suppress.OriginManual}}, "c@example.com taro.0@example.com"},
		"source":   {suppress.Filter{Standings: all, Sources: []string{"aiko"}}, "taro.0@example.com taro.1@example.com"},
		"domain":   {suppress.Filter{Domain: suppress.NormalDomain("BÜCHER.example.")}, "user0@xn--bcher-kva.example user1@xn--bcher-kva.example"},
		"reason":   {suppress.Filter{Standings: all, Reason: "refused here"}, "u@example.com"},
		"since":    {suppress.Filter{Since: monday, Domain: "example.com"}, "taro.0@example.com user0@example.com user1@example.com"},
		"until":    {suppress.Filter{Until: monday}, "c@example.com u@example.com"},
		"no time":  {suppress.Filter{Standings: all, Until: monday}, "c@example.com u@example.com"}, // others have no reason, and so none
		"between":  {suppress.Filter{Since: monday.Add(-2 * day), Until: monday}, "u@example.com"},
		"query":    {suppress.Filter{Standings: all, Query: "TARO."}, "taro.0@example.com taro.1@example.com"},
		"across":   {suppress.Filter{Query: "0@example.c"}, "taro.0@example.com user0@example.com"},
		"spelling": {suppress.Filter{Query: "Bücher"}, "user0@xn--bcher-kva.example user1@xn--bcher-kva.example"},
		"together": {suppress.Filter{Classes: []suppress.Class{"hard"}, Origins: []suppress.Origin{suppress.OriginUpstream}, Sources: []string{"ses"}, Query: "u"}, "u@example.com"},
		"nothing":  {suppress.Filter{Classes: []suppress.Class{"soft"}, Origins: []suppress.Origin{suppress.OriginManual}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range pages(t, l, test.filter, 3) {
				got = append(got, e.Address.String())
			}
			assert.Equal(t, test.want, strings.Join(got, " "))
		})
	}
}

// TestFiltersTogether: pages of any size, the count, and the export select the
// same, which is what the single conditions select in common.
func TestFiltersTogether(t *testing.T) {
	l, seed := mixed(t), testSeed(t)
	everything := pages(t, l, suppress.Filter{Standings: suppress.Standings()}, 1000)
	require.Len(t, everything, 29)
	for round := range 300 {
		rng := rand.New(rand.NewPCG(seed, uint64(round)))
		singles := randomConditions(rng)
		var f suppress.Filter
		want := map[string]int{}
		for _, single := range singles {
			single(&f)
		}
		for _, set := range singles {
			one := suppress.Filter{Standings: f.Standings}
			set(&one)
			for _, e := range pages(t, l, one, 1000) {
				want[e.Address.String()]++
			}
		}
		var expected, got []string
		for _, e := range everything {
			if want[e.Address.String()] == len(singles) {
				expected = append(expected, e.Address.String())
			}
		}
		for _, e := range pages(t, l, f, 1+rng.IntN(10)) {
			got = append(got, e.Address.String())
		}
		require.Equal(t, expected, got, "seed %d, round %d: %+v", seed, round, f)
		count, err := l.Count(t.Context(), f)
		require.NoError(t, err)
		require.EqualValues(t, len(expected), count, "seed %d, round %d: %+v", seed, round, f)
		spool, err := l.Export(t.Context(), f, ownCSV(t))
		require.NoError(t, err)
		require.Equal(t, len(expected), spool.Rows())
		require.NoError(t, spool.Close())
	}
}

// randomConditions returns some conditions of a filter.
func randomConditions(rng *rand.Rand) []func(*suppress.Filter) {
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	states := suppress.Standings()[:1+rng.IntN(5)]
	class, category := pick("hard", "soft", "unknown", "none"), pick("user_unknown", "mailbox_full", "none", "suppressed")
	origin, source := pick("bounce", "manual", "upstream"), pick("cmc", "ses", "aiko")
	domain, query, reason := pick("example.com", "example.co"), pick("user", "1@", "TARO"), pick("550", "ER", "full")
	when := monday.Add(time.Duration(rng.IntN(3)-1) * time.Hour)
	conditions := []func(*suppress.Filter){
		func(f *suppress.Filter) { f.Classes = []suppress.Class{suppress.Class(class)} },
		func(f *suppress.Filter) {
			f.Categories = []suppress.Category{suppress.Category(category), "host_unknown"}
		},
		func(f *suppress.Filter) { f.Origins = []suppress.Origin{suppress.Origin(origin), "complaint"} },
		func(f *suppress.Filter) { f.Sources = []string{source} },
		func(f *suppress.Filter) { f.Domain = domain },
		func(f *suppress.Filter) { f.Query = query },
		func(f *suppress.Filter) { f.Reason = reason },
		func(f *suppress.Filter) { f.Since = when },
		func(f *suppress.Filter) { f.Until = when },
	}
	rng.Shuffle(len(conditions), func(i, j int) { conditions[i], conditions[j] = conditions[j], conditions[i] })
	state := func(f *suppress.Filter) { f.Standings = states }
	return append([]func(*suppress.Filter){state}, conditions[:rng.IntN(4)]...)
}

// TestPageReadsInParts: a filter that selects one entry of very many gives
// pages without entries, and none reads more than 100,000.
func TestPageReadsInParts(t *testing.T) {
	l := onDisk(t)
	bounces(t, l, noUser, address(t, "last@example.net"))
	like, err := l.Store.Row(t.Context(), address(t, "last@example.net"))
	require.NoError(t, err)
	var many []suppress.Address
	for i := range 200_000 {
		many = append(many, address(t, fmt.Sprintf("user%06d@example.com", i)))
	}
	require.NoError(t, l.Store.Update(t.Context(), suppress.Update{Addresses: many, Apply: func([]*suppress.Row) (suppress.Write, error) {
		return suppress.Write{Rows: slices.Repeat([]*suppress.Row{&like}, len(many))}, nil
	}}))
	var sizes, scanned []int
	for cursor, more := "", true; more; more = cursor != "" {
		p, err := l.Page(t.Context(), suppress.Filter{Query: "last"}, cursor, 10)
		require.NoError(t, err)
		sizes, scanned, cursor = append(sizes, len(p.Entries)), append(scanned, p.Scanned), p.Next
	}
	assert.Equal(t, []int{0, 0, 1}, sizes)
	assert.Equal(t, []int{100_000, 100_000, 1}, scanned)
	spy := &spied{Store: l.Store}
	l.Store = spy
	for want, f := range map[int64]suppress.Filter{1: {Query: "last"}, 200_001: {Classes: []suppress.Class{"hard"}}} {
		count, err := l.Count(t.Context(), f)
		require.NoError(t, err)
		assert.Equal(t, want, count)
	}
	assert.Equal(t, []int{100_001, 100_001, 1}, spy.scans, "a count reads in parts too, and one more to see whether there is one")
}

func TestBadCursors(t *testing.T) {
	l := mixed(t)
	for _, cursor := range []string{"?", "x", "ZXhhbXBsZS5jb20", "AGE", "eC5qcAA", "ZXhhbXBsZS5jb20AYQ=="} {
		_, err := l.Page(t.Context(), suppress.Filter{}, cursor, 10)
		assert.ErrorIs(t, err, suppress.ErrCursor, cursor)
	}
	// A cursor is a place in the order, not an entry: one that is gone serves.
	p, err := l.Page(t.Context(), suppress.Filter{}, "ZXhhbXBsZS5jb20AdGFybw", 1) // taro
	require.NoError(t, err)
	assert.Equal(t, "taro.0@example.com", p.Entries[0].Address.String())
}

// TestFormatsChooseTheirEntries: what a format is for is exported where no
// standing is named.
func TestFormatsChooseTheirEntries(t *testing.T) {
	l := mixed(t)
	format, err := suppress.FormatNamed("ses-delete")
	require.NoError(t, err)
	spool, err := l.Export(t.Context(), suppress.Filter{}, format)
	require.NoError(t, err)
	defer spool.Close()
	data, err := io.ReadAll(spool)
	require.NoError(t, err)
	assert.Equal(t, "user0@example.co\ntaro.1@example.com\n", string(data))
}
