package suppress

import (
	"context"
	"errors"
	"fmt"
)

// Export writes the entries that a filter selects, as they all were at one
// moment, ordered by domain, then local part. Entries whose hold has ended are
// judged by the clock. ErrBusy says that two exports are running already.
func (l *List) Export(ctx context.Context, f Filter, format Format) (*Spool, error) {
	if len(f.Standings) == 0 {
		f.Standings = format.Standings
	}
	spool, err := l.NewSpool()
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := l.fill(ctx, spool, f.prepared(), format); err != nil {
		return nil, errors.Join(fmt.Errorf("export: %w", err), spool.Close())
	}
	return spool, nil
}

// fill runs the scan into the file, never into a client: while it runs the
// store can't reuse the pages that it frees.
func (l *List) fill(ctx context.Context, s *Spool, f Filter, format Format) error {
	if _, err := s.Write(format.Header); err != nil {
		return err
	}
	now, line := l.now(), []byte(nil)
	err := l.Store.Scan(ctx, Range{Domain: f.Domain}, func(e Entry) error {
		ans := e.At(now, MailAny)
		if !f.selects(&ans) {
			return nil
		}
		if line = format.Append(line[:0], &ans); len(line) == 0 {
			return nil
		}
		s.rows++
		_, err := s.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	return s.Rewind()
}
