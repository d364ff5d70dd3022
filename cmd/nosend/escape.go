package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// wideSpace stands between the parts of a Japanese name, and looks like what it
// is.
const wideSpace = '\u3000'

// escaped writes what a stranger sent so that it can't play with the terminal:
// what isn't printable, or isn't text, becomes an escape as in Go. The
// characters of keep stay, and so does the wide space of Japanese names.
func escaped(s, keep string) string {
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[0])
		case strconv.IsPrint(r) || r == wideSpace || strings.ContainsRune(keep, r):
			out.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return out.String()
}
