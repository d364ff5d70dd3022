package suppress_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"user@example.com":                 "user@example.com",
		" User@Example.COM. ":              "user@example.com",
		"<user@example.com>":               "user@example.com",
		"Taro Yamada <taro@example.jp>":    "taro@example.jp",
		`"user"@example.com`:               "user@example.com",
		`"us\er"@example.com`:              "user@example.com",
		`"q q"@x.jp`:                       `"q q"@x.jp`,
		`"a@b"@x.jp`:                       `"a@b"@x.jp`,
		`"a\"b"@x.jp`:                      `"a\"b"@x.jp`,
		`a"b@x.jp`:                         `"a\"b"@x.jp`,
		"a@b@x.jp":                         `"a@b"@x.jp`,
		"foo..bar@docomo.ne.jp":            "foo..bar@docomo.ne.jp",
		".foo.@docomo.ne.jp":               ".foo.@docomo.ne.jp",
		`"foo..bar"@docomo.ne.jp`:          "foo..bar@docomo.ne.jp",
		"user@example":                     "user@example",
		"user+tag@example.com":             "user+tag@example.com",
		"a/b@x.jp":                         "a/b@x.jp",
		"x%y@x.jp":                         "x%y@x.jp",
		"user@my_host.example":             "user@my_host.example",
		"user@-odd-.example":               "user@-odd-.example",
		"user@r3---sn.example":             "user@r3---sn.example",
		"ü@bücher.example":                 "ü@xn--bcher-kva.example",
		"u\u0308@XN--BCHER-KVA.example":    "ü@xn--bcher-kva.example",
		"STRASSE@x.jp":                     "strasse@x.jp",
		"straße@x.jp":                      "strasse@x.jp",
		"用户@例え.jp":                         "用户@xn--r8jz45g.jp",
		"user@例え。jp":                       "user@xn--r8jz45g.jp",
		"ü@!）.a＠b":                         "ü@!）.a＠b",
		"user@[192.0.2.1]":                 "user@[192.0.2.1]",
		"user@[IPv6:2001:DB8::1]":          "user@[ipv6:2001:db8::1]",
		strings.Repeat("x", 100) + "@x.jp": strings.Repeat("x", 100) + "@x.jp",
	} {
		t.Run(in, func(t *testing.T) {
			a, err := suppress.ParseAddress(in)
			require.NoError(t, err)
			assert.Equal(t, want, a.String())
			back, err := suppress.AddressFromKey(a.Key())
			require.NoError(t, err)
			assert.Equal(t, a.String(), back.String())
		})
	}
}

func TestParseAddressRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "not a mail address: it has no @",
		"user":                             "not a mail address: it has no @",
		"@example.com":                     "not a mail address: nothing stands before the @",
		`""@example.com`:                   "not a mail address: nothing stands before the @",
		"user@":                            "not a mail address: nothing stands after the @",
		"user@.":                           "not a mail address: nothing stands after the @",
		"user@\u00ad":                      "not a mail address: nothing stands after the @",
		"us\x00er@x.jp":                    "not a mail address: control character U+0000 at byte 2",
		"us\ner@x.jp":                      "not a mail address: control character U+000A at byte 2",
		"us\u0085er@x.jp":                  "not a mail address: control character U+0085 at byte 2",
		"us\xffer@x.jp":                    "not a mail address: it is not UTF-8",
		strings.Repeat("x", 316) + "@x.jp": "not a mail address: 321 bytes, at most 320 are allowed",
	} {
		t.Run(in, func(t *testing.T) {
			_, err := suppress.ParseAddress(in)
			require.ErrorIs(t, err, suppress.ErrAddress)
			assert.Equal(t, want, err.Error())
		})
	}
}

func TestSpellingIsKept(t *testing.T) {
	assert.Equal(t, "Taro.Yamada@Example.JP", address(t, " <Taro.Yamada@Example.JP>").Spelling())
}

// FuzzParseAddress: normalising twice equals once, and what is taken is within
// the bounds that the stores rely on.
func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"user@example.com", `"q q"@x.jp`, "ü@bücher.example", "İ@x", `"\"@x`, "a@ⅷ.x", "<<a@b>>", "ß@\u00ad.x..", `<"<"@>>`, `"<"@>`, "ß@\u00ad .", "Ӎ@Ӏ", "ß@\u00ad \u00ad.", "\"\u00ada\"@x", "\"\u00a0a\"@x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		a, err := suppress.ParseAddress(in)
		if err != nil {
			assert.ErrorIs(t, err, suppress.ErrAddress)
			return
		}
		again, err := suppress.ParseAddress(a.String())
		require.NoError(t, err, "%q", a.String())
		assert.Equal(t, a.String(), again.String())
		assert.LessOrEqual(t, len(a.String()), suppress.MaxAddressBytes)
		back, err := suppress.AddressFromKey(a.Key())
		require.NoError(t, err)
		assert.Equal(t, a.String(), back.String())
	})
}
