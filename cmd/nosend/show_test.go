package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// TestPageBreaksLines at spaces, else anywhere, by the columns that a terminal
// needs, and cuts what is too long.
func TestPageBreaksLines(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 0, "    \n"},
		{"short", 0, "    short\n"},
		{"just twenty columns!", 0, "    just twenty columns!\n"},
		{"one more than twenty.", 0, "    one more than\n    twenty.\n"},
		{strings.Repeat("x", 45), 0, "    " + strings.Repeat("x", 20) + "\n    " + strings.Repeat("x", 20) + "\n    xxxxx\n"},
		{strings.Repeat("宛", 11), 0, "    " + strings.Repeat("宛", 10) + "\n    宛\n"},
		{strings.Repeat("e\u0301", 20), 0, "    " + strings.Repeat("e\u0301", 20) + "\n"},
		{strings.Repeat("four ", 12), 2, "    four four four four\n    four four four fou…\n"},
		{strings.Repeat("x", 40), 2, "    " + strings.Repeat("x", 20) + "\n    " + strings.Repeat("x", 20) + "\n"},
		{"\x1b[2J\n\u202e", 0, `    \x1b[2J\n\u202e` + "\n"},
	} {
		pg := &page{width: 24}
		pg.paragraph(plain(c.text), 4, c.most)
		assert.Equal(t, c.want, pg.out.String(), c.text)
	}
}

// TestPageMarksWords that decided, also where a line breaks within them.
func TestPageMarksWords(t *testing.T) {
	for _, c := range []struct {
		text, words string
		colour      paint
		want        string
	}{
		{"550 user unknown", "user unknown", false, "\"550 «user unknown»\"\n"},
		{"550 user unknown", "user unknown", true, "\"550 \x1b[1;7muser\x1b[0m\n\x1b[1;7munknown\x1b[0m\"\n"},
		{"550 user unknown", "nobody", true, "\"550 user unknown\"\n"},
		{"550 user unknown", "", true, "\"550 user unknown\"\n"},
		{"a\x1bb", "\x1b", true, "\"a\x1b[1;7m\\x1b\x1b[0mb\"\n"},
	} {
		pg := &page{width: 20, colour: c.colour}
		if c.colour && c.words == "user unknown" {
			pg.width = 16
		}
		for text := pg.quoted(c.text, c.words); len(text) > 0; {
			var line []glyph
			line, text = breakLine(text, pg.width)
			pg.write(line)
		}
		assert.Equal(t, c.want, pg.out.String(), c.text)
	}
}

// TestWhatIsMissing says how many messages, on how many other days, are still
// missing for a suppression.
func TestWhatIsMissing(t *testing.T) {
	month := int64(30 * 24 * 60 * 60)
	leaves := time.Date(2026, time.May, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		messages, threshold, days, thresholdDays int
		leaves                                   *time.Time
		next                                     *int64
		want                                     string
	}{
		{0, 1, 0, 1, nil, &month, "One message suppresses it for 30 days."},
		{1, 1, 1, 1, nil, nil, "One more message suppresses it until somebody releases it."},
		{0, 3, 0, 3, nil, &month, "3 messages, on 3 days, suppress it for 30 days."},
		{2, 3, 2, 3, &leaves, &month, "One more message, on another day, before 2026-05-01 00:00 UTC suppresses it for 30 days."},
		{9, 3, 2, 3, nil, &month, "One more message, on another day, suppresses it for 30 days."},
		{2, 5, 2, 3, nil, &month, "3 more messages, one of them on another day, suppress it for 30 days."},
		{2, 5, 1, 3, nil, &month, "3 more messages, on 2 other days, suppress it for 30 days."},
		{2, 3, 1, 3, nil, &month, "2 more messages, on 2 other days, suppress it for 30 days."},
		{9, 5, 1, 3, nil, &month, "2 more messages, on 2 other days, suppress it for 30 days."},
		{4, 5, 3, 3, nil, &month, "One more message suppresses it for 30 days."},
	} {
		pg := &page{}
		assert.Equal(t, c.want, pg.nextWords(&api.Counting{Messages: c.messages, Threshold: c.threshold,
			Days: c.days, ThresholdDays: c.thresholdDays, OldestLeaves: c.leaves, NextSeconds: c.next}))
	}
}

// TestUnknownIsAskedTwice: a server that isn't nosend answers 404 too, and that
// must not pass for leave to send.
func TestUnknownIsAskedTwice(t *testing.T) {
	for lookup, want := range map[string]int{
		`{"address":"user@example.com","suppressed":false}`:                     exitOK,
		`{"address":"user@example.com","suppressed":true,"state":"suppressed"}`: exitError, // and it has nothing to say of it
		`{}`: exitError,
		"":   exitError,
	} {
		fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/events") || lookup == "" {
				http.NotFound(w, r)
				return
			}
			_, _ = io.WriteString(w, lookup)
		}))
		var out, errOut strings.Builder
		code := run(t.Context(), []string{"show", "--url", fake.URL, "user@example.com"}, func(string) string { return "" }, nil, &out, &errOut)
		fake.Close()
		assert.Equal(t, want, code, errOut.String())
		assert.Equal(t, want == exitOK, strings.Contains(out.String(), "may be mailed"))
	}
}

func TestTimesAndHowFarAway(t *testing.T) {
	pg := &page{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	for away, want := range map[time.Duration]string{
		0:                                 "2026-03-02 09:00 UTC (in less than a minute)",
		-time.Second:                      "2026-03-02 08:59 UTC (less than a minute ago)",
		30*24*time.Hour - time.Second:     "2026-04-01 08:59 UTC (in 30 days)",
		-49 * time.Hour:                   "2026-02-28 08:00 UTC (2 days ago)",
		90*time.Minute - time.Millisecond: "2026-03-02 10:29 UTC (in 1 hour)",
		-2*time.Hour + 5*time.Second:      "2026-03-02 07:00 UTC (2 hours ago)",
	} {
		assert.Equal(t, want, pg.when(pg.now.Add(away)))
	}
	tokyo := time.FixedZone("JST", 9*60*60)
	assert.Equal(t, "2026-03-02 00:14 UTC", stamp(time.Date(2026, time.March, 2, 9, 14, 0, 0, tokyo)))
}

// TestShellWord: what is copied into a shell is the address, and nothing else.
func TestShellWord(t *testing.T) {
	for address, want := range map[string]string{
		"user+tag@example.com":      "user+tag@example.com",
		"-user@example.com":         "-- -user@example.com",
		`"a b"@example.com`:         `'"a b"@example.com'`,
		"it's@example.com":          `'it'\''s@example.com'`,
		"$(id)@example.com":         `'$(id)@example.com'`,
		"-`id`@example.com":         "-- '-`id`@example.com'",
		"宛先@example.jp":             "'宛先@example.jp'",
		"a\u202eb@example.com":      "ADDRESS",
		"~root@example.com":         "'~root@example.com'",
		"a!b#c%d&e*f@example.com":   "'a!b#c%d&e*f@example.com'",
		"user@[192.0.2.1]":          "'user@[192.0.2.1]'",
		"customer/department@x.com": "customer/department@x.com",
	} {
		assert.Equal(t, want, shellWord(address))
	}
}

// TestEveryEndingHasWords, so that nobody reads of an end without a way to it.
func TestEveryEndingHasWords(t *testing.T) {
	pg := &page{}
	for _, e := range []suppress.Ending{suppress.EndsByDelivery, suppress.EndsByProvider, suppress.EndsByRelease} {
		assert.Contains(t, pg.endingWords(&api.Ground{EndedBy: []suppress.Ending{e}}), "only when ")
	}
}

// TestRuleWords: what decided is where it is said to be.
func TestRuleWords(t *testing.T) {
	for want, w := range map[string]api.Why{
		"user-unknown, by the marked words":                       {Rule: "user-unknown", Matched: "user unknown", Reason: "550 user unknown"},
		`user-unknown, by "user unknown", which stood further on`: {Rule: "user-unknown", Matched: "user unknown", Reason: "550 clipped"},
		"cmc:2, by the code: the words say no more":               {Rule: "cmc:2", Matched: "2", Reason: "552 no"},
		"none": {Rule: "none", Reason: "hm"},
	} {
		assert.Equal(t, want, ruleWords(&w))
	}
}

// TestNarrowPage: where there is no room beside an event's head, what it did
// stands below.
func TestNarrowPage(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	e := &api.Events{Events: []api.Event{
		{At: at, Received: at, Source: "cmc", Kind: "bounce", Category: "mailbox_full", Explanation: "counted", Reason: "552 full", Rule: "x", Matched: "full", MessageID: "1@shop.example"},
		{At: at, Received: at.Add(2 * time.Hour), Source: "cmc", Kind: "delivered", Category: "none", Explanation: "changes nothing"},
	}, Older: 1}
	wide, narrow := &page{width: 100}, &page{width: 70}
	wide.history(e)
	narrow.history(e)
	const head = "\nWhat came, the newest first\n"
	assert.Equal(t, head+
		"  2026-03-02 09:00 UTC  cmc  bounce     mailbox_full  counted\n"+
		"      \"552 «full»\"\n"+
		"      message 1@shop.example; rule x by \"full\"\n"+
		"  2026-03-02 09:00 UTC  cmc  delivered  -             changes nothing; reported 2 hours later\n"+
		"  and 1 message before them, of which only the number is kept\n", wide.out.String())
	assert.Equal(t, head+
		"  2026-03-02 09:00 UTC  cmc  bounce     mailbox_full\n      counted\n"+
		"      \"552 «full»\"\n"+
		"      message 1@shop.example; rule x by \"full\"\n"+
		"  2026-03-02 09:00 UTC  cmc  delivered  -\n      changes nothing; reported 2 hours later\n"+
		"  and 1 message before them, of which only the number is kept\n", narrow.out.String())
}

// TestDetails finds the mail again, whatever a stranger wrote into them.
func TestDetails(t *testing.T) {
	long := strings.Repeat("x", 500)
	for want, ev := range map[string]api.Event{
		"":                                   {Kind: suppress.KindDelivered, Rule: "delivered"},
		"message 1@shop.example; tag spring": {Kind: suppress.KindUnsubscribe, Rule: "unsubscribe", MessageID: "1@shop.example", Tag: "spring"},
		`message 1@shop.example; rule user-unknown by "no user"; code 550 5.1.1; provider code 2; tag spring`: {Kind: suppress.KindBounce,
			Rule: "user-unknown", Matched: "no user", MessageID: "1@shop.example", Code: 550, Status: "5.1.1", ProviderCode: "2", Tag: "spring"},
		"rule cmc:2; code 5.1.1; provider code 2": {Kind: suppress.KindBounce, Rule: "cmc:2", Matched: "2", Status: "5.1.1", ProviderCode: "2"},
		"code 250; provider code succeeded":       {Kind: suppress.KindDelivered, Rule: "delivered", Code: 250, ProviderCode: "succeeded"},
		`message \x1b[2J\u202e; tag \n`:           {Kind: suppress.KindDelivered, MessageID: "\x1b[2J\u202e", Tag: "\n"},
		"message " + long[:159] + "…; tag spring": {Kind: suppress.KindDelivered, MessageID: long, Tag: "spring"},
	} {
		assert.Equal(t, want, details(&ev))
	}
}

// TestDetailsStandBack on a terminal that shows colours, on each line.
func TestDetailsStandBack(t *testing.T) {
	pg := &page{width: 30, colour: true}
	pg.event("  head", 6, &api.Event{Explanation: "counted", MessageID: "1@shop.example", Tag: "spring"})
	assert.Equal(t, "  head\n      counted\n      \x1b[2mmessage 1@shop.example;\x1b[0m\n      \x1b[2mtag spring\x1b[0m\n", pg.out.String())
}

// TestLastBounce is the latest that counts: a delivery is none, nor what a
// release has settled.
func TestLastBounce(t *testing.T) {
	events := []api.Event{
		{Kind: suppress.KindDelivered, Category: suppress.NoCategory, Rule: "delivered"},
		{Kind: suppress.KindBounce, Category: "mailbox_full", Class: "soft", Rule: "mailbox-full", Matched: "quota", Reason: "552 over quota", Source: "cmc"},
		{Kind: suppress.KindBounce, Category: "user_unknown", Class: "hard", Rule: "user-unknown"},
	}
	pg := &page{width: 100}
	pg.lastBounce(events)
	assert.Contains(t, pg.out.String(), "\nThe last bounce\n  A message bounced: the recipient's mailbox has no room.\n"+
		"  the words       \"552 over «quota»\"\n  category        mailbox_full (soft)\n"+
		"  rule            mailbox-full, by the marked words\n  reported by     cmc\n")
	for i := range events {
		events[i].Effect = suppress.EffectBeforeRelease
	}
	settled := &page{width: 100}
	settled.lastBounce(events)
	assert.Empty(t, settled.out.String())
}

// TestWhatIsCounted: where there is more than enough, "9 of 3" would read as a
// mistake.
func TestWhatIsCounted(t *testing.T) {
	for want, c := range map[string]api.Counting{
		"r: 0 of 1 message":                               {Threshold: 1, ThresholdDays: 1},
		"r: 1 message (one is enough)":                    {Messages: 1, Threshold: 1, Days: 1, ThresholdDays: 1},
		"r: 9 messages (one is enough)":                   {Messages: 9, Threshold: 1, Days: 2, ThresholdDays: 1},
		"r: 2 of 3 messages on 1 of 3 days (c)":           {Messages: 2, Threshold: 3, Days: 1, ThresholdDays: 3},
		"r: 4 of 5 messages on 3 days (c)":                {Messages: 4, Threshold: 5, Days: 3, ThresholdDays: 3},
		"r: 3 messages (3 are enough) on 3 days (c)":      {Messages: 3, Threshold: 3, Days: 3, ThresholdDays: 3},
		"r: 25 messages (3 are enough) on 25 days (c)":    {Messages: 25, Threshold: 3, Days: 25, ThresholdDays: 3},
		"r: 9 messages (3 are enough) on 2 of 3 days (c)": {Messages: 9, Threshold: 3, Days: 2, ThresholdDays: 3},
		"r: 9 messages (3 are enough) (c)":                {Messages: 9, Threshold: 3, Days: 2, ThresholdDays: 1},
	} {
		c.Rule, c.Categories = "r", []suppress.Category{"c"}
		assert.Equal(t, want, countWords(&c))
	}
}

// TestReleaseSaysWhatItEnds: an allowance can't be kept without what it holds
// up.
func TestReleaseSaysWhatItEnds(t *testing.T) {
	allowed, suppressed := &page{width: 100}, &page{width: 100}
	allowed.howToEnd(&api.Events{Lookup: api.Lookup{Address: "user@example.com", State: suppress.Allowed}})
	suppressed.howToEnd(&api.Events{Lookup: api.Lookup{Address: "user@example.com", State: suppress.Suppressed, Suppressed: true}})
	assert.Equal(t, "\nTo end the allowance now\n  nosend remove --note REASON user@example.com\n"+
		"  It also settles all that has come so far; what comes later can suppress the address again.\n", allowed.out.String())
	assert.Equal(t, "\nTo release it now\n  nosend remove --note REASON user@example.com\n", suppressed.out.String())
}
