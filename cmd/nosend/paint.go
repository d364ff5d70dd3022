package main

import "io"

// paint colours words for a person's terminal.
type paint bool

// paint is off where nobody looks, or nobody wants it (https://no-color.org).
func (p *program) paint(out io.Writer) paint {
	return paint(onTerminal(out) && p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb")
}

// The colours: what blocks mail, what lets it pass, what is between, and what
// stands back.
func (c paint) red(s string) string    { return c.with("31", s) }
func (c paint) green(s string) string  { return c.with("32", s) }
func (c paint) yellow(s string) string { return c.with("33", s) }
func (c paint) dim(s string) string    { return c.with("2", s) }
func (c paint) bold(s string) string   { return c.with("1", s) }

func (c paint) with(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
