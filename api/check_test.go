package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

const (
	asText   = "text/plain"
	asNDJSON = "application/x-ndjson"
)

// ask posts a list.
func (s *server) ask(query, contentType, body string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodPost, "/suppressed/check"+query, body, append(headers, "Content-Type", contentType)...)
}

// checked decodes a whole answer in JSON.
func checked(t testing.TB, a answer) (out []api.Checked) {
	t.Helper()
	require.Equal(t, http.StatusOK, a.StatusCode, a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out
}

// mixed has gone@x.jp suppressed, user@x.jp not, and two pieces that are no
// addresses.
const mixed = `["gone@x.jp", "user", "User@X.jp", null, "user@x.jp"]`

func TestCheckForms(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	lookup := strings.TrimSpace(s.get("/suppressed/gone@x.jp").body)
	lines := []string{
		lookup,
		`{"input":"user","suppressed":null,"error":"not a mail address: it has no @"}`,
		`{"address":"user@x.jp","suppressed":false,"input":"User@X.jp"}`,
		`{"input":"null","suppressed":null,"error":"neither a JSON string nor an object with the string \"address\""}`,
		`{"address":"user@x.jp","suppressed":false}`,
	}
	text := "gone@x.jp\tsuppressed\tbounce\tuser_unknown\nuser\tinvalid\nUser@X.jp\tclear\nuser@x.jp\tclear\n"
	for name, test := range map[string]struct{ contentType, body, want, wantType string }{
		"array":         {"application/json", mixed, "[" + strings.Join(lines, ",\n") + "]\n", "application/json"},
		"array by byte": {"", " \n" + mixed, "[" + strings.Join(lines, ",\n") + "]\n", "application/json"},
		"empty array":   {"application/json; charset=utf-8", "\uFEFF [ ] \n", "[]\n", "application/json"},
		"ndjson": {asNDJSON, "{\"address\":\"gone@x.jp\",\"id\":[1]}\r\n\"user\"\n\n\"User@X.jp\"\nnull\n\"user@\\u0078.jp\"",
			strings.Join(lines, "\n") + "\n", asNDJSON},
		"ndjson by byte": {"application/octet-stream", "\"user@x.jp\"\n", lines[4] + "\n", asNDJSON},
		"text":           {asText, "\uFEFFgone@x.jp\r\nuser\n\n  User@X.jp \r\n \r\nuser@x.jp", text, "text/plain; charset=utf-8"},
		"text by byte":   {"application/x-www-form-urlencoded", "gone@x.jp\nuser\nUser@X.jp\nuser@x.jp\n", text, "text/plain; charset=utf-8"},
		"blank text":     {asText, "\n\r\n", "", "text/plain; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask("", test.contentType, test.body)
			assert.Equal(t, http.StatusOK, got.StatusCode)
			assert.Equal(t, test.want, got.body)
			assert.Equal(t, test.wantType, got.Header.Get("Content-Type"))
			assert.EqualValues(t, len(test.want), got.ContentLength, "the length is announced")
		})
	}
	assert.Equal(t, "gone@x.jp\tsuppressed\tbounce\tuser_unknown\n",
		s.ask("", asText, gzipped(t, "gone@x", ".jp"), "Content-Encoding", "gzip").body)
}

// TestCheckOnly: the others are left out, but counted.
func TestCheckOnly(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	s.report(suppress.KindUnsubscribe, "quiet@x.jp", "")
	list := "Gone@x.jp\nuser\nTaro\t<taro@x.jp>\nquiet@x.jp\n"
	for query, want := range map[string]string{
		"?only=sendable":                      "Taro\t<taro@x.jp>\n",
		"?only=suppressed":                    "Gone@x.jp\nquiet@x.jp\n",
		"?only=sendable&mail=transactional":   "Taro\t<taro@x.jp>\nquiet@x.jp\n",
		"?mail=transactional&only=suppressed": "Gone@x.jp\n",
	} {
		got := s.ask(query, asText, list)
		assert.Equal(t, want, got.body, query)
		assert.Equal(t, "4", got.Header.Get(api.HeaderTotal))
		assert.Equal(t, "1", got.Header.Get(api.HeaderInvalid))
	}
	got := s.ask("", asText, list)
	assert.Equal(t, []string{"2", "1"}, []string{got.Header.Get(api.HeaderSuppressed), got.Header.Get(api.HeaderSendable)})
	assert.Contains(t, got.body, "Taro <taro@x.jp>\tclear\n", "one tab stands before the answer")
	some := checked(t, s.ask("?only=suppressed", asJSON, `["Gone@x.jp","user","a@x.jp"]`))
	require.Len(t, some, 1)
	assert.Equal(t, "Gone@x.jp", some[0].Input, "as it was asked")
	assert.Equal(t, "[]\n", s.ask("?only=sendable", asJSON, `["gone@x.jp"]`).body)
	assert.Empty(t, s.ask("?only=sendable", asNDJSON, `"gone@x.jp"`).body)
}

func TestCheckRefuses(t *testing.T) {
	s := serve(t)
	for _, test := range []struct {
		query, contentType, body string
		code                     int
		want                     string
	}{
		{"", "", "", 400, "the body is empty"},
		{"", asJSON, `"a@x.jp"`, 400, "not a JSON array"},
		{"", asJSON, " ", 400, "not a JSON array"},
		{"", asJSON, `["a@x.jp"`, 400, "breaks off in element 1"},
		{"", asJSON, `["a@x.jp",`, 400, "breaks off in element 2"},
		{"", asJSON, `["a@x.jp",]`, 400, "element 2 of the array is missing"},
		{"", asJSON, `[,"a@x.jp"]`, 400, "element 1 of the array is missing"},
		{"", asJSON, `["a@x.jp", b@x.jp]`, 400, "element 2 of the array is not JSON"},
		{"", asJSON, `["a@x.jp"] ["b@x.jp"]`, 400, "something follows"},
		{"?only=clear", asText, "a@x.jp", 400, `only is "clear"`},
		{"?only=", asText, "a@x.jp", 400, `only is ""`},
		{"?mail=bulk", asText, "a@x.jp", 400, `mail is "bulk"`},
		{"?%zz", asText, "a@x.jp", 400, "not URL-encoded"},
		{"", "text/csv", "a@x.jp", 415, `Content-Type is "text/csv"`},
	} {
		got := s.ask(test.query, test.contentType, test.body)
		assert.Contains(t, s.problem(got, test.code), test.want, test.body)
	}
	s.problem(s.ask("", asText, "a@x.jp", "Content-Encoding", "br"), http.StatusUnsupportedMediaType)
	s.problem(s.ask("", asText, "a@x.jp", "Content-Encoding", "gzip"), http.StatusBadRequest)
	s.problem(s.ask("", asText, gzipped(t, strings.Repeat("a@x.jp\n", 999))[:40], "Content-Encoding", "gzip"), http.StatusBadRequest)
}

// TestCheckInvalid: nothing that isn't one address passes for one that may be
// mailed, and none of it ends the rest.
func TestCheckInvalid(t *testing.T) {
	s := serve(t)
	inputs := []string{"user", "@x.jp", "a@", "a@x.jp,Taro", "a@x.jp;b@x.jp", "a@x.jp b@x.jp", "a@x.jp\tTaro", `"a@x.jp"`, `{"address":"a@x.jp"}`,
		`["a@x.jp"]`, "a@b@x.jp", "\x80@x.jp", "a\uFFFD@x.jp", strings.Repeat("a", 400) + "@x.jp", strings.Repeat("a", 5000) + "@x.jp", strings.Repeat("a", 1<<20) + "@x.jp"}
	body := strings.Join(inputs, "\n") + "\nuser@x.jp\n"
	rows := strings.Split(strings.TrimSpace(s.ask("", asText, body).body), "\n")
	require.Len(t, rows, len(inputs)+1)
	for i := range inputs {
		assert.True(t, strings.HasSuffix(rows[i], "\tinvalid"), rows[i])
		assert.Less(t, len(rows[i]), 400)
	}
	assert.Equal(t, "user@x.jp\tclear", rows[len(inputs)])
	assert.Empty(t, s.ask("?only=suppressed", asText, body).body)

	long := `"` + strings.Repeat("a", 100_000) + `@x.jp"`
	for contentType, body := range map[string]string{
		asJSON:   `[` + long + `, 17, {"mail":"a@x.jp"}, "\ud800@x.jp", ["a@x.jp","b"], "a\u0040x.jp"]`,
		asNDJSON: long + "\n17\n{\"mail\":\"a@x.jp\"}\n\"\\ud800@x.jp\"\n[\"a@x.jp\",\"b\"]\n\"a\\u0040x.jp\"\n",
	} {
		answers := s.ask("", contentType, body).body
		assert.Equal(t, 5, strings.Count(answers, `"suppressed":null,"error":"`), answers)
		assert.Equal(t, 1, strings.Count(answers, `{"address":"a@x.jp","suppressed":false}`), answers)
		assert.Less(t, len(answers), 2000)
	}
	assert.Contains(t, s.ask("", asNDJSON, "a@x.jp\n").body, `"suppressed":null,"error":"not JSON"`)
}

// TestCheckAnswersAsLookups: the answers about many addresses are those that
// each one gets alone.
func TestCheckAnswersAsLookups(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	s := serve(t)
	kinds := []suppress.Kind{suppress.KindBounce, suppress.KindComplaint, suppress.KindUnsubscribe, suppress.KindUpstream}
	texts := []string{"550 5.1.1 user unknown", "552 5.2.2 mailbox full", "550 5.1.2 host unknown", "<b>no</b>"}
	random := func() string {
		return fmt.Sprintf("%s%d+ü@x%d.jp", []string{"U", "u"}[rng.IntN(2)], rng.IntN(200), rng.IntN(3))
	}
	for range 300 {
		s.report(kinds[rng.IntN(len(kinds))], random(), texts[rng.IntN(len(texts))])
	}
	s.clock.set(monday.Add(time.Duration(rng.IntN(40)) * day))
	for _, mail := range []suppress.Mail{suppress.MailAny, suppress.MailTransactional} {
		asked := make([]string, 2500) // more than two chunks
		for i := range asked {
			asked[i] = random()
		}
		answers, err := s.client.CheckAll(t.Context(), asked, mail)
		require.NoError(t, err)
		for i, a := range asked {
			var want api.Lookup
			got := s.get("/suppressed/" + a + "?mail=" + string(mail))
			require.NoError(t, json.Unmarshal([]byte(got.body), &want))
			require.Equal(t, want, answers[i].Lookup, "seed %d: %s", seed, a)
			require.Equal(t, !want.Suppressed, answers[i].MaySend())
		}
	}
}

// TestCheckIsCounted: each address with its answer, and the request with one
// line of the log that names none.
func TestCheckIsCounted(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	s.ask("?only=sendable", asText, "gone@x.jp\nuser\na@x.jp\nb@x.jp\n")
	assert.Equal(t, []string{"suppressed", "invalid", "clear", "clear"}, s.seen.told(&s.seen.lookups))
	assert.Contains(t, s.log.String(), "addresses=4 suppressed=1 invalid=1")
	assert.Equal(t, 1, strings.Count(s.log.String(), "msg=request"))
	s.ask("", asJSON, `["a@x.jp","b@x.jp"`)
	assert.Equal(t, []string{"invalid"}, s.seen.told(&s.seen.lookups), "what was read of it")
	s.store.interfere(func() error { return errors.New("the disk is on fire") })
	s.ask("", asText, "a@x.jp\nb@x.jp\n")
	assert.Equal(t, []string{"error", "error"}, s.seen.told(&s.seen.lookups))
}
