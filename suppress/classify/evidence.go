package classify

import (
	"fmt"
	"strconv"
)

// Evidence is one thing that speaks for a category: a rule, or a code with what
// the tables say of it.
type Evidence struct {
	Basis    Basis
	ID       string // the rule's id, or the code: "status:5.1.1", "cmc:2", "reply:550"
	Class    Class
	Category Category
	Outcome  Outcome
	Why      string // a few words for people: why it decided, or why not
}

// Outcome is what became of a piece of evidence.
type Outcome string

// The outcomes.
const (
	Decided   Outcome = "decided"   // the verdict is what it says
	Agrees    Outcome = "agrees"    // stronger evidence says the same
	Overruled Outcome = "overruled" // stronger evidence says otherwise
	Silent    Outcome = "silent"    // it says nothing about the cause
)

// evidence lists what was seen, strongest first. k are the codes that count,
// found those of the text.
func (c *Classifier) evidence(e *Explanation, in Input, k, found codes) []Evidence {
	var seen []Evidence
	if e.By.ID != "" {
		seen = append(seen, Evidence{Basis: e.Basis, ID: e.By.ID, Class: e.By.Class, Category: e.By.Category})
	}
	if k.status != "" {
		row, ok := c.tables.forStatus(k)
		seen = append(seen, codeEvidence(BasisStatus, "status:"+k.status, row, ok))
	}
	if in.ProviderCode != "" {
		row, ok := c.tables.providers[providerCode{in.Source, in.ProviderCode}]
		seen = append(seen, codeEvidence(BasisProvider, in.Source+":"+in.ProviderCode, row, ok))
	}
	if k.reply != 0 {
		row, ok := c.tables.reply[k.reply]
		seen = append(seen, codeEvidence(BasisReply, "reply:"+strconv.Itoa(k.reply), row, ok))
	}
	for i := range seen {
		seen[i].judge(e)
	}
	return append(seen, unused(in, k, found)...)
}

func codeEvidence(basis Basis, id string, row codeRow, known bool) Evidence {
	switch {
	case !known:
		return Evidence{Basis: basis, ID: id, Class: Unknown, Category: Uncategorized, Why: "no table has this code"}
	case row.rule != id:
		return Evidence{Basis: basis, ID: row.rule, Class: row.class, Category: row.category, Why: "the reply code makes it temporary: " + id}
	}
	return Evidence{Basis: basis, ID: id, Class: row.class, Category: row.category}
}

// judge says what became of the evidence.
func (ev *Evidence) judge(e *Explanation) {
	why := ""
	switch {
	case ev.ID == e.Rule && ev.Basis == e.Basis:
		ev.Outcome, why = Decided, winning(e)
	case ev.Category == Uncategorized:
		ev.Outcome, why = Silent, "the code is used for many things"
	case ev.Category == e.Category:
		ev.Outcome = Agrees
	default:
		ev.Outcome, why = Overruled, losing(e, ev.Basis)
	}
	switch {
	case ev.Why == "":
		ev.Why = why
	case ev.Outcome == Decided || ev.Outcome == Overruled:
		ev.Why += "; " + why
	}
}

// winning says why the evidence that decided was the strongest.
func winning(e *Explanation) string {
	switch {
	case e.Basis == BasisText:
		return "what the text says goes before all codes"
	case e.By.ID != "":
		return "a rule about these codes goes before what they usually mean"
	case e.Basis == BasisStatus && e.Category != Uncategorized:
		return "no rule knows words of the text"
	case e.Basis == BasisProvider:
		return "no rule knows words of the text, and no status code says why"
	}
	return "there is nothing better to go by"
}

// losing says why evidence of one kind was overruled.
func losing(e *Explanation, b Basis) string {
	if e.By.ID != "" && e.Basis != BasisText {
		return winning(e)
	}
	return fmt.Sprintf("%s goes before %s", e.Basis.words(), b.words())
}

// words names the evidence in a sentence.
func (b Basis) words() string {
	switch b {
	case BasisText:
		return "what the text says"
	case BasisStatus:
		return "the status code"
	case BasisProvider:
		return "the provider's code"
	}
	return "the reply code"
}

// unused lists the codes that don't count because another one does.
func unused(in Input, k, found codes) (out []Evidence) {
	silent := func(basis Basis, id, why string) {
		out = append(out, Evidence{Basis: basis, ID: id, Class: Unknown, Category: Uncategorized, Outcome: Silent, Why: why})
	}
	switch {
	case in.Status == "" || in.Status == k.status:
	case !isStatus(in.Status):
		silent(BasisStatus, "status:"+in.Status, "it isn't the status code of a failure")
	default:
		silent(BasisStatus, "status:"+in.Status, "the text has the receiver's own: "+k.status)
	}
	if found.status != "" && found.status != k.status {
		silent(BasisStatus, "status:"+found.status, "the one reported apart from the text has a detail: "+k.status)
	}
	if in.Code != 0 && !isReply(in.Code) {
		silent(BasisReply, "reply:"+strconv.Itoa(in.Code), "it isn't the code of a refusal")
	}
	if found.reply != 0 && found.reply != k.reply {
		silent(BasisReply, "reply:"+strconv.Itoa(found.reply), "the one reported apart from the text counts: "+strconv.Itoa(k.reply))
	}
	return out
}
