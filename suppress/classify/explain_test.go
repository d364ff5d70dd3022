package classify

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The verdict is that of Classify, on all samples, and its explanation fits it.
func TestExplainIsClassify(t *testing.T) {
	c := newClassifier(t)
	for _, s := range readSamples(t) {
		e := c.Explain(s.in)
		require.Equal(t, c.Classify(s.in), e.Verdict, s.at)
		checkExplanation(t, s.in, &e)
	}
}

// FuzzExplain: so it is whatever the input.
func FuzzExplain(f *testing.F) {
	c := newClassifier(f)
	for i, s := range readSamples(f) {
		if i%25 == 0 {
			f.Add(s.in.Text, s.in.Code, s.in.Status, s.in.Source, s.in.ProviderCode, s.in.Domain)
		}
	}
	f.Add("host mx.example.org[192.0.2.1] said: 550 5.1.1 (delivery attempts: 0)", 450, "4.0.0", "status", "5.1.1", "")
	f.Fuzz(func(t *testing.T, text string, code int, status, source, providerCode, domain string) {
		in := Input{Text: text, Code: code, Status: status, Source: source, ProviderCode: providerCode, Domain: domain}
		e := c.Explain(in)
		require.Equal(t, c.Classify(in), e.Verdict)
		checkExplanation(t, in, &e)
	})
}

func checkExplanation(t *testing.T, in Input, e *Explanation) {
	t.Helper()
	assert.Equal(t, min(len(in.Text), maxText), e.Read)
	for _, parts := range [][]Part{e.Marks, e.Passed} {
		end := -1
		for _, p := range parts {
			require.True(t, end < p.From && p.From < p.To && p.To <= e.Read, "%v of %q", parts, in.Text)
			end = p.To
		}
	}
	for _, p := range e.Passed {
		assert.False(t, slices.ContainsFunc(e.Marks, p.overlaps), "%v and %v of %q", e.Marks, e.Passed, in.Text)
	}
	if e.Basis == BasisText {
		holds := func(p Part) bool { return strings.Contains(in.Text[p.From:p.To], e.Matched) }
		assert.True(t, slices.ContainsFunc(e.Marks, holds), "%q is not in %v of %q", e.Matched, e.Marks, in.Text)
	}
	checkEvidence(t, in, e)
}

// checkEvidence: what decided is the one with the verdict, and what the verdict
// says was overruled was.
func checkEvidence(t *testing.T, in Input, e *Explanation) {
	t.Helper()
	decided, overruled := 0, e.Overruled == ""
	for i, ev := range e.Seen {
		assert.NotEmpty(t, ev.ID)
		if ev.Outcome != Agrees {
			assert.NotEmpty(t, ev.Why, "%+v", ev)
		}
		switch ev.Outcome {
		case Decided:
			decided++
			assert.Equal(t, []any{e.Rule, e.Class, e.Category}, []any{ev.ID, ev.Class, ev.Category})
		case Overruled:
			overruled = overruled || ev.ID+" says "+string(ev.Category) == e.Overruled
			assert.NotEqual(t, e.Category, ev.Category)
		case Agrees:
			assert.Equal(t, e.Category, ev.Category)
		default:
			assert.Equal(t, Uncategorized, ev.Category, "%d of %+v", i, in)
		}
	}
	assert.True(t, overruled, "%q isn't in %+v", e.Overruled, e.Seen)
	assert.Equal(t, e.Rule != "none", decided == 1, "%+v of %+v", e.Seen, in)
}

func marked(text string, parts []Part) (out []string) {
	for _, p := range parts {
		out = append(out, text[p.From:p.To])
	}
	return out
}

func TestExplainMarks(t *testing.T) {
	c := newClassifier(t)
	for _, tt := range []struct {
		in            Input
		marks, passed []string
	}{
		{Input{Text: "552 5.1.1 Kei's Mailbox is FULL now"}, []string{"Mailbox is FULL"}, nil},
		{Input{Text: "host mx.example.org[192.0.2.1] said: 550 no such user"}, []string{"no such user"}, []string{"host mx.example.org[192.0.2.1"}},
		{Input{Text: "no such user. Original message follows: x"}, []string{"no such user"}, []string{"Original message follows: x"}},
		{Input{Text: "at 192.5.1.1, 15.1.1 or x5.1.1 (#5.1.1)."}, []string{"5.1.1"}, nil},
		{Input{Text: "smtp code 421"}, []string{"421"}, nil},
		{Input{Text: "hello", Status: "5.1.1"}, nil, nil},
		{Input{Text: "hello"}, nil, nil},
		{Input{Text: "450 5.1.1 hello"}, []string{"5.1.1"}, nil},
		{Input{Text: "hello", Source: "cmc", ProviderCode: "1"}, nil, nil},
	} {
		e := c.Explain(tt.in)
		assert.Equal(t, tt.marks, marked(tt.in.Text, e.Marks), "%+v", tt.in)
		assert.Equal(t, tt.passed, marked(tt.in.Text, e.Passed), "%+v", tt.in)
	}
}

// Several patterns of one rule are several marks, in the order of the text;
// those that overlap are one.
func TestExplainMarksOfOwnRules(t *testing.T) {
	c, err := NewWithRules("own.tsv", strings.NewReader("id\tcategory\tcodes\twords\tnote\n"+
		"gate\tpolicy\t\tzebra crossing & blue gate\tours\n"+
		"over\tpolicy\t\tone .. four & three four five\tours\n"+
		"codes\tgreylisted\t571\t\tours\n"+
		"later\tpolicy\t\tzebra\tours\n"))
	require.NoError(t, err)
	for text, want := range map[string][]string{
		"550 the Blue Gate at the zebra crossing": {"Blue Gate", "zebra crossing"},
		"550 one two three four five six":         {"one two three four five"},
	} {
		assert.Equal(t, want, marked(text, c.Explain(Input{Text: text}).Marks))
	}
	gap := c.Explain(Input{Text: "one host mx.example.org said four, and three four five"})
	assert.Equal(t, []Part{{0, 33}, {39, 54}}, gap.Marks)
	assert.Empty(t, gap.Passed, "what a mark goes over isn't passed over")
	e := c.Explain(Input{Text: "571 5.1.1 the blue gate at the zebra crossing, mailbox full"})
	assert.Equal(t, Rule{ID: "gate", Category: Policy, Class: Soft, Words: "zebra crossing & blue gate", Note: "ours", File: "own.tsv", Line: 2}, e.By)
	assert.Equal(t, []Held{{Rule: "codes", Class: Soft, Category: Greylisted}, {Rule: "later", Class: Soft, Category: Policy, Matched: "zebra"},
		{Rule: "mailbox-full", Class: Soft, Category: MailboxFull, Matched: "mailbox full"}}, e.Also[:3])
	e = c.Explain(Input{Text: "571 5.1.1 hello"})
	assert.Equal(t, []Evidence{
		{BasisReply, "codes", Soft, Greylisted, Decided, "a rule about these codes goes before what they usually mean"},
		{BasisStatus, "status:5.1.1", Hard, UserUnknown, Overruled, "a rule about these codes goes before what they usually mean"},
		{BasisReply, "reply:571", Soft, Policy, Overruled, "a rule about these codes goes before what they usually mean"},
	}, e.Seen)
}

func TestExplainNamesFewLaterRules(t *testing.T) {
	var rules strings.Builder
	rules.WriteString("id\tcategory\tcodes\twords\tnote\n")
	for _, id := range strings.Fields("a b c d e f g h") {
		rules.WriteString(id + "\tpolicy\t\tzebra ; crossing\tours\n")
	}
	c, err := NewWithRules("own.tsv", strings.NewReader(rules.String()))
	require.NoError(t, err)
	var named []string
	for _, h := range c.Explain(Input{Text: "zebra crossing"}).Also {
		named = append(named, h.Rule)
	}
	assert.Equal(t, strings.Fields("b c d e f"), named)
}

func TestExplainEvidence(t *testing.T) {
	c := newClassifier(t)
	for name, tt := range map[string]struct {
		in   Input
		want []string // id, outcome, some of why
	}{
		"text over codes": {Input{Text: "552 5.1.1 mailbox full", Source: "cmc", ProviderCode: "5"}, []string{
			"mailbox-full decided what the text says goes before all codes",
			"status:5.1.1 overruled what the text says goes before the status code",
			"cmc:5 agrees", "reply:552"}},
		"status over provider and reply": {Input{Text: "450 4.4.7", Source: "cmc", ProviderCode: "1"}, []string{
			"status:4.4.7 decided no rule knows words",
			"cmc:1 overruled the status code goes before the provider's code",
			"reply:450 overruled the status code goes before the reply code"}},
		"vague status under provider": {Input{Text: "550 5.0.0 hello", Source: "cmc", ProviderCode: "1"}, []string{
			"status:5.0.0 silent used for many things", "cmc:1 decided no status code says why", "reply:550 silent used for many things"}},
		"bare code": {Input{Code: 550}, []string{"reply:550 decided nothing better"}},
		"softened": {Input{Text: "450 5.1.1"}, []string{
			"status:4.1.1 decided the reply code makes it temporary: status:5.1.1; no rule", "reply:450 agrees"}},
		"unheard of": {Input{Text: "5.9.99", Source: "x", ProviderCode: "y"}, []string{
			"status:5.9.99 silent no table", "x:y silent no table"}},
		"a provider of an odd name": {Input{Text: "5.1.1", Source: "status", ProviderCode: "5.1.1"}, []string{
			"status:5.1.1 decided", "status:5.1.1 silent no table"}},
		"two of a kind": {Input{Text: "550 5.7.1", Code: 554, Status: "5.0.0"}, []string{
			"status:5.7.1 decided", "reply:554", "status:5.0.0 silent the receiver's own: 5.7.1", "reply:550 silent counts: 554"}},
		"a vaguer text": {Input{Text: "550 5.0.0", Status: "5.1.1"}, []string{
			"status:5.1.1 decided", "reply:550", "status:5.0.0 silent has a detail: 5.1.1"}},
		"none": {Input{Code: 250, Status: "2.1"}, []string{"status:2.1 silent isn't the status code", "reply:250 silent isn't the code"}},
	} {
		t.Run(name, func(t *testing.T) {
			seen := c.Explain(tt.in).Seen
			require.Len(t, seen, len(tt.want), "%+v", seen)
			for i, want := range tt.want {
				fields := append(strings.SplitN(want, " ", 3), "", "")
				assert.Equal(t, fields[0], seen[i].ID)
				assert.Contains(t, string(seen[i].Outcome), fields[1])
				assert.Contains(t, seen[i].Why, fields[2])
			}
		})
	}
}

func TestExplainCommand(t *testing.T) {
	c := newClassifier(t)
	assert.Equal(t, "RCPT", c.Explain(Input{Text: "550 no (in reply to RCPT TO command)"}).Command)
	assert.Empty(t, c.Explain(Input{Text: "550 no"}).Command)
}

// The code that is marked stands alone.
func TestFindCode(t *testing.T) {
	for text, want := range map[string]int{
		"5.1.1": 0, "(#5.1.1).": 2, "192.5.1.1 5.1.1": 10, "15.1.1 5.1.1": 7, "5.1.15 5.1.1": 7, "5.1.1.2 5.1.1": 8, "x5.1.1, 5.1.1": 8,
	} {
		assert.Equal(t, []Part{{want, want + 5}}, findCode(text, "5.1.1"), text)
	}
	assert.Empty(t, findCode("5.1.15", "5.1.1"))
	assert.Empty(t, findCode("5.1.1", ""))
}

// Only the beginning of a long text is read; no mark lies behind it.
func TestExplainLongText(t *testing.T) {
	e := newClassifier(t).Explain(Input{Text: "550 user unknown " + strings.Repeat("x ", maxText)})
	assert.Equal(t, maxText, e.Read)
	assert.Equal(t, []Part{{4, 16}}, e.Marks)
	e = newClassifier(t).Explain(Input{Text: strings.Repeat("x ", maxText/2) + "550 user unknown"})
	assert.Equal(t, []any{"none", 0, 0}, []any{e.Rule, len(e.Marks), len(e.Seen)})
}
