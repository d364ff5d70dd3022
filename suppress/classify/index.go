package classify

import (
	"encoding/binary"
	"math"
)

// build files each pattern under its anchor. Call it once, after all rules.
func (e *engine) build() {
	uses := e.countUses()
	sets := wordSets{size: len(e.lexicon.vocab) + 1, known: map[string]bitset{}}
	e.index = make([][]anchored, len(e.lexicon.vocab)+1)
	for i, p := range e.patterns {
		for k := range p.elements {
			p.elements[k].set = sets.of(p.elements[k].words)
		}
		at := rarest(p.elements, uses)
		for _, w := range p.elements[at].words {
			e.index[w] = append(e.index[w], anchored{pattern: int32(i), at: int32(at)})
		}
	}
}

// countUses returns how many places of patterns each word can stand at.
func (e *engine) countUses() []int {
	uses := make([]int, len(e.lexicon.vocab)+1)
	for _, p := range e.patterns {
		for _, el := range p.elements {
			for _, w := range el.words {
				uses[w]++
			}
		}
	}
	return uses
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

// wordSets makes the sets that elements are matched by; elements with the same
// words share one.
type wordSets struct {
	size  int // one more than the greatest word
	known map[string]bitset
}

func (s *wordSets) of(words []int32) bitset {
	var key []byte
	for _, w := range words {
		key = binary.LittleEndian.AppendUint32(key, uint32(w))
	}
	set, ok := s.known[string(key)]
	if !ok {
		set.reset(s.size)
		for _, w := range words {
			set.set(w)
		}
		s.known[string(key)] = set
	}
	return set
}
