package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nosend/nosend/suppress"
)

// row is one row of a list.
type row struct {
	text    string // as it stands in the list, without its line end
	ending  string
	line    int // where it begins
	address suppress.Address
	fault   error // why it has no address
}

// table reads a list of addresses: lines of text, or CSV. Rows of CSV are kept
// byte for byte, so that a list is changed in nothing but the rows that go.
type table struct {
	in     *bufio.Reader
	mark   string // byte order mark
	comma  byte   // between cells; 0: lines of text
	column int    // of the addresses
	names  []string
	header *row
	line   int // of the next row
	record []byte
}

// newTable reads the beginning of a list, to see what it is. column is the
// name or the number of the column with the addresses, or "".
func newTable(in io.Reader, column string) (*table, error) {
	t := &table{in: bufio.NewReaderSize(in, firstLine), line: 1}
	if err := t.skipMark(); err != nil {
		return nil, err
	}
	first, err := t.peekLine()
	if err != nil {
		return nil, err
	}
	if column == "" {
		if _, err := suppress.ParseListed(string(first)); err == nil {
			return t, nil
		}
	}
	comma := commaOf(first)
	cells := textsOf(t.peekRecord(comma), comma)
	if column == "" && len(cells) == 1 && len(addressColumns(cells)) == 0 {
		return t, nil // reported as a line without an address
	}
	t.comma = comma
	return t, t.readHeader(column, cells)
}

// skipMark passes over the byte order mark of UTF-8, and refuses UTF-16.
func (t *table) skipMark() error {
	start, _ := t.in.Peek(3)
	switch {
	case string(start) == "\uFEFF":
		t.mark = "\uFEFF"
		_, _ = t.in.Discard(len(t.mark))
	case bytes.HasPrefix(start, []byte{0xFF, 0xFE}), bytes.HasPrefix(start, []byte{0xFE, 0xFF}):
		return errors.New("the list is written in UTF-16; save it as UTF-8")
	}
	return nil
}

// errEmptyList is for a list without anything to be seen. Where nobody says
// that there is one, it may be an address that was left out.
var errEmptyList = errors.New("there is no address in the list: it is empty")

// firstLine is how much of a list is looked at to see what it is, in bytes.
const firstLine = 64 << 10

// peekLine returns the first line with something on it, without reading it.
func (t *table) peekLine() ([]byte, error) {
	for {
		start, err := t.in.Peek(firstLine)
		line, _, more := bytes.Cut(start, []byte("\n"))
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if !more {
			return nil, errEmptyList
		}
		if _, err := t.in.ReadSlice('\n'); err != nil {
			return nil, err
		}
		t.line++
	}
}

// peekRecord returns the first row, whose cells may have line ends in quotes; if
// its end can't be seen, only its first line.
func (t *table) peekRecord(comma byte) []byte {
	start, _ := t.in.Peek(firstLine)
	quotes := quoting{start: true}
	for i, c := range start {
		if quotes.pass(c, comma); c == '\n' && !quotes.inside {
			return start[:i]
		}
	}
	line, _, _ := bytes.Cut(start, []byte("\n"))
	return line
}

// readHeader finds the column of the addresses, and reads the header if there
// is one: with a column given by number the first row may be an address.
func (t *table) readHeader(column string, cells []string) error {
	t.names = cells
	found := t.find(column)
	if column == "" {
		found = addressColumns(cells)
	}
	number, err := strconv.Atoi(column)
	switch {
	case len(found) > 1:
		return severalColumns(cells, found)
	case len(found) == 1:
		t.column = found[0]
	case column == "":
		return hinted{errors.New("no column of the list is known as that of addresses"),
			"name it with --column, or give its number: --column 1"}
	case err == nil && number >= 1 && number <= len(cells):
		t.column = number - 1
		if strings.Contains(cells[t.column], "@") {
			t.names = nil
			return nil
		}
	default:
		return fmt.Errorf("the list has no column %q; it has %s", column, strings.Join(cells, ", "))
	}
	header, err := t.read()
	t.header = &header
	return err
}

// next returns the next row that isn't empty; io.EOF after the last one.
func (t *table) next() (row, error) {
	for {
		r, err := t.read()
		if err != nil {
			return row{}, err
		}
		if strings.TrimSpace(r.text) == "" {
			continue
		}
		text := r.text
		if t.comma != 0 {
			text = cellOf(r.text, t.comma, t.column)
		}
		r.address, r.fault = suppress.ParseListed(text)
		return r, nil
	}
}
