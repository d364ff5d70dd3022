package api_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// listed is a page of the list.
func (s *server) listed(query string) (out api.List) {
	s.t.Helper()
	got := s.get("/suppressed" + query)
	require.Equal(s.t, http.StatusOK, got.StatusCode, got.body)
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &out))
	return out
}

func names(entries []api.Lookup) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Address)
	}
	return strings.ReplaceAll(strings.Join(out, " "), `"q,q"@b.jp `, "")
}

func TestList(t *testing.T) {
	s := serve(t)
	assert.JSONEq(t, `{"entries":[],"next":null,"scanned":0}`, s.get("/suppressed").body)
	s.oneOfEachState()
	for query, want := range map[string]string{
		"":                                   "z@a.jp a@b.jp manual@x.jp",
		"?state=all":                         "z@a.jp a@b.jp allowed@x.jp manual@x.jp released@x.jp watching@x.jp",
		"?state=all&domain=X.JP":             "allowed@x.jp manual@x.jp released@x.jp watching@x.jp",
		"?state=watching&reason=Mailbox":     "watching@x.jp",
		"?class=hard,none&origin=manual":     "manual@x.jp",
		"?category=user_unknown&q=A@":        "a@b.jp",
		"?source=local":                      "manual@x.jp",
		"?since=2026-03-02&until=2026-03-03": "z@a.jp a@b.jp manual@x.jp",
		"?since=2026-03-02T09:00:00.000001Z": "",
		"?since=2026-03-02T18:00:00%2B09:00": "z@a.jp a@b.jp manual@x.jp",
		"?until=2026-03-02T09:00:00Z":        "",
		"?class=&domain=&cursor=&q=&count=0": "z@a.jp a@b.jp manual@x.jp",
	} {
		assert.Equal(t, want, names(s.listed(query).Entries), query)
	}
}

// TestListRow: a row is a look-up's answer, and what is only watched shows its
// latest bounce.
func TestListRow(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	var lookup api.Lookup
	require.NoError(t, json.Unmarshal([]byte(s.get("/suppressed/a@b.jp").body), &lookup))
	assert.Equal(t, lookup, s.listed("?q=a@b.jp").Entries[0])
	watched := s.listed("?state=watching").Entries[0]
	assert.False(t, watched.Suppressed)
	assert.Equal(t, suppress.Watching, watched.State)
	require.NotNil(t, watched.Why)
	assert.Equal(t, suppress.Category("mailbox_full"), watched.Category)
	assert.Equal(t, "552 5.2.2 mailbox full", watched.Reason)
}

// TestListPages: page by page it is the same list, and the count is of all.
func TestListPages(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	var got []api.Lookup
	rounds := 0
	for query := "?state=all&limit=2&count=1"; ; rounds++ {
		page := s.listed(query)
		got = append(got, page.Entries...)
		assert.EqualValues(t, 7, *page.Count)
		assert.LessOrEqual(t, page.Scanned, 2)
		if page.Next == nil {
			break
		}
		query = "?state=all&limit=2&count=1&cursor=" + url.QueryEscape(*page.Next)
	}
	assert.Equal(t, s.listed("?state=all").Entries, got)
	assert.Equal(t, 3, rounds)
	assert.EqualValues(t, 1, *s.listed("?q=manual&count=1").Count)
}

// TestListRefuses what it doesn't understand, and says what it does.
func TestListRefuses(t *testing.T) {
	s := serve(t)
	for query, want := range map[string]string{
		"?classes=hard":                   `the query has "classes"; it may have category, class, domain, origin, q, reason, since, source, state, until, limit, cursor, count`,
		"?class=Hard":                     `class is "Hard"; allowed are hard, soft, unknown, none, several with commas between`,
		"?class=hard,":                    `class is ""; allowed are`,
		"?category=full":                  `category is "full"; allowed are user_unknown, `,
		"?state=hard":                     `state is "hard"; allowed are watching, suppressed, provisional, released, allowed, several with commas between; or all`,
		"?origin=hand":                    `origin is "hand"; allowed are`,
		"?domain=a.jp&domain=b.jp":        "domain stands there 2 times; give it once",
		"?domain=.":                       `domain is "."; write a whole domain as example.com`,
		"?domain=%20":                     `domain is " "`,
		"?domain=user@x.jp":               `domain is "user@x.jp"`,
		"?limit=0":                        `limit is "0"; it must be a number from 1 to 1000`,
		"?limit=1001":                     `limit is "1001"`,
		"?limit=1&limit=2":                "limit stands there 2 times; give it once",
		"?since=yesterday":                `since is "yesterday"; write a time as 2026-03-02T09:00:00Z or a day as 2026-03-02`,
		"?until=2026-03-02T18:00:00+0900": `until is "2026-03-02T18:00:00 0900"`,
		"?cursor=x":                       "the cursor is not one that a page gave",
		"?count=yes":                      `count is "yes"; leave it out, or write count=1`,
		"?q=%zz":                          "the query is not URL-encoded",
		"?format=csv":                     `the query has "format"`,
	} {
		assert.Contains(t, s.problem(s.get("/suppressed"+query), http.StatusBadRequest), want, query)
	}
}

// TestListOfAFailedStore is an error, never a short list.
func TestListOfAFailedStore(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	for _, target := range []string{"/suppressed", "/suppressed?count=1", "/suppressed?count=1&q=a", "/suppressed.ndjson", "/suppressed.csv", "/status"} {
		s.store.interfere(func() error { return errors.New("fault") })
		s.problem(s.get(target), http.StatusServiceUnavailable)
	}
}

func TestExportNDJSON(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	got := s.get("/suppressed.ndjson?state=all")
	assert.Equal(t, "application/x-ndjson", got.Header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="suppressed.ndjson"`, got.Header.Get("Content-Disposition"))
	assert.Equal(t, "7", got.Header.Get(api.HeaderTotal))
	var rows []api.Lookup
	for lines := bufio.NewScanner(strings.NewReader(got.body)); lines.Scan(); {
		var row api.Lookup
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		rows = append(rows, row)
	}
	assert.Equal(t, s.listed("?state=all").Entries, rows)
}

// TestServersWordsAreReadable: the angle brackets of which their replies are
// full stay as they are.
func TestServersWordsAreReadable(t *testing.T) {
	s := serve(t)
	s.report(suppress.KindBounce, "gone@x.jp", "550 5.1.1 <gone@x.jp>: user unknown & gone")
	s.report(suppress.KindBounce, "away@x.jp", `550 5.1.1 <away@x.jp>: "user" unknown & gone`)
	for who, words := range map[string]string{
		"gone@x.jp": "550 5.1.1 <gone@x.jp>: user unknown & gone", "away@x.jp": `550 5.1.1 <away@x.jp>: \"user\" unknown & gone`,
	} {
		for _, target := range []string{"/suppressed.ndjson", "/suppressed", "/suppressed/" + who, "/suppressed/" + who + "/events"} {
			assert.Contains(t, s.get(target).body, words, target)
		}
	}
}

// TestExportFormats: the provider's form, of what the filter selects.
func TestExportFormats(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	got := s.get("/suppressed.csv?format=mailgun&domain=b.jp&q=a@")
	require.Equal(t, http.StatusOK, got.StatusCode, got.body)
	assert.Equal(t, `attachment; filename="suppressed-mailgun.csv"`, got.Header.Get("Content-Disposition"))
	assert.Equal(t, "1", got.Header.Get(api.HeaderTotal))
	assert.Contains(t, got.body, "a@b.jp")
	assert.Equal(t, `attachment; filename="suppressed-postmark.ndjson"`, s.get("/suppressed.csv?format=postmark").Header.Get("Content-Disposition"))
	assert.Contains(t, s.problem(s.get("/suppressed.csv?format=hotmail"), http.StatusBadRequest), "mailgun")
}

func TestStatus(t *testing.T) {
	s := serve(t, func(_ *server, c *api.Config) { c.StoreSize = func() (int64, error) { return 4096, nil } })
	s.oneOfEachState()
	s.clock.set(monday.Add(day))
	var got api.Status
	require.NoError(t, json.Unmarshal([]byte(s.get("/status").body), &got))
	assert.Equal(t, "v1.2.3", got.Version)
	assert.Equal(t, []time.Time{monday, monday.Add(day)}, []time.Time{got.Started, got.Now})
	assert.EqualValues(t, 4, got.Suppressed)
	assert.Equal(t, api.Tally{State: "suppressed", Class: "hard", Category: "user_unknown", Count: 3}, got.Entries[0])
	assert.Len(t, got.Entries, 5)
	assert.Equal(t, []api.Heard{{Source: "cmc"}}, got.Sources, "no webhook yet")
	assert.EqualValues(t, 4096, got.StoreBytes)
	assert.False(t, got.TokenNeeded)
	assert.Greater(t, got.Rules, 100)
	s.letter("{")
	require.Equal(t, http.StatusOK, s.do(http.MethodPost, "/webhooks/cmc", bounces(1)).StatusCode)
	require.NoError(t, json.Unmarshal([]byte(s.get("/status").body), &got))
	assert.Equal(t, monday.Add(day), *got.Sources[0].Last)
	assert.Equal(t, api.LetterCount{Count: 1, Bytes: 1}, got.Letters)
}
