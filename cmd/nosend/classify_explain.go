package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nosend/nosend/suppress/classify"
)

// explainer writes explanations for people, with an empty line between two.
type explainer struct {
	colour paint
	domain string // of the recipients; "": not known
	next   bool   // one was written
}

func (x *explainer) write(out io.Writer, _, text string, e *classify.Explanation) error {
	var b strings.Builder
	if x.next {
		b.WriteByte('\n')
	}
	x.next = true
	if text != "" {
		fmt.Fprintln(&b, x.marked(text, e))
	}
	if e.Read < len(text) {
		fmt.Fprintf(&b, "(only the first %d of %d bytes were read)\n", e.Read, len(text))
	}
	fmt.Fprintf(&b, "%s %s: %s\n", x.class(e.Class), x.colour.bold(string(e.Category)), meaning(e.Category))
	fmt.Fprintf(&b, "%s\n%s", effect(&e.Verdict, x.domain), x.facts(text, e))
	_, err := io.WriteString(out, b.String())
	return err
}

// class is red for what suppresses at once, yellow for what may.
func (x *explainer) class(c classify.Class) string {
	switch c {
	case classify.Hard:
		return x.colour.red(string(c))
	case classify.Soft:
		return x.colour.yellow(string(c))
	}
	return string(c)
}

// marked is the text with what decided marked, and what didn't count dimmed.
func (x *explainer) marked(text string, e *classify.Explanation) string {
	var b strings.Builder
	at := 0
	for marks, passed := e.Marks, e.Passed; ; {
		part, paint := classify.Part{}, x.colour.dim
		switch {
		case len(marks) > 0 && (len(passed) == 0 || marks[0].From < passed[0].From):
			part, marks, paint = marks[0], marks[1:], x.mark
		case len(passed) > 0:
			part, passed = passed[0], passed[1:]
		default:
			return b.String() + escaped(text[at:e.Read], "")
		}
		b.WriteString(escaped(text[at:part.From], ""))
		b.WriteString(paint(escaped(text[part.From:part.To], "")))
		at = part.To
	}
}

// mark is colour on a terminal, and signs that survive a pipe elsewhere.
func (x *explainer) mark(s string) string {
	if x.colour {
		return x.colour.with("1;7", s)
	}
	return "«" + s + "»"
}

// facts are the lines below the verdict: the rule, the codes, what was passed
// over, and what spoke for the verdict and against it.
func (x *explainer) facts(text string, e *classify.Explanation) string {
	var b strings.Builder
	rule := e.Rule
	if e.By.ID != "" {
		rule = fmt.Sprintf("%s: %s (%s:%d)", e.Rule, e.By.Note, e.By.File, e.By.Line)
	}
	fmt.Fprintf(&b, "rule    %s\ncodes   %s\n", escaped(rule, ""), codesSeen(e))
	for _, part := range e.Passed {
		fmt.Fprintf(&b, "passed  %s\n", x.colour.dim(escaped(text[part.From:part.To], "")))
	}
	label := "seen  "
	var rows [][]cell
	for _, ev := range e.Seen {
		rows = append(rows, x.fact(label, ev.ID, ev.Class, ev.Category, string(ev.Outcome), ev.Why))
		label = ""
	}
	for _, h := range e.Also {
		words := ""
		if h.Matched != "" {
			words = "held too, on: " + h.Matched
		}
		rows = append(rows, x.fact(label, h.Rule, h.Class, h.Category, "later", words))
	}
	_ = newGrid(&b).write(rows) // a strings.Builder takes all
	return b.String()
}

func (x *explainer) fact(label, id string, class classify.Class, category classify.Category, outcome, why string) []cell {
	painted := x.colour.dim
	if outcome == string(classify.Decided) {
		painted = nil
	}
	return []cell{{text: label}, {escaped(id, ""), painted}, {string(class), painted}, {string(category), painted},
		{outcome, painted}, {escaped(why, ""), x.colour.dim}}
}

// codesSeen is "550 5.1.1, permanent, to RCPT".
func codesSeen(e *classify.Explanation) string {
	var codes []string
	if e.Code != 0 {
		codes = append(codes, strconv.Itoa(e.Code))
	}
	if e.Status != "" {
		codes = append(codes, e.Status)
	}
	if len(codes) == 0 {
		codes = append(codes, "none")
	}
	out := strings.Join(codes, " ")
	switch {
	case e.Permanent:
		out += ", a permanent failure"
	case e.Code != 0 || e.Status != "":
		out += ", a temporary failure"
	}
	if e.Command != "" {
		out += ", answered to " + e.Command
	}
	return out
}
