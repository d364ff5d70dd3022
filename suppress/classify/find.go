package classify

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
