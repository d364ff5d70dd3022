package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
)

// letter keeps a body as one that couldn't be understood when it came, now,
// and returns its id.
func (s *server) letter(body string) uint64 {
	s.t.Helper()
	return s.letterOf("cmc", body)
}

func (s *server) letterOf(source, body string) uint64 {
	s.t.Helper()
	require.NoError(s.t, s.list.Reject(s.t.Context(), suppress.DeadLetter{
		Source: source, Problem: "an old problem", ContentType: asJSON, Body: []byte(body)}))
	for _, l := range s.deadLetters().DeadLetters {
		if l.Source == source && l.Body == body {
			return l.ID
		}
	}
	require.Fail(s.t, "the letter was not kept")
	return 0
}

func (s *server) shown(id uint64) api.DeadLetter {
	s.t.Helper()
	got := s.get(fmt.Sprint("/dead-letters/", id))
	require.Equal(s.t, http.StatusOK, got.StatusCode, got.body)
	var l api.DeadLetter
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &l))
	return l
}

// replayed is the report of a replay: of one letter, or of all with id 0.
func (s *server) replayed(id uint64) api.WebhookReport {
	s.t.Helper()
	if id == 0 {
		return s.accepted(s.do(http.MethodPost, "/dead-letters/replay", ""))
	}
	return s.accepted(s.do(http.MethodPost, fmt.Sprintf("/dead-letters/%d/replay", id), ""))
}

func (s *server) events(who string) api.Events {
	s.t.Helper()
	var out api.Events
	require.NoError(s.t, json.Unmarshal([]byte(s.get("/suppressed/"+who+"/events").body), &out))
	return out
}

// unreadable is an event that no setting makes readable.
func unreadable() mail {
	bad := bounce(1)
	bad["to"] = "nobody"
	return bad
}

// TestReplay records what a letter says as received when the letter was.
func TestReplay(t *testing.T) {
	s := serve(t)
	id := s.letter(bounces(2))
	s.clock.set(monday.Add(day))
	assert.Equal(t, api.DeadLetter{ID: id, Received: monday, Source: "cmc", Problem: "an old problem", ContentType: asJSON, Body: bounces(2)}, s.shown(id))
	assert.Equal(t, api.WebhookReport{Recorded: 2}, s.replayed(id))
	assert.Contains(t, s.log.String(), fmt.Sprintf("by=local letter=%d recorded=2 duplicates=0 ignored=0 rejected=0", id))
	assert.True(t, lookedUp(t, s.get("/suppressed/gone1@x.jp")).Suppressed)
	assert.Equal(t, monday, s.events("gone1@x.jp").Events[0].Received)
	assert.Empty(t, s.letters())
	again := s.do(http.MethodPost, fmt.Sprintf("/dead-letters/%d/replay", id), "")
	assert.Contains(t, s.problem(again, http.StatusNotFound), fmt.Sprintf("there is no dead letter %d; it may have been replayed", id))
}

// TestReplayAfterRelease: what came before a release doesn't suppress again.
func TestReplayAfterRelease(t *testing.T) {
	for _, released := range []bool{false, true} {
		s := serve(t)
		s.report(suppress.KindBounce, "gone0@x.jp", "552 5.2.2 mailbox full")
		id := s.letter(bounces(1))
		s.clock.set(monday.Add(time.Hour))
		if released {
			require.Equal(t, http.StatusOK, s.do(http.MethodDelete, "/suppressed/gone0@x.jp", "").StatusCode)
		}
		s.clock.set(monday.Add(2 * time.Hour))
		assert.Equal(t, 1, s.replayed(id).Recorded)
		assert.Equal(t, !released, lookedUp(t, s.get("/suppressed/gone0@x.jp")).Suppressed)
		assert.Len(t, s.events("gone0@x.jp").Events, 2)
	}
}

// TestReplayHolds: a hold began when the letter came, and may be over.
func TestReplayHolds(t *testing.T) {
	event := bounce(0)
	event["reason"] = "Host or domain name not found"
	for after, suppressed := range map[time.Duration]bool{29 * day: true, 31 * day: false} {
		s := serve(t)
		id := s.letter(cmc("bounces", event))
		s.clock.set(monday.Add(after))
		assert.Equal(t, 1, s.replayed(id).Recorded)
		got := lookedUp(t, s.get("/suppressed/gone0@x.jp"))
		assert.Equal(t, suppressed, got.Suppressed, after)
		if suppressed {
			assert.Equal(t, monday.Add(30*day), *got.Until)
		}
	}
}

// TestReplayLeavesTheRest: what is understood is recorded once, the rest is
// still a letter of that day.
func TestReplayLeavesTheRest(t *testing.T) {
	s := serve(t)
	id := s.letter(cmc("bounces", bounce(0), unreadable(), bounce(2)))
	s.clock.set(monday.Add(day))
	report := s.replayed(id)
	require.Len(t, report.Problems, 1)
	assert.Contains(t, report.Problems[0], "bounces[1].to: not a mail address")
	assert.Equal(t, api.WebhookReport{Recorded: 2, Rejected: 1, Problems: report.Problems}, report)
	require.Len(t, s.letters(), 1)
	left := s.shown(s.deadLetters().DeadLetters[0].ID)
	assert.NotContains(t, left.Body, "gone0@x.jp")
	assert.Equal(t, monday, left.Received)

	again := s.replayed(left.ID)
	assert.Contains(t, again.Problems[0], "bounces[0].to")
	assert.Equal(t, api.WebhookReport{Rejected: 1, Problems: again.Problems}, again)
	assert.Equal(t, left.Body, s.shown(left.ID).Body, "the letter itself is left, under its id")
	assert.Equal(t, again.Problems[0], s.shown(left.ID).Problem)
	assert.Equal(t, int64(1), s.deadLetters().Count)
}

// TestReplayInVain brings the problem up to date, and writes nothing the second
// time.
func TestReplayInVain(t *testing.T) {
	s := serve(t)
	for _, id := range []uint64{s.letter("{"), s.letterOf("nobody", "x"), s.letter(`{"event_type":"news","server_composition":"pro","event":{}}`)} {
		first := s.replayed(id)
		require.Len(t, first.Problems, 1)
		assert.Equal(t, first.Problems[0], s.shown(id).Problem)
		assert.NotEqual(t, "an old problem", first.Problems[0])
		var commits atomic.Int64
		s.commit = func() { commits.Add(1) }
		assert.Equal(t, first, s.replayed(id))
		assert.Zero(t, commits.Load())
	}
	assert.Len(t, s.letters(), 3)
}

// TestReplayWithNewSettings: a corrected zone is why one replays.
func TestReplayWithNewSettings(t *testing.T) {
	s := serve(t, func(_ *server, c *api.Config) {
		c.Sources = map[string]api.Source{"cmc": {Secret: "hush", Settings: webhook.Settings{Zone: time.FixedZone("", 10*60*60)}}}
	})
	assert.Equal(t, 1, s.replayed(s.letter(bounces(1))).Recorded, "no secret is asked of what was let in before")
	assert.Equal(t, monday.Add(-time.Hour), s.events("gone0@x.jp").Events[0].At)
}

// TestReplayReadsTheForm that the letter came in, by its Content-Type.
func TestReplayReadsTheForm(t *testing.T) {
	s := serve(t)
	contentType, body := multipartOf(t, eventOf("bounces", bounce(0)))
	require.NoError(t, s.list.Reject(t.Context(), suppress.DeadLetter{Source: "cmc", ContentType: contentType, Body: []byte(body)}))
	assert.Equal(t, api.WebhookReport{Recorded: 1}, s.replayed(0))
}

// TestReplayAll in order, with one sum.
func TestReplayAll(t *testing.T) {
	s := serve(t)
	assert.Equal(t, api.WebhookReport{}, s.replayed(0))
	bad := s.letter("{")
	s.letter(bounces(1))
	s.letter(cmc("bounces", bounce(0), bounce(1), unreadable()))
	delivered := bounce(7)
	delivered["status"] = "succeeded"
	s.letter(cmc("deliveries", delivered))
	report := s.replayed(0)
	require.Len(t, report.Problems, 2)
	assert.Equal(t, api.WebhookReport{Recorded: 2, Duplicates: 1, Ignored: 1, Rejected: 2, Problems: report.Problems}, report)
	assert.Contains(t, s.log.String(), "by=local letters=4 recorded=2 duplicates=1 ignored=1 rejected=2")
	require.Len(t, s.letters(), 2)
	assert.Equal(t, bad, s.deadLetters().DeadLetters[0].ID)
	for i := range 20 {
		s.letter("{" + strconv.Itoa(i))
	}
	report = s.replayed(0)
	assert.Equal(t, 22, report.Rejected)
	assert.Len(t, report.Problems, 10, "the first few")
}
