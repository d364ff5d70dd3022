package storetest

import (
	"math"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// letterBodies makes letters of one source.
func letterBodies(bodies ...string) []suppress.DeadLetter {
	out := make([]suppress.DeadLetter, len(bodies))
	for i, body := range bodies {
		out[i] = suppress.DeadLetter{Source: "cmc", Received: clock(i), Problem: "not JSON", Body: []byte(body)}
	}
	return out
}

func (s *suite) bodies() []string {
	s.Helper()
	out := []string{}
	for _, l := range s.letters(0, 1000) {
		out = append(out, string(l.Body))
	}
	return out
}

// wantStats checks the counts, and that they are those of the letters kept.
func (s *suite) wantStats(dropped int) {
	s.Helper()
	have, err := s.store.LetterStats(s.ctx)
	require.NoError(s, err)
	want := suppress.LetterStats{Dropped: int64(dropped)}
	for _, l := range s.letters(0, 1000) {
		want.Count++
		want.Bytes += int64(len(l.Body))
	}
	assert.Equal(s, want, have)
}

func (s *suite) testLettersOnce() {
	limits := suppress.LetterLimits{Count: 10, Bytes: 1000}
	s.write(nil, suppress.Write{Letters: letterBodies("a", "b", "a"), Limits: limits})
	again := letterBodies("b", "c", "a")
	again[0].Received, again[0].Problem = clock(500), "another problem"
	s.write(nil, suppress.Write{Letters: again, Limits: limits})
	assert.Equal(s, []string{"a", "b", "c"}, s.bodies(), "the same body of the same source is kept once")
	assert.Equal(s, clock(1), s.letters(0, 10)[1].Received, "the first one stays")
	s.wantStats(0)

	other := letterBodies("a", "", "\x00\xff")
	other[0].Source = "ses"
	s.write(nil, suppress.Write{Letters: other, Limits: limits})
	assert.Equal(s, []string{"a", "b", "c", "a", "", "\x00\xff"}, s.bodies(), "another source is another letter; a body is any bytes")
	s.wantStats(0)

	all := s.letters(0, 10)
	assert.Equal(s, all[2:4], s.letters(all[1].Number, 2), "pages")
	assert.Empty(s, s.letters(0, 0), "a limit of none")
	assert.Empty(s, s.letters(math.MaxUint64, 10))
}

func (s *suite) testLettersCount() {
	limits := suppress.LetterLimits{Count: 3, Bytes: 1000}
	s.write(nil, suppress.Write{Letters: letterBodies("1", "2", "3", "4", "5"), Limits: limits})
	assert.Equal(s, []string{"3", "4", "5"}, s.bodies(), "the oldest are dropped")
	s.wantStats(2)
	last := s.letters(0, 10)[2].Number
	s.write(nil, suppress.Write{Letters: letterBodies("1", "4"), Limits: limits})
	assert.Equal(s, []string{"4", "5", "1"}, s.bodies(), "what was dropped is not known any more")
	assert.Greater(s, s.letters(0, 10)[2].Number, last, "numbers are not used again")
	s.wantStats(3)
	s.write(nil, suppress.Write{Letters: letterBodies("6"), Limits: suppress.LetterLimits{Count: 1, Bytes: 1000}})
	assert.Equal(s, []string{"6"}, s.bodies(), "a lower limit holds from the next letter on")
	s.wantStats(6)
}

func (s *suite) testLettersBytes() {
	limits := suppress.LetterLimits{Count: 100, Bytes: 10}
	s.write(nil, suppress.Write{Letters: letterBodies("aaaa", "bbb", "ccc"), Limits: limits})
	assert.Equal(s, []string{"aaaa", "bbb", "ccc"}, s.bodies(), "exactly at the limit")
	s.wantStats(0)
	s.write(nil, suppress.Write{Letters: letterBodies("d"), Limits: limits})
	assert.Equal(s, []string{"bbb", "ccc", "d"}, s.bodies())
	s.wantStats(1)
	s.write(nil, suppress.Write{Letters: letterBodies("eeeeeeeeee"), Limits: limits})
	assert.Equal(s, []string{"eeeeeeeeee"}, s.bodies(), "as many are dropped as it takes")
	s.wantStats(4)
}

// testLetterTooLarge: a letter that can't be kept doesn't push out the others.
func (s *suite) testLetterTooLarge() {
	limits := suppress.LetterLimits{Count: 3, Bytes: 10}
	s.write(nil, suppress.Write{Letters: letterBodies("a", strings.Repeat("x", 11), "b"), Limits: limits})
	assert.Equal(s, []string{"a", "b"}, s.bodies())
	s.wantStats(1)
	s.write(nil, suppress.Write{Letters: letterBodies("c")})
	assert.Equal(s, []string{"a", "b"}, s.bodies(), "limits of nothing")
	s.wantStats(2)
}

func (s *suite) testLettersAtomic() {
	limits := suppress.LetterLimits{Count: 2, Bytes: 100}
	s.write(nil, suppress.Write{Letters: letterBodies("a", "b"), Limits: limits})
	err := s.store.Update(s.ctx, suppress.Update{Apply: func([]*suppress.Row) (suppress.Write, error) {
		return suppress.Write{Letters: letterBodies("c"), Limits: limits}, errApply
	}})
	require.ErrorIs(s, err, errApply)
	assert.Equal(s, []string{"a", "b"}, s.bodies())
	s.wantStats(0)
}
