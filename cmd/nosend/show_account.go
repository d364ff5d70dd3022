package main

import (
	"fmt"
	"strings"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// account writes everything that is known of an address.
func (pg *page) account(e *api.Events) {
	pg.verdict(e)
	if e.State == "" {
		return
	}
	for i := range e.Reasons {
		pg.heading(groundTitle(e.State, i))
		pg.ground(&e.Reasons[i], e.State)
	}
	if len(e.Reasons) > 0 {
		pg.howToEnd(e)
	}
	pg.policy(e.Policy, e.State)
	pg.history(e)
	pg.decisions(e.Decisions)
}

// verdict is the first sentence: may it be mailed?
func (pg *page) verdict(e *api.Events) {
	name, colour := escaped(e.Address, ""), pg.colour.green
	if e.Suppressed {
		colour = pg.colour.red
	}
	if e.State == "" {
		pg.out.WriteString("nothing is known of " + name + ": it " + colour("may be mailed") + "\n")
		return
	}
	may, because := pg.mayMail(e)
	pg.out.WriteString(pg.colour.bold(name) + " " + colour(may) + because + ".\n")
	if e.Spelling != "" {
		pg.out.WriteString("It was first reported as " + escaped(e.Spelling, "") + ".\n")
	}
}

func groundTitle(state suppress.Standing, i int) string {
	switch {
	case i == 0:
		return "Why"
	case state == suppress.Allowed:
		return "Without effect while it is allowed"
	}
	return "Also"
}

// ground is a reason that counts now.
func (pg *page) ground(g *api.Ground, state suppress.Standing) {
	pg.paragraph(plain(groundWords(g, state)), 2, 0)
	if g.Reason != "" {
		pg.field("the words", pg.quoted(g.Reason, decisiveWords(g.Rule, g.Matched)))
	}
	if g.Note != "" {
		pg.field("note", pg.quoted(g.Note, ""))
	}
	by := "reported by"
	switch g.Origin {
	case suppress.OriginManual:
		by = "decided by"
	case suppress.OriginBounce:
		pg.field("category", plain(fmt.Sprintf("%s (%s)", g.Category, g.Class)))
		pg.field("rule", plain(ruleWords(&g.Why)))
	}
	pg.field(by, plain(g.Source))
	pg.field("since", plain(pg.when(g.Since)))
	pg.field("ends", plain(pg.endingWords(g)))
}

// howToEnd shows the command that does, as a shell takes it.
func (pg *page) howToEnd(e *api.Events) {
	title := "To release it now"
	if !e.Suppressed {
		title = "To end that now"
	}
	pg.heading(title)
	pg.out.WriteString("  nosend remove --note REASON " + shellWord(e.Address) + "\n")
}

// policy is what the rules have counted.
func (pg *page) policy(counted []api.Counting, state suppress.Standing) {
	if len(counted) == 0 {
		return
	}
	title := "What the policy counted"
	if state == suppress.Allowed {
		title += ", without effect while it is allowed"
	}
	pg.heading(title)
	for i := range counted {
		c := &counted[i]
		pg.paragraph(plain(countWords(c)), 2, 0)
		pg.paragraph(plain(pg.nextWords(c)), 4, 0)
	}
}

// history is the evidence: a line of what each event did, and the words below.
func (pg *page) history(e *api.Events) {
	if len(e.Events)+e.Older == 0 {
		return
	}
	pg.heading("What came, the newest first")
	for i, head := range eventHeads(e.Events) {
		pg.event(head, &e.Events[i])
	}
	if e.Older > 0 {
		pg.paragraph(plain(fmt.Sprintf("and %s before them, of which only the number is kept", messages(e.Older))), 2, 0)
	}
}

// event writes what one event did, beside its head if there is room.
func (pg *page) event(head string, ev *api.Event) {
	const words, readable = 6, 40 // columns
	did := plain(ev.Explanation + lateWords(ev))
	if at := columns(head); pg.width-at >= readable {
		pg.out.WriteString(head)
		pg.lines(did, at, 0)
	} else {
		pg.out.WriteString(strings.TrimRight(head, " ") + "\n")
		pg.paragraph(did, words, 0)
	}
	if ev.Reason != "" {
		pg.paragraph(pg.quoted(ev.Reason, decisiveWords(ev.Rule, ev.Matched)), words, 3)
	}
}

// eventHeads are the beginnings of the events' lines, in columns.
func eventHeads(events []api.Event) []string {
	if len(events) == 0 {
		return nil
	}
	var rows [][]cell
	for i := range events {
		ev := &events[i]
		category := string(ev.Category)
		if ev.Category == suppress.NoCategory {
			category = ""
		}
		rows = append(rows, []cell{{text: "  " + stamp(ev.At)}, {text: escaped(ev.Source, "")},
			{text: escaped(string(ev.Kind), "")}, {text: or(escaped(category, ""))}, {}})
	}
	var out strings.Builder
	_ = newGrid(&out).write(rows) // a strings.Builder takes all
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// decisions are people's words.
func (pg *page) decisions(all []api.Decided) {
	if len(all) == 0 {
		return
	}
	pg.heading("What people decided, the newest first")
	for i := range all {
		d := &all[i]
		until := ""
		if d.Until != nil {
			until = " until " + stamp(*d.Until)
		}
		pg.paragraph(plain(fmt.Sprintf("%s  %s: %s%s", stamp(d.At), d.By, d.State, until)), 2, 0)
		if d.Note != "" {
			pg.paragraph(pg.quoted(d.Note, ""), 6, 0)
		}
	}
}
