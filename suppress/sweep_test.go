package suppress_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// TestSweep: ended holds leave the gauge, however many there are.
func TestSweep(t *testing.T) {
	s := newStory(t, "a@example.com")
	const many = 1200
	var events []suppress.Event
	for n := range many {
		e := s.event(suppress.KindBounce, "m1", noHost)
		e.Recipient = address(t, fmt.Sprintf("user%d@example.com", n))
		events = append(events, e)
	}
	s.report(events...)
	s.after(30*day - time.Second)
	n, err := s.Sweep(context.Background())
	require.NoError(t, err)
	assert.Zero(t, n)
	s.after(30 * day)
	n, err = s.Sweep(context.Background())
	require.NoError(t, err)
	assert.Equal(t, many, n)
	tallies, err := s.Tallies(context.Background())
	require.NoError(t, err)
	var watching int64
	for cell, n := range tallies {
		if cell.Standing == suppress.Watching {
			watching += n
		} else {
			assert.Zero(t, n, cell)
		}
	}
	assert.EqualValues(t, many, watching)
}

// faulty is a store whose n-th Update fails, before or after it is stored.
type faulty struct {
	suppress.Store
	mu     sync.Mutex
	left   int
	stored bool // the fault comes after the change is on disk
}

var errFault = errors.New("the disk is on fire")

func (f *faulty) Update(ctx context.Context, u suppress.Update) error {
	f.mu.Lock()
	f.left--
	fail := f.left == 0
	f.mu.Unlock()
	if fail && !f.stored {
		return errFault
	}
	err := f.Store.Update(ctx, u)
	if fail {
		return errFault
	}
	return err
}

// TestEveryFaultIsHealedByARetry: whichever Update fails, the caller hears of
// it, and sending the same webhook again ends in the same state.
func TestEveryFaultIsHealedByARetry(t *testing.T) {
	batches := func(s *story) (out []suppress.Batch) {
		for n := range 6 {
			s.after(time.Duration(n) * day)
			out = append(out, suppress.Batch{Source: "cmc", Events: []suppress.Event{s.event(suppress.KindBounce, fmt.Sprint("m", n), full)}})
		}
		return out
	}
	clean := newStory(t, "a@example.com")
	for _, b := range batches(clean) {
		_, err := clean.Record(context.Background(), b)
		require.NoError(t, err)
	}
	for fault := 1; fault <= 6; fault++ {
		for _, stored := range []bool{false, true} {
			store := &faulty{Store: storetest.NewMemory(), left: fault, stored: stored}
			s := newStory(t, "a@example.com")
			s.List = newList(t, suppress.Config{Store: store, Clock: s.clock.Now})
			faults := 0
			for _, b := range batches(s) {
				_, err := s.Record(context.Background(), b)
				if err != nil {
					require.ErrorIs(t, err, errFault)
					faults++
					_, err = s.Record(context.Background(), b)
				}
				require.NoError(t, err)
			}
			assert.Equal(t, 1, faults)
			assert.Equal(t, clean.answer(), s.answer(), "fault %d, stored %t", fault, stored)
		}
	}
}

// broken is a store that can't be read.
type broken struct{ suppress.Store }

func (broken) Entry(context.Context, suppress.Address) (suppress.Entry, error) {
	return suppress.Entry{}, errFault
}

// TestFailedLookupIsAnError, never "not suppressed".
func TestFailedLookupIsAnError(t *testing.T) {
	l := newList(t, suppress.Config{Store: broken{storetest.NewMemory()}})
	_, err := l.Lookup(context.Background(), address(t, "a@example.com"), suppress.MailAny)
	assert.ErrorIs(t, err, errFault)
}

// stuck is a store with a row of due that no sweep can settle.
type stuck struct{ suppress.Store }

func (stuck) Due(context.Context, time.Time, int) ([]suppress.Address, error) {
	a, err := suppress.ParseAddress("nobody@example.com")
	return []suppress.Address{a}, err
}

// TestSweepEnds in an error where a damaged file would keep it going for ever.
func TestSweepEnds(t *testing.T) {
	l := newList(t, suppress.Config{Store: stuck{storetest.NewMemory()}})
	_, err := l.Sweep(context.Background())
	assert.ErrorIs(t, err, suppress.ErrCorrupt)
}

func TestEventsNeedARecipient(t *testing.T) {
	s := newStory(t, "a@example.com")
	_, err := s.Record(context.Background(), suppress.Batch{Source: "cmc", Events: []suppress.Event{{Kind: suppress.KindBounce}}})
	assert.ErrorIs(t, err, suppress.ErrAddress)
}
