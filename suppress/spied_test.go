package suppress_test

import (
	"context"

	"github.com/nosend/nosend/suppress"
)

// spied is a store that counts what it is asked for, and of which one call can
// be made to fail. One goroutine may use it.
type spied struct {
	suppress.Store
	fault  int  // number of the call that fails, from 1 on; 0: none
	stored bool // an Update fails after it is on disk

	calls   int    // of the methods below
	scans   []int  // entries that each Scan visited
	updates []int  // addresses of each Update
	scan    func() // called before each Scan; nil: nothing
}

// fails counts a call, and reports whether it is the one that fails.
func (s *spied) fails() bool {
	s.calls++
	return s.calls == s.fault
}

func (s *spied) Scan(ctx context.Context, r suppress.Range, visit func(suppress.Entry) error) error {
	if s.scan != nil {
		s.scan()
	}
	if s.fails() {
		return errFault
	}
	s.scans = append(s.scans, 0)
	return s.Store.Scan(ctx, r, func(e suppress.Entry) error {
		s.scans[len(s.scans)-1]++
		return visit(e)
	})
}

func (s *spied) Row(ctx context.Context, a suppress.Address) (suppress.Row, error) {
	if s.fails() {
		return suppress.Row{}, errFault
	}
	return s.Store.Row(ctx, a)
}

func (s *spied) Update(ctx context.Context, u suppress.Update) error {
	fails := s.fails()
	if fails && !s.stored {
		return errFault
	}
	s.updates = append(s.updates, len(u.Addresses))
	if err := s.Store.Update(ctx, u); err != nil || !fails {
		return err
	}
	return errFault
}
