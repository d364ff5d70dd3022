package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

func (s *server) put(who, body string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodPut, "/suppressed/"+who, body, headers...)
}

// TestPut: what may be left out, and what the answer is then.
func TestPut(t *testing.T) {
	s := serve(t)
	for i, c := range []struct {
		body  string
		state suppress.Standing
		until string
		note  string
	}{
		{body: "", state: suppress.Suppressed},
		{body: " \n", state: suppress.Suppressed},
		{body: "{}", state: suppress.Suppressed},
		{body: `{"until":null,"note":""}`, state: suppress.Suppressed},
		{body: `{"state":"suppressed"}`, state: suppress.Suppressed},
		{body: `{"state":"allowed","note":"our own \u00fc"}` + "\n", state: suppress.Allowed, note: "our own ü"},
		{body: `{"until":"2026-03-03T18:00:00+09:00"}`, state: suppress.Suppressed, until: "2026-03-03T09:00:00Z"},
		{body: `{"until":"9999-12-31T23:59:59Z"}`, state: suppress.Suppressed, until: "9999-12-31T23:59:59Z"},
	} {
		who := fmt.Sprintf("user%d@x.jp", i)
		got := lookedUp(t, s.put(who, c.body))
		assert.Equal(t, got, lookedUp(t, s.get("/suppressed/"+who)), "the answer is what a look-up says")
		assert.Equal(t, c.state, got.State, c.body)
		assert.Equal(t, c.state == suppress.Suppressed, got.Suppressed, c.body)
		assert.Equal(t, c.note, got.Note, c.body)
		assert.Equal(t, suppress.OriginManual, got.Origin)
		assert.Equal(t, api.LocalName, got.Source)
		if c.until == "" {
			assert.Nil(t, got.Until)
		} else {
			assert.Equal(t, c.until, got.Until.Format(time.RFC3339))
		}
	}
}

// TestPutIsRefused, with a sentence that says what is wrong, and changes
// nothing.
func TestPutIsRefused(t *testing.T) {
	s := serve(t)
	for body, want := range map[string]string{
		`{"untill":null}`:                       `unknown field "untill"`,
		`{"state":"released"}`:                  `state is "released", allowed are suppressed and allowed`,
		`{"state":"Allowed"}`:                   `state is "Allowed"`,
		`{"until":"2026-03-02T09:00:00Z"}`:      "until is 2026-03-02T09:00:00Z, which is not in the future",
		`{"until":"2020-01-01T00:00:00Z"}`:      "which is not in the future",
		`{"until":"9999-12-31T23:59:59-01:00"}`: "until is after the year 9999",
		`{"until":"tomorrow"}`:                  "the body can't be read at byte",
		`{"until":"2026-04-01"}`:                "the body can't be read at byte",
		`{"until":1790000000}`:                  "the body can't be read at byte",
		`{"note":7}`:                            "the body can't be read at byte",
		`[]`:                                    "the body can't be read at byte",
		`{"note":"x"`:                           "the body can't be read at byte",
		`{} {}`:                                 "something follows the JSON value",
		`{}]`:                                   "something follows the JSON value",
		`{}}`:                                   "something follows the JSON value",
		"note=x":                                "the body can't be read at byte",
		"null x":                                "something follows the JSON value",
		"\x1f\x8b":                              "the body can't be read at byte",
	} {
		assert.Contains(t, s.problem(s.put("user@x.jp", body), http.StatusBadRequest), want, body)
	}
	s.problem(s.put("user@x.jp", `{"note":"`+strings.Repeat("x", 64<<10)+`"}`), http.StatusRequestEntityTooLarge)
	s.problem(s.put("user", "{}"), http.StatusBadRequest)
	assert.JSONEq(t, `{"address":"user@x.jp","suppressed":false}`, s.get("/suppressed/user@x.jp").body)
}

func TestLongNotesAreClipped(t *testing.T) {
	s := serve(t)
	got := lookedUp(t, s.put("user@x.jp", `{"note":"`+strings.Repeat("ü", 5000)+`"}`))
	assert.Equal(t, strings.Repeat("ü", suppress.MaxTextBytes/2), got.Note)
}

// TestAllowedWins over what is reported, until its end.
func TestAllowedWins(t *testing.T) {
	s := serve(t)
	until := monday.Add(10 * day)
	s.put("user@x.jp", `{"state":"allowed","until":"`+until.Format(time.RFC3339)+`"}`)
	s.suppress("user@x.jp")
	s.report(suppress.KindComplaint, "user@x.jp", "")
	assert.Equal(t, http.StatusOK, s.get("/suppressed/user@x.jp?status=1").StatusCode)
	s.clock.set(until)
	assert.Equal(t, http.StatusGone, s.get("/suppressed/user@x.jp?status=1").StatusCode)
}

// TestWhoDecided stands in the history and in the feed: the token's name.
func TestWhoDecided(t *testing.T) {
	s := serve(t)
	aiko, ben := s.token("aiko", api.RoleWrite, ""), s.token("ben", api.RoleAdmin, "")
	require.Equal(t, http.StatusOK, s.put("user@x.jp", `{"note":"asked by phone"}`, "Authorization", "Bearer "+aiko).StatusCode)
	s.clock.set(monday.Add(day))
	released := s.do(http.MethodDelete, "/suppressed/user@x.jp?note=a+mistake", "", "Authorization", "Bearer "+ben)
	assert.Equal(t, suppress.Released, lookedUp(t, released).State)
	assert.False(t, lookedUp(t, released).Suppressed)
	s.put("user@x.jp", `{"state":"allowed","note":"ours","until":"2027-01-01T00:00:00Z"}`, "Authorization", "Bearer "+aiko)

	var got api.Events
	require.NoError(t, json.Unmarshal([]byte(s.get("/suppressed/user@x.jp/events", "Authorization", "Bearer "+aiko).body), &got))
	end := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, []api.Decided{
		{At: monday.Add(day), State: suppress.Allowed, Until: &end, Note: "ours", By: "aiko"},
		{At: monday.Add(day), State: suppress.Released, Note: "a mistake", By: "ben"},
		{At: monday, State: suppress.Suppressed, Note: "asked by phone", By: "aiko"},
	}, got.Decisions)
	require.Len(t, got.Reasons, 1)
	assert.Equal(t, "aiko", got.Reasons[0].Source)
	assert.Equal(t, monday.Add(day), *got.Released)

	var feed api.Changes
	require.NoError(t, json.Unmarshal([]byte(s.get("/changes", "Authorization", "Bearer "+ben).body), &feed))
	require.Len(t, feed.Changes, 3)
	assert.Equal(t, "added aiko asked by phone", strings.Join([]string{string(feed.Changes[0].Change), feed.Changes[0].By, feed.Changes[0].Note}, " "))
	assert.Equal(t, "released ben a mistake", strings.Join([]string{string(feed.Changes[1].Change), feed.Changes[1].By, feed.Changes[1].Note}, " "))
}

func TestReleaseOfTheUnknown(t *testing.T) {
	s := serve(t)
	detail := s.problem(s.do(http.MethodDelete, "/suppressed/user@x.jp", ""), http.StatusNotFound)
	assert.Equal(t, "user@x.jp is not on the list; nothing was released", detail)
	detail = s.problem(s.get("/suppressed/user@x.jp/events"), http.StatusNotFound)
	assert.Equal(t, "nothing is known of user@x.jp", detail)
}
