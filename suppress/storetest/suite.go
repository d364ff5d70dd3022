package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// patience is how long a behaviour may take before it counts as stuck.
const patience = 30 * time.Second

// suite is one behaviour's test: an engine, and how to open it again.
type suite struct {
	testing.TB
	ctx    context.Context
	store  suppress.Store
	reopen func(testing.TB, suppress.Store) suppress.Store
}

// Run tests everything that suppress.Store promises, each behaviour as a
// subtest on an empty store of its own. open makes the store and cleans up
// after the test. reopen closes a store and opens what it kept; it is nil for
// an engine that keeps nothing. One behaviour is random: it prints its seed,
// which NOSEND_STORETEST_SEED replays.
func Run(t *testing.T, open func(testing.TB) suppress.Store, reopen func(testing.TB, suppress.Store) suppress.Store) {
	for name, behaviour := range behaviours() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			s := &suite{TB: t, ctx: ctx, store: open(t), reopen: reopen}
			t.Cleanup(s.checkTallies)
			behaviour(s)
		})
	}
}

// behaviours lists what is promised.
func behaviours() map[string]func(*suite) {
	return map[string]func(*suite){
		"empty store":                         (*suite).testEmpty,
		"update stores rows":                  (*suite).testUpdateStores,
		"update sees rows in order":           (*suite).testUpdateSees,
		"update that fails leaves no trace":   (*suite).testUpdateFails,
		"updates of one key in parallel":      (*suite).testParallelOneKey,
		"updates of overlapping sets":         (*suite).testParallelOverlap,
		"updates that wait see each other":    (*suite).testWaitingUpdates,
		"cancelled context":                   (*suite).testCancelled,
		"closed store":                        (*suite).testClosed,
		"strangers and a cancelled context":   (*suite).testStrangersCancelled,
		"strangers and a closed store":        (*suite).testStrangersClosed,
		"results belong to the caller":        (*suite).testOwnership,
		"rows that apply changed in place":    (*suite).testChangedInPlace,
		"every field of a row survives":       (*suite).testRowFields,
		"every field of a change survives":    (*suite).testChangeFields,
		"every field of a letter survives":    (*suite).testLetterFields,
		"times keep microseconds":             (*suite).testMicroseconds,
		"odd addresses":                       (*suite).testOddAddresses,
		"entries of many addresses":           (*suite).testEntries,
		"entries belong to the caller":        (*suite).testEntriesOwned,
		"entries while others write":          (*suite).testEntriesConcurrent,
		"scan of a range":                     (*suite).testScanRange,
		"scan sees one moment":                (*suite).testScanSnapshot,
		"scan while others write":             (*suite).testScanConcurrent,
		"scan stops at an error":              (*suite).testScanStops,
		"due":                                 (*suite).testDue,
		"due follows its entry":               (*suite).testDueFollows,
		"tallies":                             (*suite).testTallies,
		"feed in pages":                       (*suite).testFeedPages,
		"feed while others write":             (*suite).testFeedConcurrent,
		"letters are kept once":               (*suite).testLettersOnce,
		"letters are bounded in number":       (*suite).testLettersCount,
		"letters are bounded in bytes":        (*suite).testLettersBytes,
		"a letter above the limit":            (*suite).testLetterTooLarge,
		"letters of an update that fails":     (*suite).testLettersAtomic,
		"a settled letter is gone":            (*suite).testSettle,
		"a settled letter that is left":       (*suite).testSettleInPlace,
		"a letter that isn't there":           (*suite).testSettleNothing,
		"a letter is settled once":            (*suite).testSettleOnce,
		"reopening keeps everything":          (*suite).testReopen,
		"random operations against the model": (*suite).testRandom,
	}
}

// checkTallies compares the tallies with a recount, after every behaviour.
func (s *suite) checkTallies() {
	ctx := context.Background() // the test's own has ended
	have, err := s.store.Tallies(ctx)
	if errors.Is(err, suppress.ErrClosed) {
		return
	}
	assert.NoError(s, err)
	want := map[suppress.Tally]int64{}
	assert.NoError(s, s.store.Scan(ctx, suppress.Range{}, func(e suppress.Entry) error {
		want[e.Tally()]++
		return nil
	}))
	assert.Equal(s, want, occupied(have), "the tallies differ from a recount")
}

// occupied leaves out the cells with no entry, as a store may.
func occupied(tallies map[suppress.Tally]int64) map[suppress.Tally]int64 {
	out := map[suppress.Tally]int64{}
	for cell, n := range tallies {
		if n != 0 {
			out[cell] = n
		}
	}
	return out
}

func (s *suite) testEmpty() {
	_, err := s.store.Entry(s.ctx, address("a@x.jp"))
	require.ErrorIs(s, err, suppress.ErrNotFound)
	_, err = s.store.Row(s.ctx, address("a@x.jp"))
	require.ErrorIs(s, err, suppress.ErrNotFound)
	assert.Empty(s, s.entries())
	assert.Empty(s, s.due(clock(1000), 10))
	assert.Empty(s, s.changes(0, 10))
	assert.Empty(s, s.letters(0, 10))
	stats, err := s.store.LetterStats(s.ctx)
	require.NoError(s, err)
	assert.Zero(s, stats)
	require.NoError(s, s.store.Update(s.ctx, suppress.Update{
		Apply: func([]*suppress.Row) (suppress.Write, error) { return suppress.Write{}, nil },
	}), "an update of nothing")
}
