package classify

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// lexicon is what patterns are read with: the vocabulary that they fill, and
// the named sets of words that they can use.
type lexicon struct {
	vocab vocabulary
	sets  map[string][]string
}

// readLexicon returns an empty vocabulary and the word sets of words.tsv.
func readLexicon(dir fs.FS) (*lexicon, error) {
	file, err := dir.Open("words.tsv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lex := &lexicon{vocab: vocabulary{}, sets: map[string][]string{}}
	return lex, readTSV("words.tsv", file, []string{"name", "words", "note"}, func(_ int, f []string) error {
		lex.sets[f[0]] = strings.Split(f[1], "|")
		return nil
	})
}

// expand splits one place of a pattern into its alternatives; $name stands for
// the words of a set.
func (l *lexicon) expand(field string) ([]string, error) {
	var words []string
	for _, word := range strings.Split(field, "|") {
		name, isSet := strings.CutPrefix(word, "$")
		if !isSet {
			words = append(words, word)
			continue
		}
		set, ok := l.sets[name]
		if !ok {
			known := slices.Sorted(maps.Keys(l.sets))
			return nil, fmt.Errorf("word set $%s; allowed are $%s", name, strings.Join(known, ", $"))
		}
		words = append(words, set...)
	}
	return words, nil
}
