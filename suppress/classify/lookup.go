package classify

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxWord is the longest word or name, in bytes, that is looked up in the
// vocabulary. Longer ones are session ids and encoded blobs.
const maxWord = 64

// piece hands text[i:end] on as a number or a word.
func (s *scanner) piece(i, end int) {
	for i < end && isEdge(s.text[i]) {
		i++
	}
	for end > i && isEdge(s.text[end-1]) {
		end--
	}
	if i == end {
		return
	}
	if isDigit(s.text[i]) && strings.Trim(s.text[i:end], "0123456789.") == "" {
		s.number(i, end)
		return
	}
	s.word(i, end)
}

func isEdge(c byte) bool { return c == '.' || c == '\'' }

// number keeps reply codes and enhanced status codes out of the tokens, so
// that a code repeated on a new line doesn't tear a phrase.
func (s *scanner) number(i, end int) {
	switch strings.Count(s.text[i:end], ".") {
	case 0:
		if !s.takeReplyCode(i, end) {
			s.lookup(i, end, kindNumber)
		}
	case 2:
		if !s.codes.takeStatus(s.text[i:end]) {
			s.emit(i, end, 0, kindHost)
		}
	case 3:
		s.emit(i, end, s.vocab["%"], kindWord)
	default:
		s.emit(i, end, 0, kindHost)
	}
}

// word folds text[i:end] and emits it.
func (s *scanner) word(i, end int) {
	if strings.IndexByte(s.text[i:end], '.') >= 0 {
		s.lookup(i, end, kindHost)
		return
	}
	s.lookup(i, end, kindWord)
}

// lookup emits text[i:end] with its number in the vocabulary. A word cut in two
// by a hyphen is put together again if the vocabulary has the whole.
func (s *scanner) lookup(i, end int, k kind) {
	if end-i > maxWord {
		s.emit(i, end, 0, k)
		s.prev = s.prev[:0]
		return
	}
	s.foldWord(i, end)
	if len(s.prev) > 0 && len(s.tokens) > 0 {
		s.prev = append(s.prev, s.buf...)
		if id := s.vocab[string(s.prev)]; id != 0 {
			last := &s.tokens[len(s.tokens)-1]
			last.word, last.end = id, int32(end)
			s.prev = s.prev[:0]
			return
		}
	}
	s.emit(i, end, s.wordID(k), k)
	s.prev = s.prev[:0]
	if s.hyphenated(end) {
		s.prev = append(s.prev, s.buf...)
	}
}

func (s *scanner) foldWord(i, end int) {
	s.buf = s.buf[:0]
	for i < end {
		if c := s.text[i]; c < utf8.RuneSelf && c != '\'' {
			s.buf = append(s.buf, lowerASCII(c))
			i++
			continue
		}
		r, width := s.rune(i)
		if r != '\'' && r != '’' {
			s.buf = fold(s.buf, r)
		}
		i += width
	}
}

// wordID returns the vocabulary's number of the word in buf; 0: none. A host
// name is also known by its last three or two labels.
func (s *scanner) wordID(k kind) int32 {
	id := s.vocab[string(s.buf)]
	if id != 0 || k != kindHost {
		return id
	}
	two := bytes.LastIndexByte(s.buf[:bytes.LastIndexByte(s.buf, '.')], '.')
	if two < 0 {
		return 0
	}
	if three := bytes.LastIndexByte(s.buf[:two], '.'); three >= 0 {
		if id := s.vocab[string(s.buf[three+1:])]; id != 0 {
			return id
		}
	}
	return s.vocab[string(s.buf[two+1:])]
}

// hyphenated reports whether the word that ends at end goes on after a hyphen:
// one at the end of a line ("tempo- rarily"), or the one of "e-mail".
func (s *scanner) hyphenated(end int) bool {
	if end+2 >= len(s.text) || s.text[end] != '-' {
		return false
	}
	if string(s.buf) == "e" {
		return true
	}
	return s.text[end+1] <= ' ' && 'a' <= s.text[end+2] && s.text[end+2] <= 'z'
}

func (s *scanner) emit(i, end int, word int32, k kind) {
	s.tokens = append(s.tokens, token{start: int32(i), end: int32(end), word: word, kind: k})
}
