package suppress

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// Spool is a finished export: a temporary file that has no name any more, so
// that it goes away with the process. Read it at any pace; it holds no
// resource of the store. Close it.
type Spool struct {
	file    *os.File
	size    int64
	rows    int
	release func()
}

// Size is the number of bytes that Read yields in all.
func (s *Spool) Size() int64 { return s.size }

// Rows is the number of entries in the export.
func (s *Spool) Rows() int { return s.rows }

// Read implements io.Reader.
func (s *Spool) Read(p []byte) (int, error) { return s.file.Read(p) }

// Close frees the disk space, and the place among the exports.
func (s *Spool) Close() error {
	s.release()
	return s.file.Close()
}

// ExportCSV writes the entries with one of some standings as CSV, as they all
// were at one moment, ordered by domain, then local part. No standing named
// means what a sender needs: all that must not be mailed. Entries whose hold
// has ended are judged by the clock. ErrBusy says that two exports are running
// already.
func (l *List) ExportCSV(ctx context.Context, standings ...Standing) (*Spool, error) {
	if len(standings) == 0 {
		standings = []Standing{Suppressed, Provisional}
	}
	spool, err := l.newSpool()
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := l.fill(ctx, spool, standings); err != nil {
		return nil, errors.Join(fmt.Errorf("export: %w", err), spool.Close())
	}
	return spool, nil
}

func (l *List) newSpool() (*Spool, error) {
	select {
	case l.spools <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	leave := sync.OnceFunc(func() { <-l.spools })
	file, err := os.CreateTemp(l.SpoolDir, "nosend-export-")
	if err != nil {
		leave()
		return nil, fmt.Errorf("make temporary file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		leave()
		return nil, errors.Join(fmt.Errorf("unlink temporary file: %w", err), file.Close())
	}
	return &Spool{file: file, release: leave}, nil
}

// fill runs the scan into the file, never into a client: while it runs the
// store can't reuse the pages that it frees.
func (l *List) fill(ctx context.Context, s *Spool, standings []Standing) error {
	out := bufio.NewWriterSize(s.file, 1<<16)
	line := appendCSV(nil, CSVHeader())
	if _, err := out.Write(line); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	now := l.now()
	err := l.Store.Scan(ctx, func(e Entry) error {
		ans := e.At(now, MailAny)
		if !slices.Contains(standings, ans.Standing) {
			return nil
		}
		s.rows++
		line = appendCSV(line[:0], csvRow(&ans))
		_, err := out.Write(line)
		return err
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	if s.size, err = s.file.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	_, err = s.file.Seek(0, io.SeekStart)
	return err
}
