package classify

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// engine finds which clauses hold for a sequence of tokens, and the rules that
// they may decide. A clause is one pattern, with the variants that its optional
// words make; rules that name the same pattern share it.
//
// Each pattern is filed under its rarest word (its anchor); a text's words are
// looked up once each, and only patterns filed under one of them are tried.
type engine struct {
	lexicon  *lexicon
	patterns []pattern
	index    [][]anchored     // by word
	clauses  map[string]int32 // by the text of the pattern
	wanted   [][]int32        // clause -> alternatives that it may make hold
	choices  []alternative    // in the order of the rules
	always   []int32          // alternatives without words
	rules    []rule
}

// anchored is a pattern and which of its elements a word of the text stands on.
type anchored struct {
	pattern int32
	at      int32
}

// alternative is one of the ways in which a rule can hold.
type alternative struct {
	rule int32
	all  []int32 // clauses that must hold; the first is what a verdict shows
	none []int32 // clauses that must not
}

func newEngine(lex *lexicon) engine {
	return engine{lexicon: lex, clauses: map[string]int32{}}
}

// addRule parses the columns of r and appends it.
func (e *engine) addRule(r Rule) error {
	if e.taken(r) {
		return fmt.Errorf("rule id %q is taken", r.ID)
	}
	when, err := parseCondition(r.Codes)
	if err != nil {
		return err
	}
	number := int32(len(e.rules))
	e.rules = append(e.rules, rule{Rule: r, when: when})
	if strings.TrimSpace(r.Words) == "" {
		e.always = append(e.always, int32(len(e.choices)))
		e.choices = append(e.choices, alternative{rule: number})
		return nil
	}
	for _, text := range strings.Split(r.Words, ";") {
		if err := e.addAlternative(number, text); err != nil {
			return err
		}
	}
	return nil
}

// taken reports whether the id of r is another rule's. The line before in the
// same file may have it: the two are one rule then.
func (e *engine) taken(r Rule) bool {
	n := slices.IndexFunc(e.rules, func(other rule) bool { return other.ID == r.ID })
	if n < 0 {
		return false
	}
	last := e.rules[len(e.rules)-1]
	return last.ID != r.ID || last.File != r.File
}

// addAlternative parses patterns with & between them, those that must not be
// found with ! in front.
func (e *engine) addAlternative(number int32, text string) error {
	choice := alternative{rule: number}
	for _, part := range strings.Split(text, "&") {
		body, negated := strings.CutPrefix(strings.TrimSpace(part), "!")
		if !negated {
			clause, err := e.addClause(body)
			if err != nil {
				return err
			}
			e.wanted[clause] = append(e.wanted[clause], int32(len(e.choices)))
			choice.all = append(choice.all, clause)
			continue
		}
		none, err := e.addNone(body)
		if err != nil {
			return err
		}
		choice.none = append(choice.none, none...)
	}
	if len(choice.all) == 0 {
		return fmt.Errorf("alternative %q has no words that must be found", strings.TrimSpace(text))
	}
	e.choices = append(e.choices, choice)
	return nil
}

// addNone adds a pattern that must not be found. One that is a single word out
// of several becomes a clause for each word, which many rules can share.
func (e *engine) addNone(text string) ([]int32, error) {
	words := []string{text}
	if !strings.Contains(strings.TrimSpace(text), " ") {
		var err error
		if words, err = e.lexicon.expand(strings.TrimSpace(text)); err != nil {
			return nil, err
		}
	}
	var none []int32
	for _, word := range words {
		clause, err := e.addClause(word)
		if err != nil {
			return nil, err
		}
		none = append(none, clause)
	}
	return none, nil
}

// addClause returns the number of the clause for a pattern.
func (e *engine) addClause(text string) (int32, error) {
	text = strings.Join(strings.Fields(text), " ")
	if clause, ok := e.clauses[text]; ok {
		return clause, nil
	}
	variants, err := parsePattern(text, e.lexicon)
	if err != nil {
		return 0, err
	}
	clause := int32(len(e.wanted))
	e.clauses[text] = clause
	e.wanted = append(e.wanted, nil)
	for _, elements := range variants {
		e.patterns = append(e.patterns, pattern{elements: elements, clause: clause})
	}
	return clause, nil
}

// build files each pattern under its anchor. Call it once, after all rules.
func (e *engine) build() {
	uses := make([]int, len(e.lexicon.vocab)+1)
	for _, p := range e.patterns {
		for _, el := range p.elements {
			for _, w := range el.words {
				uses[w]++
			}
		}
	}
	e.index = make([][]anchored, len(e.lexicon.vocab)+1)
	for i, p := range e.patterns {
		at := rarest(p.elements, uses)
		for _, w := range p.elements[at].words {
			e.index[w] = append(e.index[w], anchored{pattern: int32(i), at: int32(at)})
		}
	}
}

// rarest returns the element whose words are least used over all patterns.
func rarest(elements []element, uses []int) int {
	best, least := 0, math.MaxInt
	for i, el := range elements {
		if el.kinds != 0 || len(el.words) == 0 {
			continue
		}
		total := 0
		for _, w := range el.words {
			total += uses[w]
		}
		if total < least {
			best, least = i, total
		}
	}
	return best
}

// span is the tokens that a clause was found on.
type span struct{ first, last int32 }

// findings are the clauses found in one text, and the alternatives that may
// hold because of them.
type findings struct {
	clauses bitset
	choices bitset
	spans   []span // by clause; valid where clauses has the bit
}

func (f *findings) reset(e *engine) {
	f.clauses.reset(len(e.wanted))
	f.choices.reset(len(e.choices))
	if len(f.spans) < len(e.wanted) {
		f.spans = make([]span, len(e.wanted))
	}
	for _, choice := range e.always {
		f.choices.set(choice)
	}
}

// find looks for all clauses. Each is found at most once, and trying one at one
// place is bounded by the pattern's length, so the work is linear in tokens.
func (e *engine) find(tokens []token, f *findings) {
	f.reset(e)
	for i := range tokens {
		word := tokens[i].word
		if word == 0 {
			continue
		}
		for _, a := range e.index[word] {
			p := &e.patterns[a.pattern]
			if f.clauses.has(p.clause) {
				continue
			}
			if first, last, ok := p.match(tokens, i, int(a.at)); ok {
				f.add(e, p.clause, span{int32(first), int32(last)})
			}
		}
	}
}

func (f *findings) add(e *engine, clause int32, s span) {
	f.clauses.set(clause)
	f.spans[clause] = s
	for _, choice := range e.wanted[clause] {
		f.choices.set(choice)
	}
}

// holds reports whether the clauses are as the alternative wants them.
func (f *findings) holds(a *alternative) bool {
	for _, c := range a.all {
		if !f.clauses.has(c) {
			return false
		}
	}
	for _, c := range a.none {
		if f.clauses.has(c) {
			return false
		}
	}
	return true
}
