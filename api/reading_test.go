package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// TestEventsTellWhy: the evidence, the newest first.
func TestEventsTellWhy(t *testing.T) {
	s := serve(t)
	s.report(suppress.KindBounce, "user@x.jp", "552 5.2.2 mailbox full")
	s.clock.set(monday.Add(day))
	s.accepted(s.post(asJSON, cmc("bounces", mail{
		"created": "2026-03-03 17:59:00", "status": "2", "to": "User@x.jp", "messageId": "<m@x>", "apiData": "order-7", "reason": "550 5.1.1 user unknown",
	})))
	var got api.Events
	require.NoError(t, json.Unmarshal([]byte(s.get("/suppressed/user@x.jp/events").body), &got))
	require.Len(t, got.Events, 2)
	newest := got.Events[0]
	assert.Equal(t, api.Event{
		At: monday.Add(day - time.Minute), Received: monday.Add(day), Kind: suppress.KindBounce, Source: "cmc", Class: "hard", Category: "user_unknown",
		Rule: newest.Rule, Matched: "user unknown", Basis: "text", Code: newest.Code, Status: newest.Status, ProviderCode: "2",
		Reason: "550 5.1.1 user unknown", MessageID: "m@x", Tag: "order-7",
		ID: newest.ID, Decided: true, Effect: suppress.EffectDecided, Explanation: suppress.EffectDecided.Explain(), PolicyRule: "hard",
	}, newest)
	assert.NotEmpty(t, newest.Rule)
	assert.Len(t, newest.ID, 16)
	assert.Equal(t, suppress.Category("mailbox_full"), got.Events[1].Category)
	assert.Equal(t, 2, *got.Count)
}

// TestPages of the feed: each goes on where the last one ended.
func TestPages(t *testing.T) {
	s := serve(t)
	for i := range 5 {
		s.suppress(fmt.Sprintf("u%d@x.jp", i))
	}
	var seen []string
	after := uint64(0)
	for {
		var page api.Changes
		require.NoError(t, json.Unmarshal([]byte(s.get(fmt.Sprintf("/changes?limit=2&after=%d", after)).body), &page))
		for _, c := range page.Changes {
			seen = append(seen, c.Address)
		}
		if len(page.Changes) == 0 {
			assert.Equal(t, after, page.Last)
			break
		}
		after = page.Last
	}
	assert.Equal(t, []string{"u0@x.jp", "u1@x.jp", "u2@x.jp", "u3@x.jp", "u4@x.jp"}, seen)
	for _, query := range []string{"after=x", "after=-1", "limit=0", "limit=1001", "limit=x", "after=99999999999999999999"} {
		s.problem(s.get("/changes?"+query), http.StatusBadRequest)
		s.problem(s.get("/dead-letters?"+query), http.StatusBadRequest)
	}
}
