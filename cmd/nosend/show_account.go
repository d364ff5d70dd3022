package main

import (
	"fmt"
	"slices"

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
	if e.State == suppress.Watching {
		pg.lastBounce(e.Events)
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
	pg.reply(&g.Why)
	if g.Note != "" {
		pg.field("note", pg.quoted(g.Note, ""))
	}
	by := "reported by"
	switch g.Origin {
	case suppress.OriginManual:
		by = "decided by"
	case suppress.OriginBounce:
		pg.judged(&g.Why)
	}
	pg.field(by, plain(g.Source))
	pg.field("since", plain(pg.when(g.Since)))
	pg.field("ends", plain(pg.endingWords(g)))
}

// reply is what the receiving server wrote, if it is known.
func (pg *page) reply(w *api.Why) {
	if w.Reason != "" {
		pg.field("the words", pg.quoted(w.Reason, decisiveWords(w.Rule, w.Matched)))
	}
}

// judged is how a reply was read.
func (pg *page) judged(w *api.Why) {
	pg.field("category", plain(fmt.Sprintf("%s (%s)", w.Category, w.Class)))
	pg.field("rule", plain(ruleWords(w)))
}

// howToEnd shows the command that does, as a shell takes it. A release ends
// all at once: a reason can't be ended and the allowance above it kept.
func (pg *page) howToEnd(e *api.Events) {
	title := "To release it now"
	if e.State == suppress.Allowed {
		title = "To end the allowance now"
	}
	pg.heading(title)
	pg.out.WriteString("  nosend remove --note REASON " + shellWord(e.Address) + "\n")
	if e.State == suppress.Allowed {
		pg.paragraph(plain("It also settles all that has come so far; what comes later can suppress the address again."), 2, 0)
	}
}

// lastBounce is what is known best of an address that nothing suppresses. What
// a release has settled isn't worth it.
func (pg *page) lastBounce(events []api.Event) {
	i := slices.IndexFunc(events, func(ev api.Event) bool {
		return ev.Kind == suppress.KindBounce && ev.Effect != suppress.EffectBeforeRelease
	})
	if i < 0 {
		return
	}
	ev := &events[i]
	pg.heading("The last bounce")
	pg.paragraph(plain(bounceWords(ev.Category)), 2, 0)
	w := whyOf(ev)
	pg.reply(&w)
	pg.judged(&w)
	pg.field("reported by", plain(ev.Source))
	pg.field("happened", plain(pg.when(ev.At)))
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
