package suppress_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

func format(t testing.TB, name string) suppress.Format {
	t.Helper()
	f, err := suppress.FormatNamed(name)
	require.NoError(t, err)
	return f
}

func TestFormats(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range suppress.Formats() {
		assert.False(t, seen[f.Name], "%s twice", f.Name)
		seen[f.Name] = true
		assert.Equal(t, f.Name, format(t, f.Name).Name)
		assert.NotEmpty(t, f.Title, f.Name)
		assert.NotContains(t, f.Title, "\n", f.Name)
		assert.Equal(t, f.Header != nil, strings.HasSuffix(f.MediaType, "; header=present"), f.Name)
	}
	assert.Equal(t, "csv", suppress.Formats()[0].Name)
	_, err := suppress.FormatNamed("xls")
	assert.EqualError(t, err, `format is "xls", allowed are csv, ses, ses-delete, sendgrid, mailgun, mailgun-complaints, `+
		`mailgun-unsubscribes, postmark, sparkpost`)
}

func TestFormatHeaders(t *testing.T) {
	for name, want := range map[string]string{
		"csv":                  "address,class,category,state,reason,source,origin,rule,since,until,count,note\r\n",
		"ses":                  "",
		"ses-delete":           "",
		"sendgrid":             "email\n",
		"mailgun":              "address,code,error,created_at\n",
		"mailgun-complaints":   "address,created_at\n",
		"mailgun-unsubscribes": "address,tags,created_at\n",
		"postmark":             "",
		"sparkpost":            "recipient,type,description\n",
	} {
		assert.Equal(t, want, string(format(t, name).Header), name)
	}
}

// sent is monday as mails write it.
const sent = `"Mon, 02 Mar 2026 09:00:00 +0000"`

// TestFormatLines: what an entry is in each file for a provider. A file that
// isn't named has no line.
func TestFormatLines(t *testing.T) {
	const listed = "a@example.com\n"
	const posted = `{"Suppressions":[{"EmailAddress":"a@example.com"}]}` + "\n"
	for name, c := range map[string]struct {
		tell func(*story)
		want map[string]string
	}{
		"bounce": {func(s *story) { s.bounce("m1", noUser) }, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":   `a@example.com,550,"550 5.1.1 user unknown",` + sent + "\n",
			"sparkpost": `a@example.com,transactional,"550 5.1.1 user unknown"` + "\n" + `a@example.com,non_transactional,"550 5.1.1 user unknown"` + "\n",
		}},
		"bounce with another code": {func(s *story) { s.bounce("m1", "553 5.1.2 host unknown") }, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":   `a@example.com,553,"553 5.1.2 host unknown",` + sent + "\n",
			"sparkpost": `a@example.com,transactional,"553 5.1.2 host unknown"` + "\n" + `a@example.com,non_transactional,"553 5.1.2 host unknown"` + "\n",
		}},
		"complaint": {func(s *story) { s.report(s.event(suppress.KindComplaint, "m1", "")) }, map[string]string{
			"ses": "a@example.com,COMPLAINT\n", "sendgrid": listed, "postmark": posted,
			"mailgun-complaints": "a@example.com," + sent + "\n",
			"sparkpost":          `a@example.com,transactional,"complaint"` + "\n" + `a@example.com,non_transactional,"complaint"` + "\n",
		}},
		"bounce and complaint": {func(s *story) {
			s.bounce("m1", noHost)
			s.after(day)
			s.report(s.event(suppress.KindComplaint, "m2", ""))
		}, map[string]string{
			"ses": "a@example.com,COMPLAINT\n", "sendgrid": listed, "postmark": posted,
			"mailgun":            `a@example.com,550,"host unknown",` + sent + "\n",
			"mailgun-complaints": `a@example.com,"Tue, 03 Mar 2026 09:00:00 +0000"` + "\n",
			"sparkpost":          `a@example.com,transactional,"complaint"` + "\n" + `a@example.com,non_transactional,"complaint"` + "\n",
		}},
		"unsubscribe": {func(s *story) { s.report(s.event(suppress.KindUnsubscribe, "m1", "")) }, map[string]string{
			"ses": "a@example.com,COMPLAINT\n", "sendgrid": listed, "postmark": posted,
			"mailgun-unsubscribes": "a@example.com,*," + sent + "\n",
			"sparkpost":            `a@example.com,non_transactional,"unsubscribe"` + "\n",
		}},
		"bounce and unsubscribe": {func(s *story) {
			s.report(s.event(suppress.KindUnsubscribe, "m1", ""))
			s.bounce("m2", noUser)
		}, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":              `a@example.com,550,"550 5.1.1 user unknown",` + sent + "\n",
			"mailgun-unsubscribes": "a@example.com,*," + sent + "\n",
			"sparkpost":            `a@example.com,transactional,"550 5.1.1 user unknown"` + "\n" + `a@example.com,non_transactional,"550 5.1.1 user unknown"` + "\n",
		}},
		"upstream and unsubscribe": {func(s *story) {
			s.report(s.event(suppress.KindUpstream, "m1", "554 5.7.1 on our list"), s.event(suppress.KindUnsubscribe, "m2", ""))
		}, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":              `a@example.com,554,"554 5.7.1 on our list",` + sent + "\n",
			"mailgun-unsubscribes": "a@example.com,*," + sent + "\n",
			"sparkpost":            `a@example.com,transactional,"unsubscribe"` + "\n" + `a@example.com,non_transactional,"unsubscribe"` + "\n",
		}},
		"upstream": {func(s *story) { s.report(s.event(suppress.KindUpstream, "m1", "")) }, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":   `a@example.com,550,"upstream",` + sent + "\n",
			"sparkpost": `a@example.com,transactional,"upstream"` + "\n" + `a@example.com,non_transactional,"upstream"` + "\n",
		}},
		"by hand": {func(s *story) {
			s.decide(suppress.Decision{Standing: suppress.Suppressed, Note: "ticket 7"})
		}, map[string]string{
			"ses": "a@example.com,BOUNCE\n", "sendgrid": listed, "postmark": posted,
			"mailgun":   `a@example.com,550,"manual",` + sent + "\n",
			"sparkpost": `a@example.com,transactional,"manual"` + "\n" + `a@example.com,non_transactional,"manual"` + "\n",
		}},
		"watching": {func(s *story) { s.bounce("m1", full) }, nil},
		"hold that has ended": {func(s *story) {
			s.bounce("m1", noHost)
			s.after(31 * day)
		}, nil},
		"released": {func(s *story) {
			s.bounce("m1", noUser)
			s.release()
		}, map[string]string{"ses-delete": listed}},
		"released, then bounced again": {func(s *story) {
			s.bounce("m1", noUser)
			s.release()
			s.after(day)
			s.bounce("m2", full)
		}, nil},
		"allowed": {func(s *story) {
			s.bounce("m1", noUser)
			s.decide(suppress.Decision{Standing: suppress.Allowed})
		}, map[string]string{"ses-delete": listed}},
	} {
		s := newStory(t, "a@example.com")
		c.tell(s)
		a := s.answer()
		for _, f := range suppress.Formats()[1:] {
			assert.Equal(t, c.want[f.Name], string(f.Append(nil, a)), "%s: %s", name, f.Name)
		}
	}
}

func TestOwnCSVLines(t *testing.T) {
	s := newStory(t, `"A,B"@x.jp`)
	f := format(t, "csv")
	s.bounce("m1", "=550 5.1.1 user unknown,\r\nsays \"mx\"\r x")
	before := []byte("before\r\n")
	assert.Equal(t, "before\r\n"+`"""a,b""@x.jp",hard,user_unknown,suppressed,"'=550 5.1.1 user unknown,`+"\r\n"+`says ""mx""`+"\r x"+
		`",cmc,bounce,`+s.answer().Reason.Rule+`,2026-03-02T09:00:00Z,,1,`+"\r\n", string(f.Append(before, s.answer())))
	s.decide(suppress.Decision{Standing: suppress.Allowed, Until: monday.Add(day), Note: `@home "7"`})
	assert.Equal(t, `"""a,b""@x.jp",none,none,allowed,,,manual,manual,2026-03-02T09:00:00Z,2026-03-03T09:00:00Z,1,"'@home ""7"""`+"\r\n",
		string(f.Append(nil, s.answer())))
	a := suppress.Answer{Address: address(t, "a@x.jp"), Reason: suppress.Reason{Origin: suppress.OriginBounce, Text: "lone\rCR"}}
	assert.Equal(t, "a@x.jp,,,,\"lone\rCR\",,bounce,,,,0,\r\n", string(f.Append(nil, &a)))
}

// answers are entries of one address in every standing, with every set of
// origins, all with the same words.
func answers(a suppress.Address, text string) []suppress.Answer {
	var all []suppress.Answer
	for _, standing := range append(suppress.Standings(), "") {
		for set := range 1 << len(suppress.Origins()) {
			ans := suppress.Answer{Address: a, Standing: standing, Class: "hard", Category: "unknown"}
			for i, origin := range suppress.Origins() {
				if set>>i&1 == 1 {
					ans.Reasons = append(ans.Reasons, suppress.Reason{Origin: origin, Standing: standing, Since: monday, Text: text, Note: text})
				}
			}
			if len(ans.Reasons) > 0 {
				ans.Reason = ans.Reasons[0]
			}
			all = append(all, ans)
		}
	}
	return all
}

// TestNoFormatDoesHarm: whatever is selected for it, no file suppresses an
// address that may be mailed, or releases one that may not; and no file leaves
// out what it should suppress.
func TestNoFormatDoesHarm(t *testing.T) {
	for _, a := range answers(address(t, "a@example.com"), noUser) {
		inMailgun := false
		for _, f := range suppress.Formats()[1:] {
			has := len(f.Append(nil, &a)) > 0
			what := fmt.Sprintf("%s: %q because of %d reasons", f.Name, a.Standing, len(a.Reasons))
			switch {
			case f.Name == "ses-delete":
				assert.Equal(t, a.Standing == suppress.Released || a.Standing == suppress.Allowed, has, what)
			case strings.HasPrefix(f.Name, "mailgun"):
				assert.False(t, has && !a.Suppressed(), what)
				inMailgun = inMailgun || has
			default:
				assert.Equal(t, a.Suppressed(), has, what)
			}
		}
		assert.Equal(t, a.Suppressed() && len(a.Reasons) > 0, inMailgun, a.Reasons)
	}
}

// TestDeleteListsNothingQuoted: a reader that splits at commas must not find
// somebody else's address.
func TestDeleteListsNothingQuoted(t *testing.T) {
	f := format(t, "ses-delete")
	for _, odd := range []string{`"victim@example.com,x"@x.jp`, `"x y"@x.jp`, "a@x.jp,victim@example.com", `a@"x.jp`} {
		a := suppress.Answer{Address: address(t, odd), Standing: suppress.Released}
		assert.Empty(t, string(f.Append(nil, &a)), odd)
	}
}

// TestTextsForProviders: the words of strangers lose what could do harm.
func TestTextsForProviders(t *testing.T) {
	for text, want := range map[string]string{
		"550 no\r\n\tsuch  user ":     `"550 no such user"`,
		`says "mx", twice`:            `"says ""mx"", twice"`,
		"=+-@'\t=SUM(A1)-1":           `"SUM(A1)-1"`,
		"＝cmd":                        `"cmd"`,
		"\x1b[31mred\x1b[0m\x7f!":     `"[31mred [0m !"`,
		"a\u202ebc\u2028d\u200be\xff": "\"a bc d e\uFFFD\"",
		"受信箱　満杯":                      `"受信箱 満杯"`,
		"\r\n=\x00":                   "",
		strings.Repeat("語", 5000):     `"` + strings.Repeat("語", 66) + `"`,
	} {
		a := suppress.Answer{Address: address(t, "a@x.jp"), Standing: suppress.Suppressed,
			Reasons: []suppress.Reason{{Origin: suppress.OriginBounce, Text: text}}}
		assert.Equal(t, "a@x.jp,550,"+want+",\n", string(format(t, "mailgun").Append(nil, &a)), "%q", text)
	}
}

// TestMailgunCodes: only a permanent code is one of a bounce.
func TestMailgunCodes(t *testing.T) {
	f := format(t, "mailgun")
	for text, want := range map[string]string{
		"551 no": "551", "554-5.7.1 no": "554", "552": "552", "452 full": "550", "5511": "550", "55": "550", "5x5": "550", "55x": "550", "smtp; 551 no": "550",
	} {
		a := suppress.Answer{Address: address(t, "a@x.jp"), Standing: suppress.Suppressed,
			Reasons: []suppress.Reason{{Origin: suppress.OriginBounce, Text: text}}}
		assert.Equal(t, `a@x.jp,`+want+`,"`+text+"\",\n", string(f.Append(nil, &a)))
	}
}

// TestTimesAreUTC, however the program's own zone stands.
func TestTimesAreUTC(t *testing.T) {
	tokyo := monday.In(time.FixedZone("JST", 9*60*60))
	r := suppress.Reason{Origin: suppress.OriginComplaint, Since: tokyo, Until: tokyo}
	a := suppress.Answer{Address: address(t, "a@x.jp"), Standing: suppress.Suppressed, Reason: r, Reasons: []suppress.Reason{r}}
	assert.Equal(t, "a@x.jp,"+sent+"\n", string(format(t, "mailgun-complaints").Append(nil, &a)))
	assert.Equal(t, "a@x.jp,,,suppressed,,,complaint,,2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,0,\r\n", string(format(t, "csv").Append(nil, &a)))
}

// columns says how many columns each CSV has.
func columns(f suppress.Format) int {
	switch f.Name {
	case "ses":
		return 2
	case "ses-delete":
		return 1
	}
	return strings.Count(string(f.Header), ",") + 1
}

// checkFormat writes an entry twice and reads it back.
func checkFormat(t *testing.T, f suppress.Format, a *suppress.Answer) {
	t.Helper()
	out := f.Append(f.Append(append([]byte(nil), f.Header...), a), a)
	if f.Name == "postmark" {
		checkPostmark(t, out, a)
		return
	}
	r := csv.NewReader(strings.NewReader(string(out)))
	r.FieldsPerRecord = columns(f)
	rows, err := r.ReadAll()
	require.NoError(t, err, "%s: %q", f.Name, out)
	if f.Header != nil {
		rows = rows[1:]
	}
	for _, row := range rows {
		back, err := suppress.ParseAddress(row[0])
		require.NoError(t, err, "%s: %q", f.Name, out)
		require.Equal(t, a.Address.String(), back.String(), "%s: %q", f.Name, out)
		if f.Name != "csv" {
			checkCells(t, row[1:])
		}
	}
}

// checkCells sees that nothing of a stranger's can do harm.
func checkCells(t *testing.T, cells []string) {
	t.Helper()
	for _, cell := range cells {
		require.LessOrEqual(t, len(cell), 201)
		for i, r := range cell {
			require.True(t, unicode.IsPrint(r), "%q", cell)
			require.False(t, i == 0 && strings.ContainsRune("=+-@'", r), "%q", cell)
		}
	}
}

func checkPostmark(t *testing.T, out []byte, a *suppress.Answer) {
	t.Helper()
	for line := range strings.Lines(string(out)) {
		var body struct {
			Suppressions []struct{ EmailAddress string }
		}
		require.NoError(t, json.Unmarshal([]byte(line), &body), line)
		require.Len(t, body.Suppressions, 1)
		require.Equal(t, a.Address.String(), body.Suppressions[0].EmailAddress)
	}
}

// FuzzFormats: every line can be read back, whatever the address and the words.
func FuzzFormats(f *testing.F) {
	texts := []string{noUser, `he said "no", twice`, "a\r\nb\rc\nd", "\x1b]0;x\a", "\u202egnp.exe", strings.Repeat(`"=`, 5000), "=1+1", "@x", "\xff,\"", ""}
	for i, odd := range []string{`"a,b"@x.jp`, `"a\"b\\c"@x.jp`, "鈴木@例え.jp", "=cmd@x.jp", "a@x.jp,b@y.jp", `" "@x.jp`, `a"b@x.jp`, "A@X.JP", "a@[192.0.2.1]", "a\u2028@x.jp", `a@x"y\z`, "a@x,y"} {
		f.Add(odd, texts[i%len(texts)])
	}
	f.Fuzz(func(t *testing.T, odd, text string) {
		a, err := suppress.ParseAddress(odd)
		if err != nil {
			t.Skip()
		}
		for _, ans := range answers(a, text) {
			for _, f := range suppress.Formats() {
				checkFormat(t, f, &ans)
			}
		}
	})
}

// BenchmarkFormat writes entries with one bounce each, in rows per second.
func BenchmarkFormat(b *testing.B) {
	s := newStory(b, "taro.yamada+news@example.co.jp")
	s.bounce("m1", "550 5.1.1 <taro.yamada@example.co.jp>: Recipient address rejected: User unknown in virtual mailbox table")
	a := s.answer()
	for _, f := range suppress.Formats() {
		b.Run(f.Name, func(b *testing.B) {
			var line []byte
			b.ReportAllocs()
			start := time.Now()
			for b.Loop() {
				line = f.Append(line[:0], a)
			}
			b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "rows/s")
		})
	}
}
