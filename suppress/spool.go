package suppress

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Spool is a long answer in a temporary file that has no name any more, so
// that it goes away with the process. Write it, Rewind it, and then read it at
// any pace; it holds no resource of the store. Close it.
type Spool struct {
	file    *os.File
	out     *bufio.Writer
	size    int64
	rows    int
	release func()
}

// NewSpool makes an empty spool. ErrBusy says that as many spools as may be
// open at once are open.
func (l *List) NewSpool() (*Spool, error) {
	leave, err := l.place()
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(l.SpoolDir, "nosend-export-")
	if err != nil {
		leave()
		return nil, fmt.Errorf("make temporary file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		leave()
		return nil, errors.Join(fmt.Errorf("unlink temporary file: %w", err), file.Close())
	}
	return &Spool{file: file, out: bufio.NewWriterSize(file, 1<<16), release: leave}, nil
}

// place takes one of the places for what reads the whole list, until leave is
// called.
func (l *List) place() (leave func(), err error) {
	select {
	case l.spools <- struct{}{}:
		return sync.OnceFunc(func() { <-l.spools }), nil
	default:
		return nil, ErrBusy
	}
}

// Write implements io.Writer.
func (s *Spool) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write temporary file: %w", err)
	}
	return n, nil
}

// Rewind ends the writing: Read then begins with the first byte.
func (s *Spool) Rewind() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return err
}

// Size is the number of bytes that Read yields in all.
func (s *Spool) Size() int64 { return s.size }

// Rows is the number of entries in an export.
func (s *Spool) Rows() int { return s.rows }

// Read implements io.Reader.
func (s *Spool) Read(p []byte) (int, error) { return s.file.Read(p) }

// Close frees the disk space, and the place among the spools.
func (s *Spool) Close() error {
	s.release()
	return s.file.Close()
}
