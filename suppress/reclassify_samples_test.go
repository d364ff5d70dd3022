package suppress_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// samples are the labelled replies of testdata/replies as bounces, each of an
// address of its own, by their source.
func samples(t testing.TB) map[string][]suppress.Event {
	t.Helper()
	names, err := filepath.Glob("../testdata/replies/*.tsv")
	require.NoError(t, err)
	out, n := map[string][]suppress.Event{}, 0
	for _, name := range names {
		file, err := os.Open(name)
		require.NoError(t, err)
		reader := csv.NewReader(file)
		reader.Comma = '\t'
		rows, err := reader.ReadAll()
		require.NoError(t, err, name)
		require.NoError(t, file.Close())
		require.Equal(t, []string{"rule", "class", "category", "status", "code", "domain", "source", "provider_code", "text"}, rows[0], name)
		for _, f := range rows[1:] {
			code, err := strconv.Atoi(cmp.Or(f[4], "0"))
			require.NoError(t, err, name)
			n++
			source := cmp.Or(f[6], "nobody")
			out[source] = append(out[source], suppress.Event{
				Kind: suppress.KindBounce, Recipient: address(t, fmt.Sprintf("user%d@%s", n, cmp.Or(f[5], "example.com"))), MessageID: name,
				Status: f[3], Code: code, ProviderCode: f[7], Text: f[8], At: monday,
			})
		}
	}
	require.Greater(t, n, 600)
	return out
}

// rowsOf is all that is stored of every address.
func rowsOf(t testing.TB, l *suppress.List) (out []suppress.Row) {
	t.Helper()
	for _, e := range entriesOf(t, l) {
		row, err := l.Store.Row(t.Context(), e.Address)
		require.NoError(t, err)
		out = append(out, row)
	}
	return out
}

// TestReclassifySamples: no reply that a rule is known by, be it for a domain
// or for a provider's code, is judged otherwise by what is kept of it.
func TestReclassifySamples(t *testing.T) {
	l := newList(t, suppress.Config{Store: storetest.NewMemory(), Clock: (&clock{now: monday}).Now})
	all, domains := 0, 0
	for source, events := range samples(t) {
		_, err := l.Record(t.Context(), suppress.Batch{Source: source, Events: events})
		require.NoError(t, err)
		all += len(events)
		for _, e := range events {
			if e.Recipient.Domain() != "example.com" {
				domains++
			}
		}
	}
	require.Greater(t, domains, 3, "some are judged by the recipient's domain")
	before := rowsOf(t, l)
	got := reclassified(t, l, false)
	assert.Less(t, got.Cut, all/50, "most are kept whole")
	got.Cut = 0
	assert.Equal(t, suppress.Reclassified{Examined: all}, got)
	after := rowsOf(t, l)
	require.Len(t, after, len(before))
	for i := range before {
		assert.Equal(t, before[i], after[i])
	}
}
