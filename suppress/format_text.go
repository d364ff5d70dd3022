package suppress

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTextCell is how many bytes of a text a provider gets, give or take one.
// Their documents name no bound; this is a line that people read.
const maxTextCell = 200

// appendText appends the words of a stranger as a cell of a file for a
// provider. They are there for people to read, in the provider's pages and in
// files exported from there, where no import of ours takes a ' off again. So
// they lose what could do harm: characters that don't print, from line breaks
// to those that turn the direction of writing, become a space; what would make
// a spreadsheet calculate is cut off the front; and they end in time.
func appendText(line []byte, s string) []byte {
	start := len(line) + 1
	line = append(line, '"')
	space := false
	for _, r := range s {
		if !visible(r) {
			space = len(line) > start
			continue
		}
		if len(line) == start && strings.ContainsRune("=+-@'＝＋－＠", r) {
			continue
		}
		if len(line)-start+utf8.RuneLen(r) > maxTextCell {
			break
		}
		if space {
			line, space = append(line, ' '), false
		}
		if r == '"' {
			line = append(line, '"')
		}
		line = utf8.AppendRune(line, r)
	}
	if len(line) == start {
		return line[:start-1]
	}
	return append(line, '"')
}

func visible(r rune) bool { return ' ' < r && r < '\x7f' || r != ' ' && unicode.IsPrint(r) }
