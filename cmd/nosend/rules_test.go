package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress/classify"
)

// scored counts replies as "label verdict times"; a category behind a slash.
func scored(t *testing.T, lines ...string) *score {
	t.Helper()
	s := newScore(true)
	for i, line := range lines {
		var label, verdict string
		var times int
		_, err := fmt.Sscan(line, &label, &verdict, &times)
		require.NoError(t, err, line)
		r := labelled{line: i + 1}
		r.class, r.category = classAndCategory(label)
		v := classify.Verdict{}
		v.Class, v.Category = classAndCategory(verdict)
		for range times {
			s.add(&r, &v)
		}
	}
	return s
}

func classAndCategory(text string) (classify.Class, classify.Category) {
	class, category, _ := strings.Cut(text, "/")
	return classify.Class(class), classify.Category(category)
}

// TestRulesScore counts a confusion that was worked out by hand.
func TestRulesScore(t *testing.T) {
	s := scored(t,
		"hard/user_unknown hard/user_unknown 5",
		"hard/user_unknown hard/host_unknown 1",
		"hard/user_unknown soft/policy 2",
		"soft/mailbox_full soft/mailbox_full 3",
		"soft/mailbox_full soft/policy 1",
		"soft/mailbox_full soft/greylisted 1",
		"soft/mailbox_full hard/user_unknown 1",
		"soft/mailbox_full unknown/unknown 2",
		"soft hard/user_unknown 1",
		"soft unknown/unknown 1",
		"unknown/unknown hard/user_unknown 4",
		"unknown soft/policy 3",
	)
	assert.Equal(t, 25, s.replies)
	assert.Equal(t, share{14, 18}, s.accuracy(), "6 hard, and 8 of 10 that are soft and not read as hard")
	assert.Equal(t, share{6, 8}, s.precision())
	assert.Equal(t, share{6, 8}, s.recall())
	assert.Equal(t, share{8, 16}, s.exact())
	assert.Equal(t, []categoryScore{
		{classify.UserUnknown, share{5, 8}, []classify.Category{classify.Policy, classify.HostUnknown}},
		{classify.MailboxFull, share{3, 8}, []classify.Category{classify.Uncategorized, classify.UserUnknown, classify.Greylisted, classify.Policy}},
	}, s.byCategory())
	var kinds []missKind
	for _, m := range worstFirst(s.misses) {
		kinds = append(kinds, missKind(fmt.Sprintf("%s of line %d", m.kind, m.line)))
	}
	assert.Equal(t, []missKind{
		"false hard of line 7", "false hard of line 9", "missed hard of line 3", "missed hard of line 3",
		"class of line 8", "class of line 8", "class of line 10", "category of line 2", "category of line 5", "category of line 6",
	}, kinds)
}

// TestRulesScoreOfNothing: no share of nothing is a number.
func TestRulesScoreOfNothing(t *testing.T) {
	s := newScore(false)
	assert.Equal(t, "-", s.accuracy().percent())
	assert.Nil(t, s.json().Precision)
	assert.Nil(t, s.json().Misses)
	assert.Empty(t, s.byCategory())
	assert.Equal(t, "66.67%", share{2, 3}.percent())
}

// TestRulesOwnSamples: the replies that the rules were written with come out as
// they are labelled, by the command's own reading of them.
func TestRulesOwnSamples(t *testing.T) {
	c, err := classify.New()
	require.NoError(t, err)
	s := newScore(true)
	for _, category := range classify.Categories() {
		path := "../../testdata/replies/" + strings.ReplaceAll(string(category), "_", "-") + ".tsv"
		in, _, err := (&program{}).openInput(path)
		require.NoError(t, err)
		defer in.Close()
		l := labelledLines{name: path, meter: &meter{}}
		require.NoError(t, l.each(in, func(r labelled) {
			v := c.Classify(r.in)
			s.add(&r, &v)
		}))
	}
	assert.Greater(t, s.accuracy().of, 500)
	assert.Empty(t, s.misses)
}

// rulesFile writes rules as "id category codes words" with _ for a space within
// a column, and - for an empty one.
func rulesFile(t *testing.T, lines string) string {
	t.Helper()
	out := "id\tcategory\tcodes\twords\tnote\n"
	for line := range strings.SplitSeq(lines, "\n") {
		columns := strings.Split(line, " ")
		require.Len(t, columns, 4, line)
		for i, c := range columns {
			if i > 1 { // the others have a _ of their own
				c = strings.ReplaceAll(strings.TrimSuffix(c, "-"), "_", " ")
			}
			out += c + "\t"
		}
		out += "\n"
	}
	return out
}

// TestRulesDoubts: what is surely a mistake is seen, and what isn't is left in
// peace.
func TestRulesDoubts(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"fine", "a policy - red_fox\nb policy - blue_fox", ""},
		{"the same again", "a policy - red_fox\nb policy - red__fox", "f:3: rule b never decides: line 2"},
		{"the same, with codes", "a policy - red_fox\nb policy 5xx red_fox", "f:3: rule b never decides: line 2"},
		{"the same codes in another order", "a policy 550_551 fox\nb policy 551_550 fox", "f:3: rule b never decides: line 2"},
		{"other codes", "a policy 550 fox\nb policy 551 fox", ""},
		{"without codes later", "a policy 550 fox\nb policy - fox", ""},
		{"codes alone before", "a policy 550 -\nb policy 550 fox", "f:3: rule b never decides: line 2"},
		{"each alternative before", "a policy - fox\nb policy - hare\nc policy - hare_;_fox", "f:4: rule c never decides: line 3"},
		{"an alternative of its own", "a policy - fox\nb policy - hare_;_fox", ""},
		{"hard by a code", "a user_unknown 5.1.1 -", "f:2: rule a is hard by codes alone"},
		{"hard by a code, at one domain", "a user_unknown 5.1.1_domain=example.org -", ""},
		{"soft by a code", "a policy 5.1.1 -", ""},
		{"hard and never counted", "a mailbox_full/hard - fox", "f:2: rule a suppresses nobody"},
		{"soft by choice", "a user_unknown/soft - fox", ""},
		{"closed for now", "a mailbox_disabled/soft - fox", ""},
		{"domain in capitals", "a policy domain=Example.org fox", ""},
		{"domain with a dot in front", "a policy domain=.example.org fox", ""},
		{"domain in Japanese", "a policy domain=例え.jp fox", "f:2: rule a has domain=例え.jp, which never holds: domains are compared as they stand in the DNS; write domain=xn--r8jz45g.jp"},
		{"no domain", "a policy domain=<fox> fox", "that is no domain"},
		{"top-level domain", "a policy domain=jp fox", ""},
		{"one rule on two lines", "a policy - fox\na policy - hare", ""},
		{"one id, two categories", "a policy - fox\na virus - hare", "f:3: rule a has the id of line 2, which is policy: verdicts can't tell them apart"},
		{"one id, two classes", "a user_unknown/soft - fox\na user_unknown - hare\nb policy - dog", "f:3: rule a has the id of line 2, which is user_unknown/soft:"},
		{"unknown provider", "a policy source=cms fox", "f:2: rule a has source=cms, which never holds: there are only these providers: cmc"},
		{"provider", "a policy source=cmc fox", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := classify.NewWithRules("f", strings.NewReader(rulesFile(t, test.lines)))
			require.NoError(t, err)
			own, err := ownRules(c)
			require.NoError(t, err)
			doubts := ruleDoubts(own)
			if test.want == "" {
				assert.Empty(t, doubts)
				return
			}
			require.Len(t, doubts, 1)
			assert.Contains(t, doubts[0], test.want)
		})
	}
}

// TestRuleFaultsNameOnlyTheFile: whatever a file holds, no fault is about a rule
// that stands in for a bad one. The seed is printed when it fails.
func TestRuleFaultsNameOnlyTheFile(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	parts := strings.Split("id|category|codes|words|note|\t|\t|\t|\t|\t\t\tfox\t|\n|\n|\n|\r\n|\"|#|a|b|a\tpolicy|policy|550|Fox| |id\tcategory\tcodes\twords\tnote\n|\uFEFF", "|")
	for range 60 {
		text := ""
		if random.IntN(3) > 0 {
			text = "id\tcategory\tcodes\twords\tnote\n"
		}
		for range random.IntN(25) {
			text += parts[random.IntN(len(parts))]
		}
		_, faults := ruleFaults("f", []byte(text))
		require.NotContains(t, fmt.Sprint(faults), standIn, "seed %d: %q", seed, text)
	}
}

// TestRuleFaultsBehindAMark: the byte order mark that Windows writes hides no
// comment and no header.
func TestRuleFaultsBehindAMark(t *testing.T) {
	for text, want := range map[string]string{
		"\uFEFF":                         "f: it is empty; ",
		"\uFEFF# a comment\n":            "f: it has only comments; ",
		"\uFEFF# a comment\nno header\n": `f:2: header "no header"; `,
		"\uFEFF\n\nno header\n":          `f:3: header "no header"; `,
	} {
		_, faults := ruleFaults("f", []byte(text))
		if assert.Len(t, faults, 1, "%q", text) {
			assert.ErrorContains(t, faults[0], want)
		}
	}
}

// TestRulesComplete: the shell completes files where files are wanted, and
// categories.
func TestRulesComplete(t *testing.T) {
	for line, want := range map[string]string{
		"rules|check|":                        ":0",
		"rules|test|":                         ":0",
		"rules|test|--rules|":                 ":0",
		"rules|test|--at-least|":              ":4",
		"rules|list|":                         ":4",
		"rules|list|--category|virus,mailbox": ":4",
	} {
		_, directive := completions(t, strings.Split(line, "|")...)
		assert.Equal(t, want, directive, line)
	}
	values, _ := completions(t, "rules", "list", "--category", "virus,mailbox_f")
	assert.Equal(t, []string{"virus,mailbox_full"}, values)
}
