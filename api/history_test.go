package api_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// on reports something on a day since monday.
func (s *server) on(n int, kind suppress.Kind, text string) {
	s.clock.set(monday.Add(time.Duration(n) * day))
	s.report(kind, "user@x.jp", fmt.Sprintf("%s (%d)", text, n))
}

// TestEventsSayWhatEachDid, which one decided, and what ends it.
func TestEventsSayWhatEachDid(t *testing.T) {
	s := serve(t)
	for n := range 3 {
		s.on(n, suppress.KindBounce, "552 5.2.2 mailbox full")
	}
	s.on(3, suppress.KindQueued, "")
	s.on(4, suppress.KindUpstream, "refused")
	got := s.events("user@x.jp")
	var effects []suppress.Effect
	for _, e := range got.Events {
		effects = append(effects, e.Effect)
		assert.Equal(t, e.Effect.Explain(), e.Explanation)
		assert.Equal(t, e.Effect == suppress.EffectDecided, e.Decided)
	}
	assert.Equal(t, []suppress.Effect{"decided", "records_only", "decided", "counted", "counted"}, effects)

	until := monday.Add(34 * day)
	assert.Equal(t, &until, got.Ends)
	require.Len(t, got.Reasons, 2)
	assert.Equal(t, got.Events[0].ID, got.Reasons[0].Event)
	assert.Equal(t, []suppress.Ending{"time", "delivery", "provider_release", "release"}, got.Reasons[0].EndedBy)
	assert.Equal(t, got.Events[2].ID, got.Reasons[1].Event)
	assert.Equal(t, []suppress.Ending{"time", "delivery", "release"}, got.Reasons[1].EndedBy)
	assert.Equal(t, monday.Add(32*day), *got.Events[2].Until)
	assert.Empty(t, got.Events[0].PolicyRule, "the provider's word needs none")
	assert.Equal(t, "mailbox", got.Events[2].PolicyRule)
	assert.Equal(t, *got.Why, got.Reasons[0].Why)

	s.on(5, suppress.KindDelivered, "")
	got = s.events("user@x.jp")
	assert.Equal(t, suppress.EffectEndedHolds, got.Events[0].Effect)
	assert.Equal(t, suppress.EffectHoldEnded, got.Events[1].Effect)
	assert.Nil(t, got.Ends)
	assert.Empty(t, got.Reasons)
}

// TestEventsSayWhatThePolicyCounted.
func TestEventsSayWhatThePolicyCounted(t *testing.T) {
	s := serve(t)
	s.on(0, suppress.KindBounce, "552 5.2.2 mailbox full")
	s.on(1, suppress.KindBounce, "552 5.2.2 mailbox full")
	window, next, leaves := int64(90*day/time.Second), int64(30*day/time.Second), monday.Add(90*day)
	want := api.Counting{
		Rule: "mailbox", Class: "soft", Categories: []suppress.Category{"mailbox_full", "mailbox_disabled"},
		Messages: 2, Threshold: 3, Days: 2, ThresholdDays: 3, WindowSeconds: &window, OldestLeaves: &leaves, NextSeconds: &next,
	}
	assert.Equal(t, []api.Counting{want}, s.events("user@x.jp").Policy)

	s.on(2, suppress.KindBounce, "552 5.2.2 mailbox full")
	got := s.events("user@x.jp")
	next, until := int64(120*day/time.Second), monday.Add(32*day)
	want.Messages, want.Days, want.Step, want.NextSeconds = 3, 3, 1, &next
	want.Hold = &api.Hold{Since: monday.Add(2 * day), Until: &until, Event: got.Events[0].ID}
	assert.Equal(t, []api.Counting{want}, got.Policy)

	s.suppress("gone@x.jp")
	hard := s.events("gone@x.jp").Policy
	require.Len(t, hard, 1)
	assert.Nil(t, hard[0].WindowSeconds)
	assert.Nil(t, hard[0].OldestLeaves)
	assert.Nil(t, hard[0].NextSeconds)
	assert.Nil(t, hard[0].Hold.Until)
}

// TestEventsSayWhatIsOlder: of many messages the latest are kept, of the others
// their number. An event that decided and isn't kept is named all the same.
func TestEventsSayWhatIsOlder(t *testing.T) {
	s := serve(t)
	for n := range 25 {
		s.on(n, suppress.KindBounce, "552 5.2.2 mailbox full")
	}
	got := s.events("user@x.jp")
	assert.Len(t, got.Events, 20)
	assert.Equal(t, 5, got.Older)
	require.Len(t, got.Reasons, 1)
	assert.Len(t, got.Reasons[0].Event, 16)
	for _, e := range got.Events {
		assert.NotEqual(t, got.Reasons[0].Event, e.ID)
	}
}

// TestEventsInJSON: lists are never null, what has no end is, and what a person
// decided names no event.
func TestEventsInJSON(t *testing.T) {
	s := serve(t)
	s.put("user@x.jp", "{}")
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(s.get("/suppressed/user@x.jp/events").body), &got))
	for field, want := range map[string]string{
		"ends": "null", "policy": "[]", "events": "[]", "older": "0", "released": "null", "suppressed": "true",
		"reasons": `[{"class":"none","category":"none","reason":"","source":"local","origin":"manual","rule":"manual",
			"since":"2026-03-02T09:00:00Z","until":null,"ended_by":["release"]}]`,
	} {
		assert.JSONEq(t, want, string(got[field]), field)
	}
}
