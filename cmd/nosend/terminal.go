package main

import (
	"bytes"
	"errors"
	"io"
)

// terminalSafe escapes what strangers wrote, line by line, so that it can't
// play with a person's terminal.
type terminalSafe struct {
	out  io.Writer
	rest []byte // the beginning of a line
}

// nopCloser leaves a stream as it is.
type nopCloser struct{ io.Writer }

// Close implements io.Closer.
func (nopCloser) Close() error { return nil }

// forTerminal makes a stream safe if a person reads it; what a program reads
// stays as it is. Close writes what is left.
func forTerminal(out io.Writer) io.WriteCloser {
	if onTerminal(out) {
		return &terminalSafe{out: out}
	}
	return nopCloser{out}
}

// writeJSON writes a value on a line of its own.
func (p *program) writeJSON(v any) error {
	out := forTerminal(p.out)
	return errors.Join(encode(out, v), out.Close())
}

// Write implements io.Writer.
func (t *terminalSafe) Write(p []byte) (int, error) {
	t.rest = append(t.rest, p...)
	end := bytes.LastIndexByte(t.rest, '\n') + 1
	_, err := io.WriteString(t.out, escaped(string(t.rest[:end]), "\r\n\t"))
	t.rest = append(t.rest[:0], t.rest[end:]...)
	return len(p), err
}

// Close writes what follows the last line.
func (t *terminalSafe) Close() error {
	_, err := io.WriteString(t.out, escaped(string(t.rest), "\t"))
	return err
}
