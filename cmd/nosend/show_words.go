package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// mayMail is whether mail may be sent, and until when or why.
func (pg *page) mayMail(e *api.Events) (may, because string) {
	switch {
	case e.Suppressed && e.Ends == nil:
		return "must not be mailed", ", until somebody releases it"
	case e.Suppressed:
		return "must not be mailed", " until " + pg.when(*e.Ends)
	case e.State == suppress.Allowed && e.Why != nil && e.Until != nil:
		return "may be mailed", ", whatever bounces, until " + pg.when(*e.Until) + ": somebody allowed it"
	case e.State == suppress.Allowed:
		return "may be mailed", ", whatever bounces: somebody allowed it"
	case e.State == suppress.Released && e.Released != nil:
		return "may be mailed", ": it was released " + pg.when(*e.Released)
	case e.Count == nil || *e.Count == 0:
		return "may be mailed", ": nothing suppresses it"
	case begun(e.Policy):
		return "may be mailed", ": its suppression has ended"
	}
	return "may be mailed", ": what bounced is not enough to suppress it"
}

func begun(counted []api.Counting) bool {
	for i := range counted {
		if counted[i].Step > 0 {
			return true
		}
	}
	return false
}

// groundWords are what happened, in a sentence.
func groundWords(g *api.Ground, state suppress.Standing) string {
	switch g.Origin {
	case suppress.OriginManual:
		return fmt.Sprintf("A person decided that it is %s, whatever the events say.", state)
	case suppress.OriginComplaint:
		return "The recipient called a message spam."
	case suppress.OriginUnsubscribe:
		return "The recipient unsubscribed. Transactional mail may still be sent: ask with mail=transactional."
	case suppress.OriginUpstream:
		return "The provider itself refuses to send to this address: it is on the provider's own list."
	}
	return bounceWords(g.Category)
}

func bounceWords(c suppress.Category) string {
	if words := meaning(c); words != "" {
		return "A message bounced: " + words + "."
	}
	return "A message bounced."
}

// whyOf is how the reply of a bounce was read, as of a reason.
func whyOf(ev *api.Event) api.Why {
	return api.Why{Class: ev.Class, Category: ev.Category, Rule: ev.Rule, Matched: ev.Matched, Reason: ev.Reason}
}

// decisiveWords are the words of a reply that decided; none if a code did.
func decisiveWords(rule, matched string) string {
	if strings.Contains(rule, ":") {
		return ""
	}
	return matched
}

func ruleWords(w *api.Why) string {
	words := decisiveWords(w.Rule, w.Matched)
	switch {
	case words != "" && strings.Contains(w.Reason, words):
		return w.Rule + ", by the marked words"
	case words != "":
		return fmt.Sprintf("%s, by %q, which stood further on", w.Rule, words)
	case w.Matched != "":
		return w.Rule + ", by the code: the words say no more"
	}
	return w.Rule
}

// endingWords are what ends a reason, whichever comes first.
func (pg *page) endingWords(g *api.Ground) string {
	var when []string
	for _, e := range g.EndedBy {
		switch e {
		case suppress.EndsByDelivery:
			when = append(when, "when another message is delivered")
		case suppress.EndsByProvider:
			when = append(when, "when the provider releases it")
		case suppress.EndsByRelease:
			when = append(when, "when somebody releases it")
		}
	}
	words := strings.Join(when, ", or ")
	if g.Until == nil {
		return "only " + words
	}
	return pg.when(*g.Until) + "; before that " + words
}

// lateWords tell of an event that was reported long after it happened: what it
// begins runs from the report.
func lateWords(e *api.Event) string {
	if late := e.Received.Sub(e.At); late >= time.Hour {
		return "; reported " + span(late) + " later"
	}
	return ""
}

func messages(n int) string { return number(n, "message") }

// number is "1 day" or "2 days".
func number(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// when is a time, and how far away that is.
func (pg *page) when(t time.Time) string {
	away := t.Sub(pg.now)
	if away < 0 {
		return stamp(t) + " (" + nearly(-away) + " ago)"
	}
	return stamp(t) + " (in " + nearly(away) + ")"
}

// nearly is a span, to the nearest of its unit: a hold of 30 days that began a
// moment ago ends in 30 days.
func nearly(d time.Duration) string {
	for _, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if d >= unit {
			return span(d.Round(unit))
		}
	}
	return span(d)
}

// shellWord writes an address so that a shell takes it as one word, and nosend
// not for a flag.
func shellWord(address string) string {
	word := escaped(address, "")
	switch {
	case word != address:
		return "ADDRESS" // what can't be shown can't be copied
	case !regexp.MustCompile(`^[A-Za-z0-9@%+=:,./_-]+$`).MatchString(word):
		word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	if strings.HasPrefix(address, "-") {
		return "-- " + word
	}
	return word
}
