package classify

import (
	"unicode"
	"unicode/utf8"
)

// fold appends r to buf in the form that rules are written in: lower case and
// without accents, so that "Boîte" and "boite" are one word.
func fold(buf []byte, r rune) []byte {
	if r < 0x80 {
		return append(buf, lowerASCII(byte(r)))
	}
	r = unicode.ToLower(r)
	if r < 0x180 {
		if s := latinFold(r); s != "" {
			return append(buf, s...)
		}
	}
	return utf8.AppendRune(buf, otherFold(r))
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// latinFold returns the plain letters of a lower-case letter of Latin-1 or
// Latin Extended-A, "" for one that has none.
func latinFold(r rune) string {
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'ā', 'ă', 'ą':
		return "a"
	case 'ç', 'ć', 'ĉ', 'ċ', 'č':
		return "c"
	case 'ď', 'đ':
		return "d"
	case 'è', 'é', 'ê', 'ë', 'ē', 'ĕ', 'ė', 'ę', 'ě':
		return "e"
	case 'ĝ', 'ğ', 'ġ', 'ģ':
		return "g"
	case 'ì', 'í', 'î', 'ï', 'ĩ', 'ī', 'ĭ', 'į', 'ı':
		return "i"
	case 'ĺ', 'ļ', 'ľ', 'ł':
		return "l"
	case 'ñ', 'ń', 'ņ', 'ň':
		return "n"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'ō', 'ŏ', 'ő':
		return "o"
	case 'ŕ', 'ŗ', 'ř':
		return "r"
	case 'ś', 'ŝ', 'ş', 'š':
		return "s"
	case 'ţ', 'ť':
		return "t"
	case 'ù', 'ú', 'û', 'ü', 'ũ', 'ū', 'ŭ', 'ů', 'ű', 'ų':
		return "u"
	case 'ý', 'ÿ':
		return "y"
	case 'ź', 'ż', 'ž':
		return "z"
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	}
	return ""
}

// otherFold returns the letter without its accent, of the accents that Greek
// and Russian replies have.
func otherFold(r rune) rune {
	switch r {
	case 'ά':
		return 'α'
	case 'έ':
		return 'ε'
	case 'ή':
		return 'η'
	case 'ί', 'ϊ', 'ΐ':
		return 'ι'
	case 'ό':
		return 'ο'
	case 'ύ', 'ϋ', 'ΰ':
		return 'υ'
	case 'ώ':
		return 'ω'
	case 'ё':
		return 'е'
	}
	return r
}

// isolated reports whether r belongs to a script that writes no spaces between
// words (or glues endings to them, as Korean does). Each such letter is a word
// of its own, so that phrases match at any place.
func isolated(r rune) bool {
	return r >= 0x0E00 && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
}
