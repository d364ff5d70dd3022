package classify

import (
	"fmt"
	"slices"
	"strings"
)

// maxOptional is how many words of one pattern may be optional: each doubles
// the patterns that are looked for.
const maxOptional = 4

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
