package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func (s *suite) testDue() {
	until := map[string]time.Time{
		"third@a.jp": clock(30), "first@z.jp": clock(10), "never@a.jp": {}, "second@m.jp": clock(20),
		"tie-b@m.jp": clock(40), "tie-a@m.jp": clock(40), "ended@a.jp": clock(-5), // ended before it was settled
	}
	for text, end := range until {
		s.put(address(text), held(classify.MailboxFull, clock(0), end))
	}
	s.put(address("watched@a.jp"), watched(1))
	all := []string{"first@z.jp", "second@m.jp", "third@a.jp", "tie-a@m.jp", "tie-b@m.jp"}
	have := s.due(clock(40), 10)
	require.Len(s, have, 5)
	assert.Equal(s, all[:3], have[:3], "the earliest first")
	assert.ElementsMatch(s, all[3:], have[3:])
	assert.Equal(s, all[:2], s.due(clock(40), 2), "limit")
	assert.Empty(s, s.due(clock(40), 0), "a limit of none")
	assert.Equal(s, all[:2], s.due(clock(20), 10), "what is due at the time itself counts")
	assert.Equal(s, all[:1], s.due(clock(20).Add(-time.Microsecond), 10))
	assert.Equal(s, all[:1], s.due(clock(20).Add(-time.Nanosecond), 10))
	assert.Empty(s, s.due(clock(10).Add(-time.Microsecond), 10))
	assert.Empty(s, s.due(time.Time{}, 10), "before any time")
}

// testDueFollows: an address is due by its entry as it is now, and only once.
func (s *suite) testDueFollows() {
	a := address("a@x.jp")
	put := func(settled, until time.Time) { s.put(a, held(classify.MailboxFull, settled, until)) }
	put(clock(0), clock(10))
	assert.Equal(s, []string{"a@x.jp"}, s.due(clock(10), 10))
	put(clock(0), clock(20))
	assert.Empty(s, s.due(clock(10), 10), "it moved on")
	assert.Equal(s, []string{"a@x.jp"}, s.due(clock(20), 10))
	put(clock(0), clock(5))
	assert.Equal(s, []string{"a@x.jp"}, s.due(clock(20), 10), "it moved back")
	put(clock(5), clock(5))
	assert.Empty(s, s.due(clock(1000), 10), "it was swept")
	put(clock(5), time.Time{})
	assert.Empty(s, s.due(clock(1000), 10), "it has no end")
	put(clock(5), clock(30))
	s.put(a, watched(1))
	assert.Empty(s, s.due(clock(1000), 10), "it is only watched")
}

func (s *suite) testTallies() {
	full := suppress.Tally{Standing: suppress.Suppressed, Class: classify.Soft, Category: classify.MailboxFull}
	unknown := suppress.Tally{Standing: suppress.Suppressed, Class: classify.Hard, Category: classify.UserUnknown}
	watching := suppress.Tally{Standing: suppress.Watching, Class: classify.Soft, Category: classify.MailboxFull}
	steps := []struct {
		address string
		row     *suppress.Row
		want    map[suppress.Tally]int64
	}{
		{"a@x.jp", held(classify.MailboxFull, clock(0), clock(10)), map[suppress.Tally]int64{full: 1}},
		{"b@x.jp", held(classify.MailboxFull, clock(0), clock(10)), map[suppress.Tally]int64{full: 2}},
		{"c@x.jp", watched(1), map[suppress.Tally]int64{full: 2, watching: 1}},
		{"a@x.jp", held(classify.UserUnknown, clock(0), time.Time{}), map[suppress.Tally]int64{full: 1, unknown: 1, watching: 1}},
		{"a@x.jp", held(classify.UserUnknown, clock(1), time.Time{}), map[suppress.Tally]int64{full: 1, unknown: 1, watching: 1}},
		{"b@x.jp", held(classify.MailboxFull, clock(10), clock(10)),
			map[suppress.Tally]int64{{Standing: suppress.Watching, Class: classify.None, Category: suppress.NoCategory}: 1, unknown: 1, watching: 1}},
	}
	for i, step := range steps {
		s.put(address(step.address), step.row)
		have, err := s.store.Tallies(s.ctx)
		require.NoError(s, err)
		assert.Equal(s, step.want, occupied(have), "step %d", i)
	}
}
