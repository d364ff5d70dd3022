package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

// oddAddresses are keys that engines get wrong: prefixes of one another,
// quotes, wildcards, punctuation that collations skip, letters that they take
// for the same, and characters whose order differs between UTF-8 and UTF-16.
func oddAddresses() []suppress.Address {
	var out []suppress.Address
	for _, s := range []string{
		"a@x", "aa@x", "a@x.jp", "a@x-jp", "a@x_jp", "a@xx", "b@x", "ab@x", "a.b@x", "a-b@x", "a_b@x", "a+b@x", "a%b@x",
		`a\b@x`, "a'b@x", "a/b@x", "a;b@x", `"q q"@x`, `"q@q"@x`, `"\"@x`, `"\"\""@x`, "*@x", "%@x", "_@x", "?@x", "-@x", ".@x",
		"foo..bar@docomo.ne.jp", "foo.@docomo.ne.jp", "ü@bücher.example", "u@bucher.example", "é@x", "e@x", "ı@x", "i@x",
		"ßß@x", "日本@例え.jp", "\U0001F600@x", "\uFB01@x", "\uE000@x", "user@[192.0.2.1]", "user@[IPv6:2001:db8::1]",
		strings.Repeat("l", 300) + "@long.example", strings.Repeat("l", 299) + "@long.example", "l@" + strings.Repeat("d", 300),
	} {
		out = append(out, address(s))
	}
	return out
}

func (s *suite) testOddAddresses() {
	addresses := oddAddresses()
	want := map[string]int{}
	for i, a := range addresses {
		s.put(a, watched(i+1))
		want[a.Key()] = i + 1
	}
	require.Len(s, want, len(addresses), "two of the test's addresses are the same")
	for key, n := range want {
		a, err := suppress.AddressFromKey(key)
		require.NoError(s, err)
		assert.Equal(s, n, s.bounces(a), a)
	}
	var keys []string
	for _, e := range s.entries() {
		assert.Equal(s, want[e.Address.Key()], e.Bounces, e.Address)
		keys = append(keys, e.Address.Key())
	}
	assert.Len(s, keys, len(addresses))
	assert.True(s, slices.IsSorted(keys), "not in the order of the keys' bytes: %q", keys)
	_, err := s.store.Entry(s.ctx, address("aaa@x"))
	assert.ErrorIs(s, err, suppress.ErrNotFound)
}

// testScanRange: every domain, from every place on, is what the whole has of
// it.
func (s *suite) testScanRange() {
	addresses := oddAddresses()
	s.write(addresses, suppress.Write{Rows: slices.Repeat([]*suppress.Row{watched(1)}, len(addresses))})
	all := s.entries()
	domains, places := []string{"", "nobody.example", "x."}, []string{"", "\x00", "x", "zzz\x00zzz"}
	for _, e := range all {
		domains = append(domains, e.Address.Domain())
		places = append(places, e.Address.Key(), e.Address.Key()+"\x00", e.Address.Key()[:len(e.Address.Key())-1])
	}
	for _, domain := range domains {
		for _, after := range places {
			var want, got []string
			for _, e := range all {
				if e.Address.Key() > after && (domain == "" || e.Address.Domain() == domain) {
					want = append(want, e.Address.Key())
				}
			}
			require.NoError(s, s.store.Scan(s.ctx, suppress.Range{After: after, Domain: domain}, func(e suppress.Entry) error {
				got = append(got, e.Address.Key())
				return nil
			}))
			require.Equal(s, want, got, "domain %q after %q", domain, after)
		}
	}
}

// testScanSnapshot writes from inside a scan: the writer must not wait for it,
// and the scan must not see what it wrote.
func (s *suite) testScanSnapshot() {
	addresses := numbered(200)
	s.write(addresses, suppress.Write{Rows: slices.Repeat([]*suppress.Row{watched(1)}, len(addresses))})
	seen := 0
	require.NoError(s, s.store.Scan(s.ctx, suppress.Range{}, func(e suppress.Entry) error {
		if seen == 0 {
			changed := increment(append(addresses, address("zz-new@example.jp"))...)
			if err := s.store.Update(s.ctx, changed); err != nil {
				return fmt.Errorf("an update while a scan runs: %w", err)
			}
		}
		seen++
		assert.Equal(s, 1, e.Bounces, "%s was written after the scan began", e.Address)
		return nil
	}))
	assert.Equal(s, len(addresses), seen)
	assert.Len(s, s.entries(), len(addresses)+1)
}

// testScanConcurrent: pairs that are always written together are never seen
// apart.
func (s *suite) testScanConcurrent() {
	pairs := numbered(40)
	s.write(pairs, suppress.Write{Rows: slices.Repeat([]*suppress.Row{watched(1)}, len(pairs))})
	ctx, stop := context.WithCancel(s.ctx)
	var writers errgroup.Group
	for first := range 2 {
		writers.Go(func() error { return s.incrementPairs(ctx, pairs, first) })
	}
	for range 30 {
		var entries []suppress.Entry
		require.NoError(s, s.store.Scan(s.ctx, suppress.Range{}, func(e suppress.Entry) error {
			runtime.Gosched() // so that others come between, if they can
			entries = append(entries, e)
			return nil
		}))
		require.Len(s, entries, len(pairs))
		for i := range len(pairs) / 2 {
			assert.Equal(s, entries[i].Bounces, entries[len(pairs)-1-i].Bounces, "the scan saw half of an update")
		}
	}
	stop()
	require.NoError(s, writers.Wait())
}

// incrementPairs updates every second pair, the first with the last and so on,
// until it is stopped.
func (s *suite) incrementPairs(ctx context.Context, pairs []suppress.Address, first int) error {
	for i := first; ; i = (i + 2) % (len(pairs) / 2) {
		err := s.store.Update(ctx, increment(pairs[i], pairs[len(pairs)-1-i]))
		switch {
		case errors.Is(err, context.Canceled):
			return nil
		case err != nil:
			return err
		}
	}
}

func (s *suite) testScanStops() {
	addresses := numbered(5)
	s.write(addresses, suppress.Write{Rows: slices.Repeat([]*suppress.Row{watched(1)}, len(addresses))})
	enough, seen := errors.New("enough"), 0
	err := s.store.Scan(s.ctx, suppress.Range{}, func(suppress.Entry) error {
		if seen++; seen == 3 {
			return enough
		}
		return nil
	})
	require.ErrorIs(s, err, enough)
	assert.Equal(s, 3, seen)

	ctx, cancel := context.WithCancel(s.ctx)
	err = s.store.Scan(ctx, suppress.Range{}, func(suppress.Entry) error { cancel(); return nil })
	require.ErrorIs(s, err, context.Canceled, "a scan notices that it isn't wanted any more")
}
