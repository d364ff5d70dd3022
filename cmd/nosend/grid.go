package main

import (
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// grid writes rows in columns, each as wide as its widest cell so far, so that
// rows can be written before the last one is known. The last column is cut to
// what is left of a terminal's line.
type grid struct {
	out    io.Writer
	limit  int // columns of the terminal; 0: no limit
	widths []int
}

// cell is a text and how it is painted; painting takes no room.
type cell struct {
	text  string
	paint func(string) string // nil: as it is
}

func newGrid(out io.Writer) *grid {
	g := &grid{out: out}
	if f, ok := out.(*os.File); ok && onTerminal(out) {
		g.limit, _, _ = term.GetSize(int(f.Fd())) // not known: 0, no limit
	}
	return g
}

// write writes rows. What stands in them must be escaped already.
func (g *grid) write(rows [][]cell) error {
	for _, row := range rows {
		g.narrow(row)
		for len(g.widths) < len(row) {
			g.widths = append(g.widths, 0)
		}
		for i, c := range row {
			g.widths[i] = max(g.widths[i], columns(c.text))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(strings.TrimRight(g.line(row), " ") + "\n")
	}
	_, err := io.WriteString(g.out, out.String())
	return err
}

// narrow cuts what a stranger made very long, so that one row doesn't push all
// others off the terminal.
func (g *grid) narrow(row []cell) {
	if g.limit == 0 {
		return
	}
	for i := range row[:max(0, len(row)-1)] {
		row[i].text = cut(row[i].text, max(g.limit/3, 24))
	}
}

func (g *grid) line(row []cell) string {
	var out strings.Builder
	used := 0
	for i, c := range row {
		text, last := c.text, i == len(row)-1
		if last && g.limit > 0 {
			text = cut(text, max(g.limit-used-1, 20))
		}
		if c.paint != nil {
			out.WriteString(c.paint(text))
		} else {
			out.WriteString(text)
		}
		if !last {
			out.WriteString(strings.Repeat(" ", g.widths[i]-columns(text)+2))
			used += g.widths[i] + 2
		}
	}
	return out.String()
}

// columns is how many columns of a terminal a text takes: letters of East Asia
// take two, marks above and below others none.
func columns(s string) (n int) {
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cut shortens a text to some columns.
func cut(s string, limit int) string {
	if columns(s) <= limit {
		return s
	}
	used := 0
	for i, r := range s {
		if used += columnsOf(r); used > limit-1 {
			return s[:i] + "…"
		}
	}
	return s
}
