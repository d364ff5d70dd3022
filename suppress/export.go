package suppress

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ExportCSV writes the entries with one of some standings as CSV, as they all
// were at one moment, ordered by domain, then local part. No standing named
// means what a sender needs: all that must not be mailed. Entries whose hold
// has ended are judged by the clock. ErrBusy says that two exports are running
// already.
func (l *List) ExportCSV(ctx context.Context, standings ...Standing) (*Spool, error) {
	if len(standings) == 0 {
		standings = []Standing{Suppressed, Provisional}
	}
	spool, err := l.NewSpool()
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := l.fill(ctx, spool, standings); err != nil {
		return nil, errors.Join(fmt.Errorf("export: %w", err), spool.Close())
	}
	return spool, nil
}

// fill runs the scan into the file, never into a client: while it runs the
// store can't reuse the pages that it frees.
func (l *List) fill(ctx context.Context, s *Spool, standings []Standing) error {
	line := appendCSV(nil, CSVHeader())
	if _, err := s.Write(line); err != nil {
		return err
	}
	now := l.now()
	err := l.Store.Scan(ctx, func(e Entry) error {
		ans := e.At(now, MailAny)
		if !slices.Contains(standings, ans.Standing) {
			return nil
		}
		s.rows++
		line = appendCSV(line[:0], csvRow(&ans))
		_, err := s.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	return s.Rewind()
}
