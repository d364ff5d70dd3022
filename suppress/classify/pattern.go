package classify

// maxGap is how many tokens ".." stands for at most.
const maxGap = 6

// element is one place of a pattern: any of some words or kinds, or a gap.
type element struct {
	words []int32
	set   bitset // the words, for a look-up; made by engine.build
	kinds kind
	gap   bool
}

func (e *element) matches(t token) bool {
	return e.kinds&t.kind != 0 || e.set.has(t.word)
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
