package classify

// kind says what sort of thing a token stands for.
type kind uint8

const (
	kindWord   kind = 1 << iota
	kindNumber      // digits only
	kindHost        // a dotted name: mx.example.com, but also resolver.adr.recipnotfound
)

// token is one word of a reply. A mail address is the word "@", an IP number
// the word "%".
type token struct {
	start, end int32 // where it stands in the text
	word       int32 // its number in the vocabulary, 0 if no rule knows the word
	kind       kind
}

// vocabulary numbers the words that rules use, from 1.
type vocabulary map[string]int32

func (v vocabulary) add(word string) int32 {
	id, ok := v[word]
	if !ok {
		id = int32(len(v) + 1)
		v[word] = id
	}
	return id
}
