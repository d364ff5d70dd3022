package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// maxRow bounds one row of a list, in bytes: a quote that nobody closed would
// otherwise take in the rest of it.
const maxRow = 1 << 20

// read reads one line of text, or one row of CSV, which may have line ends in
// quotes. It is our own because encoding/csv doesn't keep rows as they are.
func (t *table) read() (row, error) {
	r := row{line: t.line}
	quotes := quoting{start: true}
	t.record = t.record[:0]
	for {
		part, err := t.in.ReadSlice('\n')
		t.record = append(t.record, part...)
		if len(t.record) > maxRow {
			return row{}, fmt.Errorf("the row that begins in line %d has more than %d bytes; is a quote missing?", r.line, maxRow)
		}
		if t.comma != 0 {
			for _, c := range part {
				quotes.pass(c, t.comma)
			}
		}
		switch {
		case err == io.EOF && quotes.inside:
			return row{}, fmt.Errorf("the row that begins in line %d has a quote without its end", r.line)
		case err == io.EOF && len(t.record) == 0:
			return row{}, io.EOF
		case err == nil:
			t.line++
		case err != io.EOF && err != bufio.ErrBufferFull:
			return row{}, fmt.Errorf("line %d: %w", t.line, err)
		}
		if err == io.EOF || err == nil && !quotes.inside {
			break
		}
	}
	whole := string(t.record)
	r.text = strings.TrimSuffix(strings.TrimSuffix(whole, "\n"), "\r")
	r.ending = whole[len(r.text):]
	return r, nil
}

// quoting knows whether a byte of CSV stands in quotes.
type quoting struct {
	inside bool
	start  bool // of a cell
	after  bool // a quote that may be the end, or the first of two
}

func (q *quoting) pass(c, comma byte) {
	switch {
	case q.inside:
		q.inside, q.after = c != '"', c == '"'
	case c == '"' && (q.start || q.after):
		q.inside, q.after = true, false
	default:
		q.after = false
	}
	q.start = !q.inside && (c == comma || c == '\n')
}

// cellOf is the text of one cell of a row; "" if the row is shorter.
func cellOf(text string, comma byte, column int) string {
	quotes, from := quoting{start: true}, 0
	for i := range len(text) {
		quotes.pass(text[i], comma)
		if quotes.inside || text[i] != comma {
			continue
		}
		if column == 0 {
			return unquoted(text[from:i])
		}
		column--
		from = i + 1
	}
	if column > 0 {
		return ""
	}
	return unquoted(text[from:])
}

// textsOf are the texts of all cells of a header.
func textsOf(line []byte, comma byte) (out []string) {
	quotes, from := quoting{start: true}, 0
	for i, c := range line {
		if quotes.pass(c, comma); c == comma && !quotes.inside {
			out = append(out, unquoted(string(line[from:i])))
			from = i + 1
		}
	}
	return append(out, unquoted(string(line[from:])))
}

func unquoted(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	return strings.TrimSpace(strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`))
}

// commaOf is what stands between the cells of a header: a comma, a semicolon
// or a tab, whichever is there most often.
func commaOf(line []byte) byte {
	comma, most := byte(','), 0
	for _, c := range []byte(",;\t") {
		if n := len(textsOf(line, c)); n > most {
			comma, most = c, n
		}
	}
	return comma
}
