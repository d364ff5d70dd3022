package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner cuts a reply into tokens and takes the codes out of it. It peels off
// what would stand between words that belong together: reply codes repeated in
// the middle of a folded sentence, hyphens of line breaks, punctuation.
type scanner struct {
	text   string
	vocab  vocabulary
	tokens []token
	codes  codes
	buf    []byte // the folded word at hand
	prev   []byte // the folded word before it, if a hyphen joins the two
	noHost int    // before here no host name with hyphens begins
}

// scan reads the whole text. Its work is linear in len(text).
func (s *scanner) scan(text string) {
	s.text, s.tokens, s.codes, s.prev = text, s.tokens[:0], codes{}, s.prev[:0]
	s.noHost = 0
	for i := 0; i < len(text); {
		if isDelimiter(text[i]) {
			i++
			continue
		}
		if end := ip6End(text, i); end > 0 {
			s.emit(i, end, s.vocab["%"], kindWord)
			i = end
			continue
		}
		end := i + 1
		for end < len(text) && !isDelimiter(text[end]) {
			end++
		}
		s.chunk(i, end)
		i = end
	}
}

// ip6End returns where the IPv6 number that begins at i ends; 0 if there is
// none.
func ip6End(text string, i int) int {
	end, colons := i, 0
	for end < len(text) && end-i < len("2001:0db8:0000:0000:0000:0000:192.000.002.255") {
		c := text[end]
		if c == ':' {
			colons++
		} else if !isDigit(c) && (lowerASCII(c) < 'a' || lowerASCII(c) > 'f') && c != '.' {
			break
		}
		end++
	}
	if colons < 3 && (colons < 2 || !strings.Contains(text[i:end], "::")) {
		return 0 // 12:30:45 is no number of a host
	}
	if end < len(text) && isAlnum(text[end]) {
		return 0
	}
	return end
}

// isDelimiter reports whether c ends a chunk, the longest thing that can be a
// mail address.
func isDelimiter(c byte) bool {
	switch c {
	case '<', '>', '(', ')', '[', ']', '{', '}', '"', ',', ';', ':', '!', '?', '*', '|', '`':
		return true
	}
	return c <= ' ' || c == 0x7f
}

// chunk takes the addresses out of text[i:end] and hands the rest to words.
func (s *scanner) chunk(i, end int) {
	for i < end {
		at := strings.IndexByte(s.text[i:end], '@')
		if at < 0 {
			break
		}
		from, to := s.address(i, i+at, end)
		if from == i+at || to == i+at+1 {
			s.words(i, i+at)
			i += at + 1
			continue
		}
		s.words(i, from)
		s.emit(from, to, s.vocab["@"], kindWord)
		i = to
	}
	s.words(i, end)
}

// address returns the bounds of the address around the @ at position at. Both
// sides are ASCII: text of other scripts may follow without a space.
func (s *scanner) address(lo, at, hi int) (from, to int) {
	from, to = at, at+1
	for from > lo && s.text[from-1] < 0x80 && s.text[from-1] != '\'' {
		from--
	}
	for to < hi && isHostByte(s.text[to]) {
		to++
	}
	return from, to
}

func isHostByte(c byte) bool {
	return isAlnum(c) || c == '.' || c == '-' || c == '_'
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || isDigit(c) || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// words cuts text[i:end], which has no address in it, into pieces.
func (s *scanner) words(i, end int) {
	for i < end {
		r, width := s.rune(i)
		switch {
		case isolated(r):
			s.word(i, i+width)
			i += width
		case !isWordRune(r):
			i += width
		default:
			if next := s.hostEnd(i, end); next > 0 {
				s.lookup(i, next, kindHost)
				i = next
				continue
			}
			next := s.pieceEnd(i+width, end)
			s.piece(i, next)
			i = next
		}
	}
}

// pieceEnd returns where the piece ends that i is inside of.
func (s *scanner) pieceEnd(i, end int) int {
	for i < end {
		if isAlnum(s.text[i]) { // nearly always
			i++
			continue
		}
		r, width := s.rune(i)
		if isolated(r) || !isWordRune(r) || r == '.' && s.endsSentence(i) {
			return i
		}
		i += width
	}
	return end
}

// hostEnd returns where a host name with hyphens (mx-in.example.org) that
// begins at i ends; 0 if there is none. pieceEnd would cut it into words that
// the reply doesn't say.
func (s *scanner) hostEnd(i, end int) int {
	if i < s.noHost || !isAlnum(s.text[i]) || isDigit(s.text[i]) {
		return 0
	}
	to := i
	for to < end && (isAlnum(s.text[to]) || s.text[to] == '-' || s.text[to] == '.' && !s.endsSentence(to)) {
		to++
	}
	s.noHost = to
	name := strings.TrimRight(s.text[i:to], "-.")
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || len(name) > maxWord || strings.IndexByte(name, '-') < 2 {
		return 0
	}
	top := name[dot+1:]
	if strings.ContainsAny(top, "-0123456789") || len(top) > len("com") && strings.Count(name, ".") == 1 {
		return 0 // "re-try.Thanks" is no name
	}
	return i + len(name)
}

// endsSentence reports whether the dot at i is a full stop without a space
// after it ("is full.Try again", "unknown...giving up") and not part of a name.
func (s *scanner) endsSentence(i int) bool {
	if i+1 >= len(s.text) || s.text[i+1] == '.' || s.text[i-1] == '.' {
		return true
	}
	before, after := s.text[i-1], s.text[i+1]
	return 'a' <= before && before <= 'z' && 'A' <= after && after <= 'Z'
}

// rune decodes the rune at i. A byte that is not UTF-8 is read as Latin-1,
// which such replies mostly are.
func (s *scanner) rune(i int) (r rune, width int) {
	if c := s.text[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, width = utf8.DecodeRuneInString(s.text[i:])
	if r == utf8.RuneError && width == 1 {
		r = rune(s.text[i])
	}
	return r, width
}

func isWordRune(r rune) bool {
	if r < 0x80 {
		return isAlnum(byte(r)) || r == '.' || r == '\''
	}
	return r == '’' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
