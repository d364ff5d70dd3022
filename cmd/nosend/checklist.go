package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

const (
	// listChunk is how many rows are asked about at once, and listBytes how
	// long they may be together.
	listChunk = 1000
	listBytes = 1 << 20
	// shownFaults is how many rows without an address are named.
	shownFaults = 100
	// listRetries is how often a part is asked for again: a long list shouldn't
	// fail because of a moment.
	listRetries = 5
)

// listSettings are the flags of check. All but mail go with a list alone.
type listSettings struct{ file, only, column, mail, output string }

// meant reports whether the flags say that there is a list: an empty one is
// then no mistake.
func (s *listSettings) meant() bool { return *s != listSettings{mail: s.mail} }

func (s *listSettings) define(f *pflag.FlagSet) {
	f.StringVar(&s.file, "file", "", "file with addresses, text or CSV; - is standard input")
	f.StringVar(&s.only, "only", "", "sendable or suppressed: print these rows only")
	f.StringVar(&s.column, "column", "", "name or number of the CSV column with the addresses")
	f.StringVar(&s.mail, "mail", "", "transactional: an unsubscribe doesn't count")
	f.StringVar(&s.output, "output", "", "write to this file, whole or not at all")
}

// listCheck is the check of one list.
type listCheck struct {
	listSettings
	client   *client.Client
	table    *table
	out      *bufio.Writer
	messages io.Writer
	meter    *meter
	rows     []row

	total, suppressed, invalid int
}

// checkList checks a file or standard input.
func (p *program) checkList(ctx context.Context, c *client.Client, s listSettings) error {
	in, size, err := p.openInput(s.file)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer in.Close()
	m := newMeter(p.err, size)
	patient := *c
	patient.Retries = listRetries
	l := &listCheck{listSettings: s, client: &patient, messages: p.err, meter: m}
	write := func(w io.Writer) (int, error) {
		defer m.clear()
		l.out = bufio.NewWriter(w)
		err := l.run(ctx, m.reading(in))
		return l.total, errors.Join(err, l.out.Flush())
	}
	if s.output == "" || s.output == "-" {
		if onTerminal(p.out) {
			m.out = nil // the rows are seen passing by
		}
		out := forTerminal(p.out)
		_, err = write(out)
		err = errors.Join(err, out.Close())
	} else {
		_, err = writeWhole(s.output, 0o666, write)
	}
	if err != nil {
		return err
	}
	l.sum()
	if s.only == "" && l.suppressed+l.invalid > 0 {
		return errNo
	}
	return nil
}

// run writes the list with its answers, chunk by chunk.
func (l *listCheck) run(ctx context.Context, in io.Reader) (err error) {
	l.table, err = newTable(in, l.column)
	if errors.Is(err, errEmptyList) && l.meant() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if err := l.writeHeader(); err != nil {
		return err
	}
	for end := false; !end; {
		if end, err = l.readChunk(); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if err := l.answerChunk(ctx); err != nil {
			return err
		}
		l.meter.show(l.total)
	}
	return nil
}

// readChunk reads some rows; end says that they are the last.
func (l *listCheck) readChunk() (end bool, err error) {
	l.rows = l.rows[:0]
	for bytes := 0; len(l.rows) < listChunk && bytes < listBytes; {
		r, err := l.table.next()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		l.rows = append(l.rows, r)
		bytes += len(r.text)
	}
	return false, nil
}

// answerChunk asks about the rows that have an address, and writes them all in
// their order.
func (l *listCheck) answerChunk(ctx context.Context) error {
	var addresses []string
	for _, r := range l.rows {
		if r.fault == nil {
			addresses = append(addresses, r.address.String())
		}
	}
	answers, err := l.client.CheckAll(ctx, addresses, suppress.Mail(l.mail))
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	for _, r := range l.rows {
		var answer *api.Checked
		if r.fault == nil {
			answer, answers = &answers[0], answers[1:]
		}
		if err := l.write(r, answer); err != nil {
			return err
		}
	}
	return nil
}

// sum says what was found, and which rows were not named.
func (l *listCheck) sum() {
	if l.invalid > shownFaults {
		fmt.Fprintf(l.messages, "nosend: %d more lines without an address are not named\n", l.invalid-shownFaults)
	}
	fmt.Fprintf(l.messages, "nosend: %d rows: %d may be mailed, %d are suppressed, %d have no address\n",
		l.total, l.total-l.suppressed-l.invalid, l.suppressed, l.invalid)
}
