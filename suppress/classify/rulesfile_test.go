package classify

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const rulesHeader = "id\tcategory\tcodes\twords\tnote\n"

func TestUserRulesGoInFront(t *testing.T) {
	c, err := NewWithRules("my.tsv", strings.NewReader(rulesHeader+
		"# ours\n\n"+
		"our-gateway\tserver_error\t5xx\tuser unknown & gateway\tour relay says so when it is down\n"+
		"our-code\tmailbox_full/hard\t5.9.9\t\tgives up for good\n"))
	require.NoError(t, err)
	assert.Equal(t, "our-gateway", c.Classify(Input{Text: "550 gateway: user unknown"}).Rule)
	assert.Equal(t, "user-unknown", c.Classify(Input{Text: "450 gateway: user unknown"}).Rule)
	v := c.Classify(Input{Text: "no words", Status: "5.9.9"})
	assert.Equal(t, "our-code", v.Rule)
	assert.Equal(t, Hard, v.Class)
	assert.Equal(t, BasisStatus, v.Basis)
	assert.Equal(t, Rule{ID: "our-gateway", Category: ServerError, Class: Soft, Codes: "5xx", Words: "user unknown & gateway",
		Note: "our relay says so when it is down", File: "my.tsv", Line: 4}, c.Rules()[0])
}

func TestLinesWithOneIDAreOneRule(t *testing.T) {
	c, err := NewWithRules("f.tsv", strings.NewReader(rulesHeader+"it\tpolicy\t\tred fox\t\nit\tpolicy\t\tblue fox\t\n"))
	require.NoError(t, err)
	assert.Equal(t, "it", c.Classify(Input{Text: "a red fox"}).Rule)
	assert.Equal(t, "it", c.Classify(Input{Text: "a blue fox"}).Rule)
}

// Windows editors put a byte order mark in front of a file.
func TestByteOrderMarkIsSkipped(t *testing.T) {
	c, err := NewWithRules("f.tsv", strings.NewReader("\ufeff"+rulesHeader+"it\tpolicy\t550-599\tred fox\t\n"))
	require.NoError(t, err)
	assert.Equal(t, "it", c.Classify(Input{Text: "550 a red fox"}).Rule)
	_, err = NewWithRules("f.tsv", strings.NewReader("\ufeff"))
	assert.ErrorContains(t, err, "f.tsv:1: no header")
}

func TestRulesFileErrors(t *testing.T) {
	codeTests := "allowed are 550, 550-559, 5xx, 5.1.1, 5.1.x, x.1.1, each also with ! in front, and command=, domain=, source="
	for _, tt := range []struct{ name, file, want string }{
		{"empty", "", `f.tsv:1: no header; want "id\tcategory\tcodes\twords\tnote"`},
		{"wrong header", "id\twords\n", `f.tsv:1: header "id\twords"; want "id\tcategory\tcodes\twords\tnote"`},
		{"too few columns", rulesHeader + "a\tpolicy\n", "f.tsv:2: 2 columns; want 5: id, category, codes, words, note"},
		{"bad id", rulesHeader + "My Rule\tpolicy\t\tx\t\n", `f.tsv:2: rule id "My Rule"; allowed are a-z, 0-9 and -`},
		{"no id", rulesHeader + "\tpolicy\t\tx\t\n", `f.tsv:2: rule id ""; want a name such as user-unknown`},
		{"reserved id", rulesHeader + "none\tpolicy\t\tx\t\n", `f.tsv:2: rule id "none"; want a name such as user-unknown`},
		{"id twice", rulesHeader + "a\tpolicy\t\tx\t\nb\tpolicy\t\ty\t\na\tpolicy\t\tz\t\n", `f.tsv:4: rule id "a" is taken`},
		{"id of a built-in rule", rulesHeader + "no-such-user\tpolicy\t\tx\t\n", `f.tsv:2: rule id "no-such-user" is taken by a built-in rule`},
		{"bad category", rulesHeader + "a\tfull\t\tx\t\n", `f.tsv:2: category "full"; allowed are ` + categoryNames()},
		{"bad class", rulesHeader + "a\tpolicy/none\t\tx\t\n", `f.tsv:2: class "none"; allowed are hard, soft, unknown`},
		{"nothing to match", rulesHeader + "a\tpolicy\t \t \t\n", "f.tsv:2: rule a has neither codes nor words; it would match everything"},
		{"code that no reply has", rulesHeader + "a\tpolicy\t580-599\tx\t\n", `f.tsv:2: code test "580-599" never holds; reply codes are 400 to 479 and 500 to 579`},
		{"bad code", rulesHeader + "a\tpolicy\t5\tx\t\n", `f.tsv:2: code test "5"; ` + codeTests},
		{"bad range", rulesHeader + "a\tpolicy\t559-550\tx\t\n", `f.tsv:2: code test "559-550"; ` + codeTests},
		{"bad status", rulesHeader + "a\tpolicy\t2.1.1\tx\t\n", `f.tsv:2: code test "2.1.1"; ` + codeTests},
		{"bad test", rulesHeader + "a\tpolicy\thost=x\tx\t\n", `f.tsv:2: code test "host=x"; ` + codeTests},
		{"empty test", rulesHeader + "a\tpolicy\tdomain=\tx\t\n", "f.tsv:2: domain= without a value"},
		{"domain of dots", rulesHeader + "a\tpolicy\tdomain=..\tx\t\n", "f.tsv:2: domain= without a value"},
		{"bad command", rulesHeader + "a\tpolicy\tcommand=rcpt\tx\t\n", `f.tsv:2: command "rcpt"; allowed are CONNECT, EHLO, AUTH, MAIL, RCPT, DATA`},
		{"upper case", rulesHeader + "a\tpolicy\t\tUser\t\n", `f.tsv:2: word "User" never matches; write "user" (lower case, no accents)`},
		{"accent", rulesHeader + "a\tpolicy\t\tboîte\t\n", `f.tsv:2: word "boîte" never matches; write "boite" (lower case, no accents)`},
		{"punctuation", rulesHeader + "a\tpolicy\t\tisn't\t\n", `f.tsv:2: character '\'' in word "isn't"; allowed are letters, digits, inner dots and the signs .. | ? @ % ~ #`},
		{"unknown set", rulesHeader + "a\tpolicy\t\t$nobody x\t\n", `f.tsv:2: word set $nobody; allowed are $absent, $allowed, $aux, $bad, $be, $beside, $box, $broken, $cannot, $cause, $closed, $command, $de-sender, $de-who, $domain, $es-absent, $es-closed, $es-full, $es-sender, $es-there, $es-who, $exist, $fault, $fileobj, $fileop, $find, $found, $fr-absent, $fr-sender, $fr-who, $host, $it-who, $item, $lacking, $link, $list, $listed, $machine, $mail, $missing, $nordic-who, $not, $ours, $over, $part, $passing, $person, $pl-who, $refused, $refuses, $relay, $resource, $ru-who, $sender, $sent, $service, $space, $spamword, $state, $tr-who, $unavailable, $unit, $who`},
		{"empty alternative", rulesHeader + "a\tpolicy\t\tx ; \t\n", "f.tsv:2: empty pattern; want words"},
		{"empty word", rulesHeader + "a\tpolicy\t\tx|\t\n", "f.tsv:2: empty word; want alternatives as in mailbox|account"},
		{"gap at the end", rulesHeader + "a\tpolicy\t\tx ..\t\n", `f.tsv:2: misplaced .. in pattern "x .."; it stands between two words`},
		{"gap first", rulesHeader + "a\tpolicy\t\t.. x\t\n", `f.tsv:2: misplaced .. in pattern ".. x"; it stands between two words`},
		{"only optional", rulesHeader + "a\tpolicy\t\tx?\t\n", `f.tsv:2: misplaced .. in pattern "x?"; it stands between two words`},
		{"only a sign", rulesHeader + "a\tpolicy\t\t~\t\n", `f.tsv:2: pattern "~" has no word of its own; ~, # and optional words alone would match too much`},
		{"only negated", rulesHeader + "a\tpolicy\t\t!x\t\n", `f.tsv:2: alternative "!x" has no words that must be found`},
		{"too many optional", rulesHeader + "a\tpolicy\t\ta b? c? d? e? f?\t\n", `f.tsv:2: pattern "a b? c? d? e? f?" has more than 4 optional words`},
		{"quote", rulesHeader + "a\tpolicy\t\tsay \"x\t\n", "f.tsv:2: bare \" in non-quoted-field"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewWithRules("f.tsv", strings.NewReader(tt.file))
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestPatternSyntax(t *testing.T) {
	for _, tt := range []struct {
		words, text string
		want        bool
	}{
		{"red fox", "a Red FOX.", true},
		{"red fox", "red brown fox", false},
		{"red fox", "redfox", false},
		{"red .. fox", "red fox", true},
		{"red .. fox", "red a b c d e f fox", true},
		{"red .. fox", "red a b c d e f g fox", false},
		{"red .. fox .. den", "red red x fox x den", true},
		{"red|blue fox", "blue fox", true},
		{"red old? fox", "red fox", true},
		{"red old? fox", "red old fox", true},
		{"red old? fox", "red new fox", false},
		{"red & fox", "fox and red", true},
		{"red & !fox", "red fox", false},
		{"red & !fox|hare", "red hare", false},
		{"red & !old fox", "red fox", true},
		{"red & !fox ; red fox", "red fox", true},
		{"to @ gone", "mail to <kei@example.org> gone", true},
		{"to % gone", "mail to [192.0.2.1] gone", true},
		{"see ~ now", "see http://www.example.org/ now", false},
		{"see ~ now", "see www.example.org now", true},
		{"got # times", "got 12 times", true},
		{"at example.org", "at mx.a.example.org", true},
		{"at example.org", "at example.org.net", false},
		{"宛先不明", "このメールは宛先不明です", true},
		{"cest la boite", "C’est la Boîte", true},
		{"cest la boite", "c'est la bo\xeete", true},
		{"temporarily over", "tempo- rarily over", true},
		{"email", "E-mail", true},
		{"red fox", "550-red 550-5.1.1 fox", true},
		{"is full", "is full.Try it", true},
	} {
		c, err := NewWithRules("f.tsv", strings.NewReader(rulesHeader+"it\tpolicy\t\t"+tt.words+"\t\n"))
		require.NoError(t, err, tt.words)
		got := c.Classify(Input{Text: tt.text}).Rule == "it"
		assert.Equal(t, tt.want, got, "%q in %q", tt.words, tt.text)
	}
}

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		codes string
		in    Input
		want  bool
	}{
		{"550", Input{Text: "550 fox"}, true},
		{"550", Input{Text: "551 fox"}, false},
		{"550-552", Input{Text: "551 fox"}, true},
		{"550 554", Input{Text: "554 fox"}, true},
		{"5xx", Input{Text: "fox", Status: "5.0.0"}, true},
		{"4xx", Input{Text: "450 5.1.1 fox"}, true},
		{"5xx", Input{Text: "fox"}, false},
		{"!5xx", Input{Text: "fox"}, true},
		{"5.1.x", Input{Text: "550 5.1.6 fox"}, true},
		{"x.1.6", Input{Text: "450 4.1.6 fox"}, true},
		{"x.1.6", Input{Text: "450 4.1.60 fox"}, false},
		{"!5.1.6", Input{Text: "550 5.1.6 fox"}, false},
		{"command=DATA", Input{Text: "fox (in reply to end of DATA command)"}, true},
		{"command=DATA", Input{Text: "fox (in reply to RCPT TO command)"}, false},
		{"command=RCPT command=MAIL", Input{Text: "after RCPT TO:<kei@example.org>: fox"}, true},
		{"domain=example.org", Input{Text: "fox", Domain: "example.org"}, true},
		{"domain=example.org", Input{Text: "fox"}, false},
		{"domain=Example.org", Input{Text: "fox", Domain: "example.org"}, true},
		{"domain=.example.org.", Input{Text: "fox", Domain: "mx.example.org"}, true},
		{"source=cmc 550", Input{Text: "550 fox", Source: "cmc"}, true},
		{"source=cmc 550", Input{Text: "550 fox", Source: "ses"}, false},
	} {
		c, err := NewWithRules("f.tsv", strings.NewReader(rulesHeader+"it\tpolicy\t"+tt.codes+"\tfox\t\n"))
		require.NoError(t, err, tt.codes)
		assert.Equal(t, tt.want, c.Classify(tt.in).Rule == "it", "%q of %+v", tt.codes, tt.in)
	}
}

func TestConcurrentUse(t *testing.T) {
	c, samples := newClassifier(t), readSamples(t)[:100]
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, s := range samples {
				assert.Equal(t, s.rule, c.Classify(s.in).Rule)
			}
		})
	}
	group.Wait()
}
