package suppress_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// misjudged is a list with a few more entries than one transaction of
// Reclassify changes, all of which the rules of today judge otherwise.
func misjudged(t testing.TB, today suppress.Classifier) (*suppress.List, *spied) {
	spy := &spied{Store: storetest.NewMemory()}
	l := newList(t, suppress.Config{Store: spy, Clock: (&clock{now: monday}).Now})
	var many []suppress.Address
	for i := range 103 {
		many = append(many, address(t, fmt.Sprintf("user%03d@example.com", i)))
	}
	bounces(t, l, noUser, many...)
	l.Classifier = today
	*spy = spied{Store: spy.Store}
	return l, spy
}

// ended is the list and its feed.
func ended(t testing.TB, l *suppress.List) (list string, feed []suppress.Change) {
	t.Helper()
	feed, err := l.Changes(t.Context(), 0, 1000)
	require.NoError(t, err)
	return exported(t, l, suppress.Standings()...), feed
}

// TestReclassifyFaults: whichever call of the store fails, the caller hears of
// it, and doing it again ends in the same list, with each change told once.
func TestReclassifyFaults(t *testing.T) {
	today := rules(t, "own\tspam_content\t\tuser unknown\tanother category")
	clean, spy := misjudged(t, today)
	require.Len(t, reclassified(t, clean, false).Changed, 103)
	calls := spy.calls
	require.Equal(t, 1+103+2, calls, "a scan, the rows, and two transactions")
	wantList, wantFeed := ended(t, clean)
	for _, stored := range []bool{false, true} {
		for fault := 1; fault <= calls; fault++ {
			if stored && fault <= 1+103 {
				continue // reads store nothing
			}
			l, spy := misjudged(t, today)
			spy.fault, spy.stored = fault, stored
			got, err := l.Reclassify(t.Context(), suppress.Reclassification{By: "aiko"})
			require.ErrorIs(t, err, errFault, "call %d, stored %t", fault, stored)
			require.ErrorContains(t, err, "reclassify: ")
			require.Zero(t, got, "call %d, stored %t", fault, stored)
			reclassified(t, l, false)
			list, feed := ended(t, l)
			require.Equal(t, wantList, list, "call %d, stored %t", fault, stored)
			require.Equal(t, wantFeed, feed, "call %d, stored %t", fault, stored)
		}
	}
}

// TestReclassifyFaultsOfADryRun are no answer either.
func TestReclassifyFaultsOfADryRun(t *testing.T) {
	l, spy := misjudged(t, rules(t, "own\tspam_content\t\tuser unknown\tanother category"))
	list, feed := ended(t, l)
	for fault := 1; fault <= 1+103; fault++ {
		spy.calls, spy.fault = 0, fault
		got, err := l.Reclassify(t.Context(), suppress.Reclassification{DryRun: true})
		require.ErrorIs(t, err, errFault, "call %d", fault)
		require.Zero(t, got, "call %d", fault)
	}
	assert.Empty(t, spy.updates)
	spy.fault = 0
	after, told := ended(t, l)
	assert.Equal(t, list, after)
	assert.Equal(t, feed, told)
}

// TestReclassifyIsToldOfOnce: the metrics hear what the rules of today made of
// each bounce, and nothing of a dry run or of what stays.
func TestReclassifyIsToldOfOnce(t *testing.T) {
	var d diary
	l := newList(t, suppress.Config{Store: restless{storetest.NewMemory()}, Clock: (&clock{now: monday}).Now, Observer: &d})
	bounces(t, l, "550 the frobnicator is off", address(t, "a@example.com"))
	bounces(t, l, full, address(t, "b@example.com"))
	l.Classifier = rules(t, "own\tmailbox_disabled\t\tthe frobnicator is off\tgone for good")
	d.lines = nil
	reclassified(t, l, true)
	assert.Empty(t, d.lines, "a dry run")
	reclassified(t, l, false)
	assert.Equal(t, []string{"verdict unknown hard\n", "changed added bounce\n"}, d.lines)
	d.lines = nil
	reclassified(t, l, false)
	assert.Empty(t, d.lines, "nothing was left")
}
