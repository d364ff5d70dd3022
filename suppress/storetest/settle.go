package storetest

import (
	"errors"
	"math"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// settle makes an update that settles a letter.
func (s *suite) settle(number uint64, w suppress.Write, addresses ...suppress.Address) error {
	return s.store.Update(s.ctx, suppress.Update{
		Addresses: addresses, Letter: number,
		Apply: func([]*suppress.Row) (suppress.Write, error) { return w, nil },
	})
}

// keepLetters stores letters and returns their numbers.
func (s *suite) keepLetters(bodies ...string) (numbers []uint64) {
	s.Helper()
	s.write(nil, suppress.Write{Letters: letterBodies(bodies...), Limits: roomy()})
	for _, l := range s.letters(0, 1000) {
		numbers = append(numbers, l.Number)
	}
	return numbers
}

func roomy() suppress.LetterLimits { return suppress.LetterLimits{Count: 100, Bytes: 1000} }

func (s *suite) testSettle() {
	numbers := s.keepLetters("a", "bb", "c")
	a := address("a@x.jp")
	require.NoError(s, s.settle(numbers[1], suppress.Write{
		Rows:    []*suppress.Row{held(classify.UserUnknown, clock(0), clock(9))},
		Letters: letterBodies("b1", "c", "b2"), Limits: roomy(),
	}, a))
	assert.Equal(s, []string{"a", "c", "b1", "b2"}, s.bodies(), "what is left of it are letters like any others")
	assert.Len(s, s.row(a).Entry.Reasons, 1)
	s.wantStats(0)

	require.NoError(s, s.settle(numbers[2], suppress.Write{}), "a change of nothing else")
	assert.Equal(s, []string{"a", "b1", "b2"}, s.bodies())
	s.wantStats(0)
	after := s.keepLetters("c")
	assert.Equal(s, []string{"a", "b1", "b2", "c"}, s.bodies(), "its body is not known any more")
	assert.Greater(s, after[3], after[2], "its number is not used again")
}

// testSettleInPlace: the letter itself is left.
func (s *suite) testSettleInPlace() {
	numbers := s.keepLetters("a", "b", "c")
	left := append(letterBodies("new"), letterBodies("b")...)
	left[1].Problem, left[1].ContentType = "another problem", "text/plain"
	foreign := letterBodies("b")[0]
	foreign.Source = "ses"
	left = append(left, foreign)
	for range 2 { // the second time changes nothing
		require.NoError(s, s.settle(numbers[1], suppress.Write{Letters: left, Limits: roomy()}))
		assert.Equal(s, []string{"a", "b", "c", "new", "b"}, s.bodies())
		want := left[1]
		want.Number = numbers[1]
		assert.Equal(s, want, s.letters(numbers[0], 1)[0], "under its number")
		s.wantStats(0)
	}
	require.NoError(s, s.settle(numbers[1], suppress.Write{Letters: left[1:2]}))
	assert.Len(s, s.bodies(), 5, "limits are for new letters")
	require.NoError(s, s.settle(numbers[1], suppress.Write{Letters: left[2:], Limits: roomy()}))
	assert.Equal(s, []string{"a", "c", "new", "b"}, s.bodies(), "the same body of another source is another letter")
	s.wantStats(0)
}

// testSettleNothing: a letter that isn't there, or not any more.
func (s *suite) testSettleNothing() {
	numbers, a := s.keepLetters("a", "b"), address("a@x.jp")
	require.NoError(s, s.settle(numbers[0], suppress.Write{}))
	for _, number := range []uint64{numbers[0], numbers[1] + 1, math.MaxUint64} {
		err := s.settle(number, suppress.Write{
			Rows: []*suppress.Row{watched(1)}, Letters: letterBodies("c"), Limits: roomy(),
			Changes: []suppress.Change{{Address: a, Kind: suppress.ChangeAdded}},
		}, a)
		require.ErrorIs(s, err, suppress.ErrNotFound)
	}
	assert.Equal(s, []string{"b"}, s.bodies())
	assert.Empty(s, s.entries())
	assert.Empty(s, s.changes(0, 10))
	err := s.store.Update(s.ctx, suppress.Update{Letter: numbers[1], Apply: func([]*suppress.Row) (suppress.Write, error) {
		return suppress.Write{}, errApply
	}})
	require.ErrorIs(s, err, errApply)
	assert.Equal(s, []string{"b"}, s.bodies(), "an update that fails settles nothing")
	s.wantStats(0)
}

// testSettleOnce: of several that settle one letter at once, one does.
func (s *suite) testSettleOnce() {
	numbers := s.keepLetters("a", "b")
	var settled atomic.Int64
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			err := s.settle(numbers[0], suppress.Write{})
			if err == nil {
				settled.Add(1)
			}
			if errors.Is(err, suppress.ErrNotFound) {
				return nil
			}
			return err
		})
	}
	require.NoError(s, group.Wait())
	assert.EqualValues(s, 1, settled.Load())
	assert.Equal(s, []string{"b"}, s.bodies())
	s.wantStats(0)
}
