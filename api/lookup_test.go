package api_test

import (
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

// oddPaths are addresses as they can stand in a path, and what they mean.
func oddPaths() map[string]string {
	return map[string]string{
		"user@example.com":                      "user@example.com",
		"User%40Example.COM":                    "user@example.com",
		"a/b@x.jp":                              "a/b@x.jp",
		"a%2Fb@x.jp":                            "a/b@x.jp",
		"a%2fb%40x.jp":                          "a/b@x.jp",
		"%2Fa%2F/b@x.jp":                        "/a//b@x.jp",
		`"a@b/c"@x.jp`:                          `"a@b/c"@x.jp`,
		"%22q%20q%22@x.jp":                      `"q q"@x.jp`,
		`"q%20q"@x.jp`:                          `"q q"@x.jp`,
		"x%25y@x.jp":                            "x%y@x.jp",
		"x%252Fy@x.jp":                          "x%2fy@x.jp",
		"ü@bücher.example":                      "ü@xn--bcher-kva.example",
		"%C3%BC@b%C3%BCcher.example":            "ü@xn--bcher-kva.example",
		"ü%2Fa@x.jp":                            "ü/a@x.jp",
		"foo..bar@docomo.ne.jp":                 "foo..bar@docomo.ne.jp",
		"foo.@docomo.ne.jp":                     "foo.@docomo.ne.jp",
		"user+tag@x.jp":                         "user+tag@x.jp",
		"user%2Btag@x.jp":                       "user+tag@x.jp",
		"user@example":                          "user@example",
		"%2E%2E/@x":                             "../@x",
		"who%3F%23me@x.jp":                      "who?#me@x.jp",
		`%22a;b=c,d&e%22@x.jp`:                  `"a;b=c,d&e"@x.jp`,
		"user@[192.0.2.1]":                      "user@[192.0.2.1]",
		"events@x.jp":                           "events@x.jp",
		"Taro%20%3Ctaro@x.jp%3E":                "taro@x.jp",
		strings.Repeat("l", 100) + "@x.jp":      strings.Repeat("l", 100) + "@x.jp",
		"%E7%94%A8%E6%88%B7@%E4%BE%8B%E3%81%88": "用户@xn--r8jz45g",
	}
}

// TestOddAddresses: asked for in any way in which a path can hold them, they
// are the address that was reported.
func TestOddAddresses(t *testing.T) {
	s := serve(t)
	for path, want := range oddPaths() {
		clear := lookedUp(t, s.get("/suppressed/"+path))
		assert.Equal(t, want, clear.Address, path)
		assert.False(t, clear.Suppressed, path)
	}
	for _, want := range oddPaths() {
		s.report(suppress.KindComplaint, want, "")
	}
	for path, want := range oddPaths() {
		found := lookedUp(t, s.get("/suppressed/"+path))
		assert.Equal(t, want, found.Address, path)
		assert.True(t, found.Suppressed, path)
		assert.Equal(t, http.StatusOK, s.get("/suppressed/"+path+"/events").StatusCode, path)
	}
}

func TestNoAddress(t *testing.T) {
	s := serve(t)
	for _, path := range []string{
		"user", "@", "@x.jp", "user@", "%00@x.jp", "a%0Ab@x.jp", "%FF@x.jp", "%22%22@x.jp", "%20@x.jp", "who?me@x.jp", "..", "%2E%2E",
		strings.Repeat("l", 330) + "@x.jp", "%252F", "a@x%2Fevents", "a@x.jp,b@x.jp", "a@b/c@x.jp", "a;b=c@x.jp", "a@x.jp;", "mailto:a@x.jp", "a@x.jp%3Fsubject=hello", "a@x..jp", "a%E2%80%8Bb@x.jp",
	} {
		detail := s.problem(s.get("/suppressed/"+path), http.StatusBadRequest)
		assert.Contains(t, detail, "not a mail address: ", path)
		assert.Equal(t, []string{"invalid"}, s.seen.told(&s.seen.lookups), path)
		s.problem(s.get("/suppressed/"+path+"?status=1"), http.StatusBadRequest)
		s.seen.told(&s.seen.lookups)
	}
}

// TestAnswers: what an answer holds, to the last field.
func TestAnswers(t *testing.T) {
	s := serve(t)
	assert.JSONEq(t, `{"address":"user@x.jp","suppressed":false}`, s.get("/suppressed/user@x.jp").body)
	s.suppress("User@x.jp")
	assert.JSONEq(t, `{"address":"user@x.jp","suppressed":true,"spelling":"User@x.jp","class":"hard","category":"user_unknown",
		"state":"suppressed","reason":"550 5.1.1 user unknown","source":"cmc","origin":"bounce","rule":"`+ruleOf(t, s)+`",
		"matched":"user unknown","since":"2026-03-02T09:00:00Z","until":null,"count":1}`, s.get("/suppressed/user@x.jp").body)
	s.report(suppress.KindBounce, "soft@x.jp", "552 5.2.2 mailbox full")
	assert.JSONEq(t, `{"address":"soft@x.jp","suppressed":false,"state":"watching","count":1}`, s.get("/suppressed/soft@x.jp").body)
}

func ruleOf(t *testing.T, s *server) string {
	return lookedUp(t, s.get("/suppressed/user@x.jp")).Rule
}

// TestStatusForShells: 200 may send, 410 suppressed, anything else don't send.
func TestStatusForShells(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	for target, want := range map[string]int{
		"/suppressed/gone@x.jp":                    200,
		"/suppressed/gone@x.jp?status=1":           410,
		"/suppressed/gone@x.jp?mail=&status=1":     410,
		"/suppressed/user@x.jp?status=1":           200,
		"/suppressed/user@x.jp?status=0":           400,
		"/suppressed/user@x.jp?status=":            400,
		"/suppressed/user@x.jp?status=true":        400,
		"/suppressed/user@x.jp?status=1&mail=bulk": 400,
		"/suppressed/user@x.jp?mail=Transactional": 400,
		"/suppressed/user@x.jp?status=%zz":         400,
		"/suppressed/user@x.jp?a;status=1":         400,
		"/suppressed/gone@x.jp?mail=transactional": 200,
		"/suppressed/gone@x.jp?Status=1":           400,
		"/suppressed/gone@x.jp?stauts=1":           400,
		"/suppressed/gone@x.jp?status=1&status=1":  400,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			assert.Equal(t, want, s.do(method, target, "").StatusCode, "%s %s", method, target)
		}
	}
	assert.Equal(t, lookedUp(t, s.get("/suppressed/gone@x.jp")), lookedUp(t, s.get("/suppressed/gone@x.jp?status=1")), "410 says why, too")
}

func TestTransactionalMail(t *testing.T) {
	s := serve(t)
	s.report(suppress.KindUnsubscribe, "quiet@x.jp", "")
	assert.True(t, lookedUp(t, s.get("/suppressed/quiet@x.jp")).Suppressed)
	assert.False(t, lookedUp(t, s.get("/suppressed/quiet@x.jp?mail=transactional")).Suppressed)
	s.suppress("quiet@x.jp")
	assert.True(t, lookedUp(t, s.get("/suppressed/quiet@x.jp?mail=transactional")).Suppressed)
}

// TestHoldsEndByTheClock: at once, with no sweep.
func TestHoldsEndByTheClock(t *testing.T) {
	s := serve(t)
	s.report(suppress.KindBounce, "user@nowhere.example", "550 5.1.2 host unknown")
	end := monday.Add(30 * day)
	held := lookedUp(t, s.get("/suppressed/user@nowhere.example"))
	require.NotNil(t, held.Until)
	assert.Equal(t, end, *held.Until)
	assert.Contains(t, s.get("/suppressed/user@nowhere.example").body, `"until":"2026-04-01T09:00:00Z"`)
	s.clock.set(end.Add(-time.Microsecond))
	assert.Equal(t, http.StatusGone, s.get("/suppressed/user@nowhere.example?status=1").StatusCode)
	s.clock.set(end)
	after := s.get("/suppressed/user@nowhere.example?status=1")
	assert.Equal(t, http.StatusOK, after.StatusCode)
	assert.Equal(t, suppress.Watching, lookedUp(t, after).State)
}

// TestFailedLookupIsAnError, never "not suppressed"; and it is counted once.
func TestFailedLookupIsAnError(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	for _, fault := range []func() error{
		func() error { return errors.New("the disk is on fire") },
		func() error { return suppress.ErrClosed },
		func() error { panic("gone@x.jp") },
		func() error { panic(errors.New("hush")) },
	} {
		s.store.interfere(fault)
		for _, target := range []string{"/suppressed/gone@x.jp", "/suppressed/user@x.jp?status=1", "/suppressed/gone@x.jp/events", "/suppressed.csv", "/readyz", "/changes", "/dead-letters"} {
			got := s.get(target)
			detail := s.problem(got, http.StatusServiceUnavailable)
			assert.NotContains(t, got.body, "suppressed\":")
			assert.NotContains(t, detail, "fire")
		}
		assert.Equal(t, []string{"error", "error"}, s.seen.told(&s.seen.lookups))
	}
	s.store.interfere(nil)
	assert.True(t, lookedUp(t, s.get("/suppressed/gone@x.jp")).Suppressed, "the server lives on")
	assert.Contains(t, s.log.String(), "the disk is on fire")
	assert.Contains(t, s.log.String(), "handler panicked: string")
}

// TestLookupsAreCountedOnce, with their result.
func TestLookupsAreCountedOnce(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	for _, target := range []string{"gone@x.jp", "user@x.jp", "gone@x.jp?status=1", "user", "user@x.jp?mail=x", "a@x.jp/events"} {
		s.get("/suppressed/" + target)
	}
	s.do(http.MethodHead, "/suppressed/gone@x.jp", "")
	s.do(http.MethodPut, "/suppressed/user@x.jp", "")
	assert.Equal(t, []string{"suppressed", "clear", "suppressed", "invalid", "invalid", "suppressed"}, s.seen.told(&s.seen.lookups))
}

func lookedUp(t testing.TB, a answer) api.Lookup {
	t.Helper()
	var l api.Lookup
	require.NoError(t, json.Unmarshal([]byte(a.body), &l), a.body)
	require.NotEmpty(t, l.Address)
	return l
}

// TestPathsThatMeanNothing are refused: a base URL with a slash too many must
// not read as leave to send.
func TestPathsThatMeanNothing(t *testing.T) {
	s := serve(t)
	s.suppress("gone@x.jp")
	for _, target := range []string{"/suppressed//gone@x.jp?status=1",
		"/suppressed/./gone@x.jp?status=1", "/suppressed/../gone@x.jp?status=1"} {
		s.problem(s.get(target), http.StatusBadRequest)
	}
	s.problem(s.get("/suppressed/"+strings.Repeat("a", 3000)+"@x.jp"), http.StatusRequestURITooLong)
}

// TestWhatIsListedCanBeReleased: what a provider made of several addresses is
// no question before a mail, but can be shown and taken off the list.
func TestWhatIsListedCanBeReleased(t *testing.T) {
	s := serve(t)
	for _, odd := range []string{"gone@x.jp,other@x.jp", "a\u2060b@x.jp", "a b@x.jp"} {
		s.report(suppress.KindComplaint, odd, "")
		path := "/suppressed/" + url.PathEscape(odd)
		s.problem(s.get(path), http.StatusBadRequest)
		s.problem(s.put(url.PathEscape(odd), `{"state":"allowed"}`), http.StatusBadRequest)
		assert.Equal(t, http.StatusOK, s.get(path+"/events").StatusCode, odd)
		assert.Equal(t, http.StatusOK, s.do(http.MethodDelete, path, "").StatusCode, odd)
	}
}
