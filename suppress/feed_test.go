package suppress_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// feed is the kinds of changes that were written, in order.
func (s *story) feed() (kinds []suppress.ChangeKind) {
	s.t.Helper()
	rows, err := s.Changes(s.t.Context(), 0, 100)
	require.NoError(s.t, err)
	for _, r := range rows {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}

// TestWatchedBouncesAreNotInTheFeed, though the latest verdict is another one:
// no answer changes.
func TestWatchedBouncesAreNotInTheFeed(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", full)
	s.bounce("m2", timeout)
	s.bounce("m3", vague)
	assert.Equal(t, suppress.Watching, s.standing())
	assert.Empty(t, s.feed())
}

// TestEndOfAllowedIsNotInTheFeed where nothing suppresses the address then.
func TestEndOfAllowedIsNotInTheFeed(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", full)
	s.decide(suppress.Decision{Standing: suppress.Allowed, Until: monday.Add(day)})
	s.after(day)
	n, err := s.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, suppress.Watching, s.standing())
	assert.Equal(t, []suppress.ChangeKind{suppress.ChangeUpdated}, s.feed(), "the person's word alone")
}

// TestEndOfAllowedSuppresses what bounced in the meantime.
func TestEndOfAllowedSuppresses(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.decide(suppress.Decision{Standing: suppress.Allowed, Until: monday.Add(day)})
	s.bounce("m1", noUser)
	s.after(day)
	_, err := s.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []suppress.ChangeKind{suppress.ChangeUpdated, suppress.ChangeAdded}, s.feed())
}

// TestObserverIsNotToldOfWhatFailedLate: a store that has computed the change
// and then fails hasn't promised that it is on disk.
func TestObserverIsNotToldOfWhatFailedLate(t *testing.T) {
	s := newStory(t, "a@example.com")
	var d diary
	store := &faulty{Store: storetest.NewMemory(), left: 1, stored: true}
	s.List = newList(t, suppress.Config{Store: store, Clock: s.clock.Now, Observer: &d})
	batch := suppress.Batch{Source: "cmc", Events: []suppress.Event{s.event(suppress.KindBounce, "m1", noUser)}}
	_, err := s.Record(t.Context(), batch)
	require.ErrorIs(t, err, errFault)
	assert.Empty(t, d.lines)
}

// TestProviderIDsAreOfOneSource: two sources may give two bounces one id.
func TestProviderIDsAreOfOneSource(t *testing.T) {
	s := newStory(t, "a@example.com")
	e := s.event(suppress.KindBounce, "", full)
	e.ProviderID = "77"
	for _, source := range []string{"cmc", "ses"} {
		r, err := s.Record(t.Context(), suppress.Batch{Source: source, Events: []suppress.Event{e, e}})
		require.NoError(t, err)
		assert.Equal(t, suppress.Report{Recorded: 1, Duplicates: 1}, r, source)
	}
	assert.Equal(t, 2, s.answer().Bounces)
}
