package main

import (
	"io"
	"strings"
	"time"
)

// page is text for people, in lines that are no wider than their terminal.
type page struct {
	out    strings.Builder
	width  int // of a line, in columns
	colour paint
	now    time.Time
}

// lineWidth is that of the terminal, if there is one.
func lineWidth(out io.Writer) int {
	const narrowest, usual = 40, 100
	if limit := newGrid(out).limit; limit > 0 {
		return max(limit, narrowest)
	}
	return usual
}

// style is how a character looks where there are colours: the parameters of
// SGR (ECMA-48, 8.3.117); "": as it is.
type style string

const (
	marked style = "1;7" // words that decided
	dimmed style = "2"   // what stands back
)

// glyph is one character of a line.
type glyph struct {
	rune
	style
}

// plain is a text that nobody meant for a terminal.
func plain(s string) []glyph { return glyphs(escaped(s, ""), "") }

func glyphs(s string, look style) []glyph {
	out := make([]glyph, 0, len(s))
	for _, r := range s {
		out = append(out, glyph{r, look})
	}
	return out
}

// quoted is a server's reply in quotes, with the words that decided marked: by
// colour on a terminal, by signs that survive a pipe elsewhere.
func (pg *page) quoted(text, words string) []glyph {
	out := glyphs(`"`, "")
	before, after, found := strings.Cut(text, words)
	if words == "" || !found {
		return append(append(out, plain(text)...), out...)
	}
	out = append(out, plain(before)...)
	if pg.colour {
		out = append(out, glyphs(escaped(words, ""), marked)...)
	} else {
		out = append(out, plain("«"+words+"»")...)
	}
	return append(append(out, plain(after)...), glyph{'"', ""})
}

func (pg *page) gap() { pg.out.WriteByte('\n') }

func (pg *page) heading(s string) {
	pg.gap()
	pg.out.WriteString(pg.colour.bold(s) + "\n")
}

// field writes a name and a text beside it, in as many lines as it takes.
func (pg *page) field(name string, text []glyph) {
	const names = 16 // columns
	pg.out.WriteString("  " + name + strings.Repeat(" ", names-columns(name)))
	pg.lines(text, 2+names, 0)
}

// paragraph writes a text at some distance from the edge. most is how many
// lines it may have; 0: as many as it takes.
func (pg *page) paragraph(text []glyph, indent, most int) {
	pg.out.WriteString(strings.Repeat(" ", indent))
	pg.lines(text, indent, most)
}

// lines writes a text that begins at a column, and goes on in lines below it.
func (pg *page) lines(text []glyph, indent, most int) {
	for n := 1; ; n++ {
		line, rest := breakLine(text, max(pg.width-indent, 20))
		if n == most && len(rest) > 0 {
			line, rest = append(line[:len(line)-1:len(line)-1], glyph{rune: '…'}), nil
		}
		pg.write(line)
		if text = rest; len(text) == 0 {
			return
		}
		pg.out.WriteString(strings.Repeat(" ", indent))
	}
}

// breakLine takes from a text what fits in a line, up to a space if there is
// one.
func breakLine(text []glyph, width int) (line, rest []glyph) {
	used, space := 0, -1
	for i, g := range text {
		if g.rune == ' ' {
			space = i
		}
		if used += columnsOf(g.rune); used <= width {
			continue
		}
		if space > 0 {
			return text[:space], text[space+1:]
		}
		return text[:i], text[i:]
	}
	return text, nil
}

// write writes a line, each part in its style.
func (pg *page) write(line []glyph) {
	for len(line) > 0 {
		n := 1
		for n < len(line) && line[n].style == line[0].style {
			n++
		}
		var part strings.Builder
		for _, g := range line[:n] {
			part.WriteRune(g.rune)
		}
		if look := line[0].style; look != "" {
			pg.out.WriteString(pg.colour.with(string(look), part.String()))
		} else {
			pg.out.WriteString(part.String())
		}
		line = line[n:]
	}
	pg.out.WriteByte('\n')
}
