package boltstore

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// maxCommitEvents bounds one transaction, so that nobody waits long for it.
const maxCommitEvents = 10_000

// request is an update that waits for the writer.
type request struct {
	ctx    context.Context
	update suppress.Update
	err    error
	done   chan struct{} // closed when err is final
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
	if s.closed {
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
	}
}

// gather takes what waits behind a request, without waiting for more.
func (s *Store) gather(first *request) []*request {
	batch, events := []*request{first}, first.update.Events
	for events < maxCommitEvents {
		select {
		case r, open := <-s.queue:
			if !open {
				return batch
			}
			batch, events = append(batch, r), events+r.update.Events
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction. A request whose own Apply fails gets
// that error and leaves no trace; any other fault fails them all.
func (s *Store) commit(batch []*request) error {
	tx, err := s.db.Begin(true)
	if err != nil {
		return translate(err)
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
		events += r.update.Events
	}
	if !w.dirty {
		return nil
	}
	return s.finish(tx, events)
}

func (s *Store) finish(tx *bolt.Tx, events int) error {
	if tx.Size() > int64(s.options.MapSize)-mapReserve {
		return fmt.Errorf("%w: the file has reached %d bytes, of %d that are reserved for it", suppress.ErrFull, tx.Size(), s.options.MapSize)
	}
	started := time.Now()
	if err := tx.Commit(); err != nil {
		return translate(err)
	}
	if s.options.OnCommit != nil {
		s.options.OnCommit(time.Since(started), events)
	}
	return nil
}

// translate says in plain words what a failed commit means.
func translate(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: no space is left for the database; free some, nothing that was acknowledged is lost: %w", suppress.ErrFull, err)
	}
	return fmt.Errorf("commit to the database: %w", err)
}
