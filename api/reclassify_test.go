package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// misjudged is a server whose list was judged by a rule that is gone: one
// address is wrongly suppressed, another one rightly, but by that rule.
func misjudged(t *testing.T) *server {
	t.Helper()
	s := serve(t)
	old, err := classify.NewWithRules("own.tsv", strings.NewReader("id\tcategory\tcodes\twords\tnote\n"+
		"own-full\tuser_unknown\t\tmailbox full\tan odd rule\nown-gone\tuser_unknown\t\tuser unknown\tthe same\n"))
	require.NoError(t, err)
	s.list.Classifier = old
	s.report(suppress.KindBounce, "full@x.jp", "552 5.2.2 mailbox full")
	s.suppress("gone@x.jp")
	s.list.Classifier = classifier(t)
	s.suppress("other@x.jp")
	return s
}

func (s *server) reclassified(body string, headers ...string) (out api.Reclassified) {
	s.t.Helper()
	got := s.do(http.MethodPost, "/reclassify", body, append(headers, "Content-Type", asJSON)...)
	require.Equal(s.t, http.StatusOK, got.StatusCode, got.body)
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &out))
	return out
}

// TestReclassify: a dry run says what would change, the real one does it and
// says who wanted it, and then nothing is left.
func TestReclassify(t *testing.T) {
	s := misjudged(t)
	before := s.get("/suppressed.ndjson?state=all").body
	ofToday := s.listed("?q=other").Entries[0].Rule
	want := api.Reclassified{DryRun: true, Examined: 3, Adjusted: 1, Changed: []api.Rejudged{{
		Address: "full@x.jp",
		Before:  api.Brief{State: "suppressed", Class: "hard", Category: "user_unknown", Rule: "own-full"},
		After:   api.Brief{State: "watching", Class: "soft", Category: "mailbox_full", Rule: "mailbox-full"},
	}}}
	assert.Equal(t, want, s.reclassified(`{"dry_run":true}`))
	assert.Equal(t, before, s.get("/suppressed.ndjson?state=all").body, "a dry run changes nothing")

	want.DryRun = false
	secret := s.token("aiko", api.RoleAdmin, "")
	auth := []string{"Authorization", "Bearer " + secret}
	assert.Equal(t, want, s.reclassified("", auth...), "a body is not needed")
	assert.Equal(t, api.Reclassified{Examined: 3, Changed: []api.Rejudged{}}, s.reclassified(`{}`, auth...))
	changes, err := s.list.Changes(t.Context(), 0, 100)
	require.NoError(t, err)
	released := changes[len(changes)-1]
	assert.Equal(t, "full@x.jp aiko reclassified", fmt.Sprint(released.Address, " ", released.By, " ", released.Note))
	ans, err := s.list.Lookup(t.Context(), address(t, "gone@x.jp"), suppress.MailAny)
	require.NoError(t, err)
	assert.Equal(t, ofToday, ans.Reason.Rule)
}

// TestReclassifyFaults: for every call of the store that fails, the answer is
// an error, and a repetition ends in the same list.
func TestReclassifyFaults(t *testing.T) {
	clean := misjudged(t)
	clean.reclassified("")
	want := clean.get("/suppressed.ndjson?state=all").body
	for n := 1; ; n++ {
		s := misjudged(t)
		calls := 0
		s.store.interfere(func() error {
			if calls++; calls == n {
				return errors.New("fault")
			}
			return nil
		})
		got := s.do(http.MethodPost, "/reclassify", "")
		s.store.interfere(nil)
		if calls < n {
			assert.Equal(t, http.StatusOK, got.StatusCode)
			assert.Equal(t, 1+3+1, calls, "a scan, the rows and a change were tried")
			return
		}
		s.problem(got, http.StatusServiceUnavailable)
		s.reclassified("")
		assert.Equal(t, want, s.get("/suppressed.ndjson?state=all").body, "call %d", n)
	}
}
