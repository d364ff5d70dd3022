package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// classified posts a body to /classify.
func classified(t *testing.T, s *server, body string) (v api.Verdict) {
	t.Helper()
	got := s.do(http.MethodPost, "/classify", body)
	require.Equal(t, http.StatusOK, got.StatusCode, got.body)
	require.NoError(t, json.Unmarshal([]byte(got.body), &v), got.body)
	return v
}

func TestClassify(t *testing.T) {
	s := serve(t)
	v := classified(t, s, `{"text":"552 5.1.1 日本: mailbox full (in reply to RCPT TO command)"}`)
	e := v.Explanation
	v.Explanation = api.Explanation{}
	assert.Equal(t, api.Verdict{Class: "soft", Category: "mailbox_full", Rule: "mailbox-full", Matched: "mailbox full", Basis: "text",
		Code: 552, Status: "5.1.1", Permanent: true, Overruled: "status:5.1.1 says user_unknown"}, v)
	assert.NotEmpty(t, e.Note)
	assert.Regexp(t, `^\d\d-[a-z-]+\.tsv:\d+$`, e.RuleAt)
	assert.Equal(t, [][2]int{{18, 30}}, e.Marks, "in bytes")
	assert.Equal(t, "RCPT", e.Command)
	require.Len(t, e.Evidence, 3)
	assert.Equal(t, api.Evidence{Basis: "status", ID: "status:5.1.1", Class: "hard", Category: "user_unknown", Outcome: "overruled",
		Why: "what the text says goes before the status code"}, e.Evidence[1])
	for _, also := range e.Also {
		assert.NotEmpty(t, also.Rule)
		assert.NotEmpty(t, also.Matched)
	}
}

// TestClassifyForms: all that a provider may report, and lists that are empty
// rather than null.
func TestClassifyForms(t *testing.T) {
	s := serve(t)
	for body, want := range map[string]string{
		`{}`:                                   "none",
		`{"text":"hello","status":"5.1.1"}`:    "status:5.1.1",
		`{"code":421}`:                         "reply:421",
		`{"source":"cmc","provider_code":"2"}`: "cmc:2",
		`{"text":"550 Unknown user","status":"5.2.0","domain":"docomo.ne.jp"}`:   "docomo-filtered-by-status",
		`{"text":"host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user"}`: "no-such-user",
	} {
		assert.Equal(t, want, classified(t, s, body).Rule, body)
	}
	got := s.do(http.MethodPost, "/classify", `{}`)
	assert.Contains(t, got.body, `"overruled":"","explanation":{"note":"","rule_at":"","marks":[],"passed_over":[],"bytes_read":0,"command":"","evidence":[],"also_held":[]}}`)
	v := classified(t, s, `{"text":"host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user"}`)
	assert.Equal(t, [][2]int{{0, 29}}, v.Explanation.Passed)
	v = classified(t, s, `{"text":"550 no `+strings.Repeat("x", 1<<17)+`"}`)
	assert.Equal(t, 16<<10, v.Explanation.BytesRead)
}

func TestClassifyRefuses(t *testing.T) {
	s := serve(t)
	assert.Contains(t, s.problem(s.do(http.MethodPost, "/classify", ""), http.StatusBadRequest), "the body is empty; send ")
	s.problem(s.do(http.MethodPost, "/classify", `{"txt":""}`), http.StatusBadRequest)
	s.problem(s.do(http.MethodPost, "/classify", `{"text":"`+strings.Repeat("x", 1<<20)+`"}`), http.StatusRequestEntityTooLarge)
}
