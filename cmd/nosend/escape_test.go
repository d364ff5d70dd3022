package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEscaped: what could play with the terminal, or be taken for something
// else, is seen as what it is.
func TestEscaped(t *testing.T) {
	for given, want := range map[string]string{
		"":                   "",
		"a b <é> 日本 \"\\":    "a b <é> 日本 \"\\",
		"\x1b[2Jx\x07\x7f\r": `\x1b[2Jx\a\x7f\r`,
		"a\tb\nc":            `a\tb\nc`,
		"\u009b31m":          `\u009b31m`,
		"\u202egnp.\u2066":   `\u202egnp.\u2066`,
		"\ufeffx\u200b":      `\ufeffx\u200b`,
		"\xff\xfe\x80":       `\xff\xfe\x80`,
		"\ufffd\u00a0":       "\ufffd" + `\u00a0`,
		"山田　太郎":              "山田　太郎",
	} {
		assert.Equal(t, want, escaped(given, ""))
	}
	assert.Equal(t, "a\tb\n"+`\r`, escaped("a\tb\n\r", "\n\t"))
}
