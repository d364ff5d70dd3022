package classify

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// alsoHeld is how many rules an Explanation names that held and came too late.
const alsoHeld = 5

// Explanation is a Verdict with what led to it, for people who want to know
// why, and for those who write rules.
type Explanation struct {
	Verdict
	By      Rule       // the line of the rules that decided; zero if a code did
	Marks   []Part     // what decided, where it stands in the text: in order, none overlaps the next
	Passed  []Part     // what doesn't count: words by which a relay passes a reply on, and what follows the reply; none overlaps a mark
	Read    int        // how many bytes of the text were read
	Command string     // the SMTP command that the text says was answered, e.g. "RCPT"; "": it says none
	Seen    []Evidence // all that was seen, strongest first
	Also    []Held     // rules that held too, but come after the one that decided; a few
}

// Part is a part of a text: bytes From to To, without the one at To.
type Part struct{ From, To int }

// Held is a rule that held.
type Held struct {
	Rule     string
	Class    Class
	Category Category
	Matched  string // the words of the text; "" if the rule looks only at codes
}

// Explain judges one bounce as Classify does, and says why. It takes more than
// twice the time of Classify, and may be called concurrently as well.
func (c *Classifier) Explain(in Input) Explanation {
	e := Explanation{Verdict: c.Classify(in), Read: min(len(in.Text), maxText)}
	in.Text = in.Text[:e.Read]
	s := c.scratch.Get().(*scratch)
	defer c.scratch.Put(s)
	s.scanner.scan(in.Text)
	reply := c.wrappers.peel(s.scanner.tokens)
	c.engine.find(reply, &s.findings)
	k := given(in, s.scanner.codes)
	e.Command = c.command(&s.findings)
	e.Passed = passed(s.scanner.tokens, len(reply), len(in.Text))
	r, how := c.firstRule(&s.findings, k, &in)
	if r != nil {
		e.By = r.Rule
		e.Marks = s.marks(how)
		e.Also = c.also(r, how, s, k, &in)
	}
	e.Seen = c.evidence(&e, in, k, s.scanner.codes)
	if len(e.Marks) == 0 {
		e.Marks = codeMarks(in.Text, e.Basis, k)
	}
	e.Passed = slices.DeleteFunc(e.Passed, func(p Part) bool { return slices.ContainsFunc(e.Marks, p.overlaps) })
	return e
}

func (p Part) overlaps(o Part) bool { return p.From < o.To && o.From < p.To }

// passed returns the parts that peel took out of the tokens, the first n of
// which are the reply. A host name between two such parts belongs to them.
func passed(tokens []token, n, length int) []Part {
	var parts []Part
	host := false
	for i := 0; i < n; i++ {
		t := tokens[i]
		switch {
		case t.kind != 0:
			host = t.kind == kindHost && (host || i > 0 && tokens[i-1].kind == 0)
		case len(parts) > 0 && (host || tokens[i-1].kind == 0):
			parts[len(parts)-1].To, host = int(t.end), false
		default:
			parts = append(parts, Part{int(t.start), int(t.end)})
		}
	}
	if n < len(tokens) {
		parts = append(parts, Part{int(tokens[n].start), length})
	}
	return parts
}

// marks returns where the words of an alternative stand.
func (s *scratch) marks(how *alternative) []Part {
	var parts []Part
	for _, clause := range how.all {
		found, tokens := s.findings.spans[clause], s.scanner.tokens
		parts = append(parts, Part{int(tokens[found.first].start), int(tokens[found.last].end)})
	}
	return merge(parts)
}

// merge sorts parts and joins those that overlap or touch.
func merge(parts []Part) []Part {
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	var out []Part
	for _, p := range parts {
		if last := len(out) - 1; last >= 0 && p.From <= out[last].To {
			out[last].To = max(out[last].To, p.To)
			continue
		}
		out = append(out, p)
	}
	return out
}

// also returns the next rules that hold: it takes out the one that was found,
// and asks again.
func (c *Classifier) also(r *rule, how *alternative, s *scratch, k codes, in *Input) []Held {
	var out []Held
	named := []string{r.ID}
	for len(out) < alsoHeld {
		s.findings.choices.drop(how, c.engine.choices)
		if r, how = c.firstRule(&s.findings, k, in); r == nil {
			break
		}
		if slices.Contains(named, r.ID) {
			continue
		}
		named = append(named, r.ID)
		held := Held{Rule: r.ID, Class: r.Class, Category: r.Category}
		if parts := s.marks(how); len(parts) > 0 {
			held.Matched = in.Text[parts[0].From:parts[0].To]
		}
		out = append(out, held)
	}
	return out
}

// drop takes the alternative out of the set.
func (b bitset) drop(a *alternative, all []alternative) {
	n := b.next(0)
	for &all[n] != a {
		n = b.next(n + 1)
	}
	b[n>>6] &^= 1 << (n & 63)
}

// codeMarks returns where the code that decided stands, if it does.
func codeMarks(text string, basis Basis, k codes) []Part {
	switch basis {
	case BasisStatus:
		return findCode(text, k.status)
	case BasisReply:
		return findCode(text, strconv.Itoa(k.reply))
	}
	return nil
}

// findCode returns the first place of a code that isn't a part of a longer
// number.
func findCode(text, code string) []Part {
	for from := 0; code != ""; {
		i := strings.Index(text[from:], code)
		if i < 0 {
			break
		}
		start, end := from+i, from+i+len(code)
		if !inNumber(text[:start]) && !numberGoesOn(text[end:]) {
			return []Part{{start, end}}
		}
		from = start + 1
	}
	return nil
}

// inNumber reports whether what follows before is the rest of a number.
func inNumber(before string) bool {
	before = strings.TrimSuffix(before, ".")
	return before != "" && isAlnum(before[len(before)-1])
}

func numberGoesOn(after string) bool {
	after = strings.TrimPrefix(after, ".")
	return after != "" && isAlnum(after[0])
}
