package classify

import (
	"fmt"
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
