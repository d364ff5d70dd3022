package classify

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Each way in which a rule can hold, each pattern between semicolons, decides a
// sample: one that doesn't is dead, or shadowed by a rule or pattern before it.
func TestEveryPatternDecidesASample(t *testing.T) {
	c := newClassifier(t)
	decided := map[*alternative]bool{}
	for _, s := range readSamples(t) {
		decided[decidingAlternative(c, s.in)] = true
	}
	patterns := map[int32]string{}
	for text, clause := range c.engine.clauses {
		patterns[clause] = text
	}
	for i := range c.engine.choices {
		choice := &c.engine.choices[i]
		r := c.engine.rules[choice.rule]
		var words []string
		for _, clause := range choice.all {
			words = append(words, patterns[clause])
		}
		assert.True(t, decided[choice], "%s:%d: rule %s: no line of testdata/replies is decided by %q",
			r.File, r.Line, r.ID, strings.Join(words, " & "))
	}
}

// decidingAlternative returns what Classify decides by, nil if no rule holds.
func decidingAlternative(c *Classifier, in Input) *alternative {
	s := c.scratch.Get().(*scratch)
	s.scanner.scan(in.Text)
	c.engine.find(c.wrappers.peel(s.scanner.tokens), &s.findings)
	_, how := c.firstRule(&s.findings, given(in, s.scanner.codes), &in)
	return how
}

// A rule that a mail engineer can read says one thing, fits on a screen and
// tells what it is about.
func TestRulesAreReadable(t *testing.T) {
	for _, r := range newClassifier(t).Rules() {
		assert.LessOrEqual(t, len([]rune(r.Words)), 200, "%s:%d: rule %s is long", r.File, r.Line, r.ID)
		assert.NotEmpty(t, r.Note, "%s:%d: rule %s has no note", r.File, r.Line, r.ID)
	}
}
