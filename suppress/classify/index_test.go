package classify

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The work that one word of a text can cause has a bound that doesn't depend
// on the text, so a text of any shape is read in time linear in its length.
func TestWorkPerWordIsBounded(t *testing.T) {
	const bound = 500 // comparisons; rules that need more need other words
	c := newClassifier(t)
	for word, id := range c.engine.lexicon.vocab {
		work := 0
		for _, a := range c.engine.index[id] {
			work += worstCase(c.engine.patterns[a.pattern].elements)
		}
		assert.LessOrEqual(t, work, bound, "word %q", word)
	}
}

// worstCase returns how many comparisons it takes to try a pattern at most:
// each gap tries what is behind it at every distance.
func worstCase(elements []element) int {
	tries, total := 1, 0
	for _, el := range elements {
		if el.gap {
			tries *= maxGap + 1
		} else {
			total += tries
		}
	}
	return total
}
