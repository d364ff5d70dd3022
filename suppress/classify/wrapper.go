package classify

import (
	"fmt"
	"io/fs"
	"strings"
)

// wrappers finds the phrases by which one program passes on what another said,
// such as "host mx.example.org[192.0.2.1] said:". They hold words ("host",
// "server", "error", "from") that are no evidence there.
type wrappers struct {
	engine engine
	ends   []bool // by clause: what follows it is not the reply any more
}

func readWrappers(dir fs.FS, lex *lexicon) (wrappers, error) {
	file, err := dir.Open("wrappers.tsv")
	if err != nil {
		return wrappers{}, err
	}
	defer file.Close()
	w := wrappers{engine: newEngine(lex)}
	return w, readTSV("wrappers.tsv", file, []string{"effect", "words", "note"}, func(_ int, f []string) error {
		return w.add(f[0], f[1])
	})
}

// add parses alternatives with the effect "skip" (their words don't count) or
// "end" (neither does anything after them).
func (w *wrappers) add(effect, words string) error {
	if effect != "skip" && effect != "end" {
		return fmt.Errorf("effect %q; allowed are skip and end", effect)
	}
	for _, text := range strings.Split(words, ";") {
		if _, err := w.engine.addClause(text); err != nil {
			return err
		}
		w.ends = append(w.ends, effect == "end")
	}
	return nil
}

// peel returns the tokens that are the reply. It blanks the words of wrappers
// in place: the tokens stay, so that no phrase comes about across a wrapper,
// and so do host names, which tell whose reply it is.
func (w *wrappers) peel(tokens []token) []token {
	for i := range tokens {
		for _, a := range w.engine.index[tokens[i].word] {
			p := &w.engine.patterns[a.pattern]
			first, last, ok := p.match(tokens, i, int(a.at))
			if !ok {
				continue
			}
			if w.ends[p.clause] {
				return tokens[:first]
			}
			blank(tokens[first : last+1])
		}
	}
	return tokens
}

func blank(tokens []token) {
	for i := range tokens {
		if tokens[i].kind != kindHost {
			tokens[i].word, tokens[i].kind = 0, 0
		}
	}
}
