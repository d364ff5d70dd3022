package storetest

import (
	"context"
	"fmt"
	"math"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

func (s *suite) testFeedPages() {
	a := address("a@x.jp")
	for i := range 5 {
		s.write([]suppress.Address{a}, suppress.Write{Rows: []*suppress.Row{watched(1)}, Changes: []suppress.Change{
			{Address: a, Kind: suppress.ChangeAdded, At: clock(2 * i), Note: fmt.Sprint(2 * i), Number: 77},
			{Address: a, Kind: suppress.ChangeReleased, At: clock(2*i + 1), Note: fmt.Sprint(2*i + 1)},
		}})
	}
	all := s.changes(0, 100)
	require.Len(s, all, 10)
	for i, c := range all {
		assert.Equal(s, fmt.Sprint(i), c.Note)
		assert.True(s, i == 0 || c.Number > all[i-1].Number, "numbers grow")
	}
	assert.NotZero(s, all[0].Number, "so that after=0 yields everything")
	assert.Equal(s, all[:3], s.changes(0, 3))
	assert.Equal(s, all[3:6], s.changes(all[2].Number, 3))
	assert.Equal(s, all[9:], s.changes(all[8].Number, 100))
	assert.Empty(s, s.changes(all[9].Number, 100))
	assert.Empty(s, s.changes(0, 0), "a limit of none")
	assert.Empty(s, s.changes(math.MaxInt64, 100))
	assert.Empty(s, s.changes(math.MaxUint64, 100))
}

// testFeedConcurrent follows the feed while it is written: a reader that goes
// on from the last number it saw misses nothing and sees nothing twice.
func (s *suite) testFeedConcurrent() {
	const writers, updates = 4, 25
	var writing errgroup.Group
	for w := range writers {
		writing.Go(func() error { return s.feedFrom(w, updates) })
	}
	next := make([]int, writers) // what each writer's next note must be
	after := uint64(0)
	for seen := 0; seen < 2*writers*updates; {
		page, err := s.store.Changes(s.ctx, after, 7)
		require.NoError(s, err, "after %d changes of %d", seen, 2*writers*updates)
		for _, c := range page {
			require.Greater(s, c.Number, after, "numbers grow")
			after = c.Number
			var w, i int
			_, err := fmt.Sscanf(c.Note, "%d-%d", &w, &i)
			require.NoError(s, err)
			require.Equal(s, next[w], i, "a change of writer %d is missing, or out of order", w)
			next[w]++
			seen++
		}
	}
	require.NoError(s, writing.Wait())
	assert.Empty(s, s.changes(after, 100))
}

func (s *suite) feedFrom(writer, updates int) error {
	a := address(fmt.Sprintf("writer%d@x.jp", writer))
	for i := range updates {
		w := suppress.Write{Rows: []*suppress.Row{watched(i)}}
		for k := range 2 {
			w.Changes = append(w.Changes, suppress.Change{Address: a, Kind: suppress.ChangeAdded, Note: fmt.Sprintf("%d-%d", writer, 2*i+k)})
		}
		err := s.store.Update(s.ctx, suppress.Update{Addresses: []suppress.Address{a},
			Apply: func([]*suppress.Row) (suppress.Write, error) { return w, nil }})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *suite) testReopen() {
	if s.reopen == nil {
		s.Skip("this engine keeps nothing")
	}
	a := address("a@x.jp")
	row := fullRow(s)
	s.write([]suppress.Address{a}, suppress.Write{Rows: []*suppress.Row{row}, Changes: []suppress.Change{*filled[suppress.Change](s)},
		Letters: letterBodies("one", "two", "three"), Limits: suppress.LetterLimits{Count: 2, Bytes: 100}})
	before := s.everything()
	s.store = s.reopen(s, s.store)
	assert.Equal(s, before, s.everything())

	last := before.changes[len(before.changes)-1].Number
	s.write(nil, suppress.Write{Changes: []suppress.Change{{Address: a}}, Letters: letterBodies("two", "four"),
		Limits: suppress.LetterLimits{Count: 9, Bytes: 100}})
	assert.Len(s, s.changes(last, 10), 1, "numbers go on")
	assert.Equal(s, []string{"two", "three", "four"}, s.bodies(), "what is there is still known")
}

// contents is all that a store keeps, for comparing.
type contents struct {
	rows    []suppress.Row
	due     []string
	tallies map[suppress.Tally]int64
	changes []suppress.Change
	letters []suppress.DeadLetter
	stats   suppress.LetterStats
}

func (s *suite) everything() (out contents) {
	s.Helper()
	const all = 1 << 20
	ctx := context.WithoutCancel(s.ctx)
	for _, e := range s.entries() {
		out.rows = append(out.rows, s.row(e.Address))
	}
	out.due = s.due(clock(all), all)
	tallies, err := s.store.Tallies(ctx)
	require.NoError(s, err)
	out.tallies = occupied(tallies)
	out.changes, out.letters = s.changes(0, all), s.letters(0, all)
	out.stats, err = s.store.LetterStats(ctx)
	require.NoError(s, err)
	return out
}
