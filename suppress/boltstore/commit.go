package boltstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// maxCommitWeight bounds one transaction, so that nobody waits long for it.
const maxCommitWeight = 10_000

// request is an update that waits for the writer.
type request struct {
	ctx    context.Context
	update suppress.Update
	err    error
	done   chan struct{} // closed when err is final
}

// weight is about how many rows the request writes.
func (r *request) weight() int {
	return max(1, r.update.Events, len(r.update.Addresses))
}

// Update implements suppress.Store.
func (s *Store) Update(ctx context.Context, u suppress.Update) error {
	r := &request{ctx: ctx, update: u, done: make(chan struct{})}
	if err := s.enqueue(r); err != nil {
		return err
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) enqueue(r *request) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed.Load() {
		return suppress.ErrClosed
	}
	select {
	case s.queue <- r:
		return nil
	default:
		return suppress.ErrOverloaded
	}
}

// write is the writer: it commits whatever waits, together, until the store is
// closed and nothing waits any more.
func (s *Store) write() {
	defer close(s.written)
	for first := range s.queue {
		batch := s.gather(first)
		err := s.commit(batch)
		for _, r := range batch {
			if r.err == nil {
				r.err = err
			}
			close(r.done)
		}
		s.grow() // nobody waits for it who is answered already
	}
}

// gather takes what waits behind a request, without waiting for more.
func (s *Store) gather(first *request) []*request {
	batch, weight := []*request{first}, first.weight()
	for weight < maxCommitWeight {
		select {
		case r, open := <-s.queue:
			if !open {
				return batch
			}
			batch, weight = append(batch, r), weight+r.weight()
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction. A request whose own Apply fails gets
// that error and leaves no trace; any other fault fails them all.
func (s *Store) commit(batch []*request) error {
	if s.broken != nil {
		return s.broken
	}
	tx, err := s.db.Begin(true)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it says only that there is nothing to roll back
	w, events := &writer{tx: tx}, 0
	for _, r := range batch {
		if r.err = r.ctx.Err(); r.err != nil {
			continue
		}
		if err := w.apply(r); err != nil {
			return fmt.Errorf("write to the database: %w", err)
		}
		if r.err == nil {
			events += r.update.Events
		}
	}
	if !w.dirty {
		return nil
	}
	s.admit(w.added) // before a look-up can see them
	return s.finish(tx, events)
}

// finish commits. After a failed write or sync nobody can tell what is on disk,
// while the map may show the change already: a repeated webhook would be taken
// for a duplicate of what was never saved. So nothing is written any more; a
// start reads what really is there. A full disk fails earlier, and is harmless.
func (s *Store) finish(tx *bolt.Tx, events int) error {
	started := time.Now()
	if err := guarded(tx.Commit); err != nil {
		err = explainCommit(err)
		if !errors.Is(err, suppress.ErrFull) {
			s.broken = fmt.Errorf("%w; nothing more is written until nosend is started again", err)
		}
		return err
	}
	if s.options.OnCommit != nil {
		s.options.OnCommit(time.Since(started), events)
	}
	return nil
}
