package suppress_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// diary is an Observer that writes down what it is told.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(parts ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintln(parts...))
}

func (d *diary) Event(source string, k suppress.Kind, o suppress.Outcome) {
	d.note("event", source, k, o)
}

func (d *diary) Bounce(source string, class suppress.Class, c suppress.Category) {
	d.note("bounce", source, class, c)
}

func (d *diary) VerdictChanged(from, to suppress.Class) { d.note("verdict", from, to) }

func (d *diary) Changed(k suppress.ChangeKind, o suppress.Origin) { d.note("changed", k, o) }

// restless is a store that runs every Apply twice, as after a conflict.
type restless struct{ suppress.Store }

func (r restless) Update(ctx context.Context, u suppress.Update) error {
	apply := u.Apply
	u.Apply = func(rows []*suppress.Row) (suppress.Write, error) {
		if _, err := apply(slices.Repeat([]*suppress.Row{nil}, len(rows))); err != nil {
			return suppress.Write{}, err
		}
		return apply(rows)
	}
	return r.Store.Update(ctx, u)
}

// TestObserverIsToldOnce of each thing, also if the store applies twice.
func TestObserverIsToldOnce(t *testing.T) {
	s := newStory(t, "a@example.com")
	var d diary
	s.List = newList(t, suppress.Config{Store: restless{storetest.NewMemory()}, Clock: s.clock.Now, Observer: &d})
	want := func(lines ...string) {
		t.Helper()
		assert.Equal(t, lines, d.lines)
		d.lines = nil
	}
	s.bounce("m1", "")
	want("bounce cmc unknown unknown\n", "event cmc bounce recorded\n")
	s.bounce("m1", noUser)
	want("verdict unknown hard\n", "changed added bounce\n", "event cmc bounce duplicate\n")
	s.release()
	want("changed released bounce\n")
	s.decide(suppress.Decision{Standing: suppress.Suppressed})
	want("changed added manual\n")
}

// TestObserverIsNotToldOfFailures.
func TestObserverIsNotToldOfFailures(t *testing.T) {
	s := newStory(t, "a@example.com")
	var d diary
	s.List = newList(t, suppress.Config{Store: &faulty{Store: storetest.NewMemory(), left: 1}, Clock: s.clock.Now, Observer: &d})
	_, err := s.Record(context.Background(), suppress.Batch{Source: "cmc", Events: []suppress.Event{s.event(suppress.KindBounce, "m1", noUser)}})
	require.ErrorIs(t, err, errFault)
	assert.Empty(t, d.lines)
}

// hangUp is a store whose client goes away while its change is being written.
type hangUp struct {
	suppress.Store
	client context.CancelFunc
}

func (h hangUp) Update(ctx context.Context, u suppress.Update) error {
	h.client()
	return h.Store.Update(ctx, u)
}

// TestObserverIsToldThoughTheClientHangsUp: what is on disk is counted, for the
// client's retry will be a duplicate.
func TestObserverIsToldThoughTheClientHangsUp(t *testing.T) {
	s := newStory(t, "a@example.com")
	var d diary
	ctx, cancel := context.WithCancel(context.Background())
	s.List = newList(t, suppress.Config{Store: hangUp{storetest.NewMemory(), cancel}, Clock: s.clock.Now, Observer: &d})
	batch := suppress.Batch{Source: "cmc", Events: []suppress.Event{s.event(suppress.KindBounce, "m1", noUser)}}
	_, err := s.Record(ctx, batch)
	require.NoError(t, err)
	assert.Contains(t, d.lines, "bounce cmc hard user_unknown\n")
	_, err = s.Record(ctx, batch)
	assert.ErrorIs(t, err, context.Canceled, "nobody waits for it")
}
