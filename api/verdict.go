package api

import (
	"fmt"

	"github.com/nosend/nosend/suppress/classify"
)

// NewVerdict writes an explained verdict as POST /classify answers it.
func NewVerdict(e *classify.Explanation) Verdict {
	return Verdict{
		Class: e.Class, Category: e.Category, Rule: e.Rule, Matched: e.Matched, Basis: e.Basis.String(),
		Code: e.Code, Status: e.Status, Permanent: e.Permanent, Overruled: e.Overruled,
		Explanation: newExplanation(e),
	}
}

func newExplanation(e *classify.Explanation) Explanation {
	out := Explanation{
		Note: e.By.Note, Marks: spans(e.Marks), Passed: spans(e.Passed), BytesRead: e.Read, Command: e.Command,
		Evidence: []Evidence{}, Also: []AlsoHeld{},
	}
	if e.By.ID != "" {
		out.RuleAt = fmt.Sprintf("%s:%d", e.By.File, e.By.Line)
	}
	for _, ev := range e.Seen {
		out.Evidence = append(out.Evidence, Evidence{
			Basis: ev.Basis.String(), ID: ev.ID, Class: ev.Class, Category: ev.Category, Outcome: ev.Outcome, Why: ev.Why,
		})
	}
	for _, h := range e.Also {
		out.Also = append(out.Also, AlsoHeld(h))
	}
	return out
}

func spans(parts []classify.Part) [][2]int {
	out := make([][2]int, 0, len(parts))
	for _, p := range parts {
		out = append(out, [2]int{p.From, p.To})
	}
	return out
}
