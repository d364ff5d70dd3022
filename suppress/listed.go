package suppress

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseListed parses an address that stands in somebody's list of addresses.
// It refuses, beside what [ParseAddress] refuses, what is more likely a row of
// a table, several addresses or a piece of JSON: "a@x.jp,Taro" would otherwise
// pass as an address of the domain "x.jp,taro", which no list ever holds, and
// so as one that may be mailed.
func ParseListed(s string) (Address, error) {
	a, err := ParseAddress(s)
	if err != nil {
		return Address{}, err
	}
	switch {
	case strings.ContainsFunc(a.Spelling(), formats):
		return Address{}, fmt.Errorf("%w: a character that can't be seen stands in it", ErrAddress)
	case strings.HasPrefix(a.domain, ".") || strings.Contains(a.domain, ".."):
		return Address{}, fmt.Errorf("%w: a part of the domain is missing", ErrAddress)
	case strings.ContainsFunc(a.domain, separates):
		return Address{}, fmt.Errorf("%w: more than an address stands here", ErrAddress)
	case a.local[0] == '"' && a.Spelling()[0] != '"':
		return Address{}, fmt.Errorf("%w: several stand here, or the part before the @ needs quotes", ErrAddress)
	case strings.ContainsRune(a.Spelling(), utf8.RuneError):
		return Address{}, fmt.Errorf("%w: a character was lost when the text was converted to UTF-8", ErrAddress)
	}
	return a, nil
}

// separates reports whether a character can't be in a domain, but between or
// around addresses in a list.
func separates(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`,;"'<>(){}|/?#&=`, r) }

// formats reports a character that only formats text, but for the two joiners,
// which some scripts can't do without.
func formats(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}
