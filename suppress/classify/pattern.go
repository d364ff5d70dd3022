package classify

import (
	"fmt"
	"slices"
	"strings"
)

// maxGap is how many tokens ".." stands for at most.
const maxGap = 6

// maxOptional is how many words of one pattern may be optional: each doubles
// the patterns that are looked for.
const maxOptional = 4

// element is one place of a pattern: any of some words or kinds, or a gap.
type element struct {
	words []int32
	kinds kind
	gap   bool
}

func (e *element) matches(t token) bool {
	return e.kinds&t.kind != 0 || t.word != 0 && slices.Contains(e.words, t.word)
}

// pattern is a sequence of elements that must follow one another.
type pattern struct {
	elements []element
	clause   int32 // the clause that holds if the pattern is found
}

// match reports whether the pattern is found with its element at on tokens[i],
// and the first and last token of it.
func (p *pattern) match(tokens []token, i, at int) (first, last int, ok bool) {
	if last, ok = p.walk(tokens, i, at, 1); !ok {
		return 0, 0, false
	}
	first, ok = p.walk(tokens, i, at, -1)
	return first, last, ok
}

// walk matches the elements after (step 1) or before (step -1) element at,
// which stands on tokens[i]. It returns the outermost token.
func (p *pattern) walk(tokens []token, i, at, step int) (int, bool) {
	for at += step; 0 <= at && at < len(p.elements); at += step {
		if p.elements[at].gap {
			return p.walkGap(tokens, i, at+step, step)
		}
		i += step
		if i < 0 || i >= len(tokens) || !p.elements[at].matches(tokens[i]) {
			return 0, false
		}
	}
	return i, true
}

// walkGap tries element at, the one behind a gap, on each token in reach.
func (p *pattern) walkGap(tokens []token, i, at, step int) (int, bool) {
	for range maxGap + 1 {
		i += step
		if i < 0 || i >= len(tokens) {
			return 0, false
		}
		if p.elements[at].matches(tokens[i]) {
			if end, ok := p.walk(tokens, i, at, step); ok {
				return end, true
			}
		}
	}
	return 0, false
}

// parsePattern reads one pattern in the syntax of the words column and returns
// it once for each choice of its optional words.
func parsePattern(text string, lex *lexicon) ([][]element, error) {
	fields := splitWords(text)
	if len(fields) == 0 {
		return nil, fmt.Errorf("empty pattern; want words")
	}
	variants, optional := [][]element{nil}, 0
	for _, field := range fields {
		word, isOptional := strings.CutSuffix(field, "?")
		e, err := parseElement(word, lex)
		if err != nil {
			return nil, err
		}
		if optional += btoi(isOptional); optional > maxOptional {
			return nil, fmt.Errorf("pattern %q has more than %d optional words", text, maxOptional)
		}
		variants = extend(variants, e, isOptional)
	}
	for _, v := range variants {
		if err := checkElements(text, v); err != nil {
			return nil, err
		}
	}
	return variants, nil
}

// extend appends e to each variant; an optional e also leaves it as it was.
func extend(variants [][]element, e element, optional bool) [][]element {
	var out [][]element
	for _, v := range variants {
		out = append(out, append(slices.Clone(v), e))
		if optional {
			out = append(out, v)
		}
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// splitWords splits text at spaces, and between the letters of scripts that
// the scanner takes one by one.
func splitWords(text string) []string {
	var b strings.Builder
	for _, r := range text {
		if isolated(r) {
			fmt.Fprintf(&b, " %c ", r)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.Fields(b.String())
}

func parseElement(field string, lex *lexicon) (element, error) {
	if field == ".." {
		return element{gap: true}, nil
	}
	var e element
	names, err := lex.expand(field)
	if err != nil {
		return element{}, err
	}
	for _, word := range names {
		k := kindOf(word)
		e.kinds |= k
		if k != 0 {
			continue
		}
		if err := checkWord(word); err != nil {
			return element{}, err
		}
		e.words = append(e.words, lex.vocab.add(word))
	}
	return e, nil
}

// kindOf returns the kind that ~ and # stand for, else 0. (The scanner gives
// addresses and IP numbers the words @ and %.)
func kindOf(word string) kind {
	switch word {
	case "~":
		return kindHost
	case "#":
		return kindNumber
	}
	return 0
}

// checkWord reports what would keep word from ever being found: it must be as
// the scanner folds it.
func checkWord(word string) error {
	if word == "@" || word == "%" {
		return nil
	}
	if word == "" {
		return fmt.Errorf("empty word; want alternatives as in mailbox|account")
	}
	var folded []byte
	for _, r := range word {
		if r == '\'' || !isWordRune(r) {
			return fmt.Errorf("character %q in word %q; allowed are letters, digits, inner dots and the signs .. | ? @ %% ~ #", r, word)
		}
		folded = fold(folded, r)
	}
	if string(folded) != word {
		return fmt.Errorf("word %q never matches; write %q (lower case, no accents)", word, folded)
	}
	return nil
}

// checkElements refuses a pattern that begins or ends with a gap, has two in a
// row, or has no word to look for it by.
func checkElements(text string, elements []element) error {
	gap, anchored := true, false
	for _, e := range elements {
		if e.gap && gap {
			return fmt.Errorf("misplaced .. in pattern %q; it stands between two words", text)
		}
		gap = e.gap
		anchored = anchored || len(e.words) > 0 && e.kinds == 0
	}
	if gap {
		return fmt.Errorf("misplaced .. in pattern %q; it stands between two words", text)
	}
	if !anchored {
		return fmt.Errorf("pattern %q has no word of its own; ~, # and optional words alone would match too much", text)
	}
	return nil
}
