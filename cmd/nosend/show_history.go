package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// history is the evidence: a line of what each event did, and the words and
// what finds the mail again below.
func (pg *page) history(e *api.Events) {
	if len(e.Events)+e.Older == 0 {
		return
	}
	pg.heading("What came, the newest first")
	heads, wide := eventHeads(e.Events)
	for i, head := range heads {
		pg.event(head, wide, &e.Events[i])
	}
	if e.Older > 0 {
		pg.paragraph(plain(fmt.Sprintf("and %s before them, of which only the number is kept", messages(e.Older))), 2, 0)
	}
}

// event writes what one event did, beside its head if there is room. wide is
// how many columns the widest head takes.
func (pg *page) event(head string, wide int, ev *api.Event) {
	const words, readable = 6, 40 // columns
	did := plain(ev.Explanation + lateWords(ev))
	if at := wide + 2; pg.width-at >= readable {
		pg.out.WriteString(head + strings.Repeat(" ", at-columns(head)))
		pg.lines(did, at, 0)
	} else {
		pg.out.WriteString(head + "\n")
		pg.paragraph(did, words, 0)
	}
	if ev.Reason != "" {
		pg.paragraph(pg.quoted(ev.Reason, decisiveWords(ev.Rule, ev.Matched)), words, 3)
	}
	if d := details(ev); d != "" {
		pg.paragraph(glyphs(d, dimmed), words, 0)
	}
}

// eventHeads are the beginnings of the events' lines, in columns, and how wide
// the widest is.
func eventHeads(events []api.Event) (heads []string, wide int) {
	var rows [][]cell
	for i := range events {
		ev := &events[i]
		category := string(ev.Category)
		if ev.Category == suppress.NoCategory {
			category = ""
		}
		rows = append(rows, []cell{{text: "  " + stamp(ev.At)}, {text: escaped(ev.Source, "")},
			{text: escaped(string(ev.Kind), "")}, {text: or(escaped(category, ""))}})
	}
	var out strings.Builder
	_ = newGrid(&out).write(rows) // a strings.Builder takes all
	for line := range strings.Lines(out.String()) {
		head := strings.TrimSuffix(line, "\n")
		heads, wide = append(heads, head), max(wide, columns(head))
	}
	return heads, wide
}

// details are what finds the mail in the provider's console, and what was read
// of the reply: escaped, and each so short that none hides the next.
func details(ev *api.Event) string {
	const longest = 160 // columns, which few Message-IDs need
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, name+" "+cut(escaped(value, ""), longest))
		}
	}
	add("message", ev.MessageID)
	if ev.Kind == suppress.KindBounce { // no rule reads the others
		add("rule", ruleBy(ev))
	}
	add("code", codeWords(ev))
	add("provider code", ev.ProviderCode)
	add("tag", ev.Tag)
	return strings.Join(out, "; ")
}

// ruleBy names the words as well, for their marks may be where the reply is
// cut.
func ruleBy(ev *api.Event) string {
	if words := decisiveWords(ev.Rule, ev.Matched); words != "" {
		return ev.Rule + ` by "` + words + `"`
	}
	return ev.Rule
}

// codeWords is "550 5.1.1", or what there is of it.
func codeWords(ev *api.Event) string {
	if ev.Code == 0 {
		return ev.Status
	}
	return strings.TrimSpace(strconv.Itoa(ev.Code) + " " + ev.Status)
}
