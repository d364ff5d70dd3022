package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
)

// post sends a webhook of Customers Mail Cloud. Headers are name and value in
// turn.
func (s *server) post(contentType, body string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodPost, "/webhooks/cmc", body, append(headers, "Content-Type", contentType)...)
}

// accepted is the report of a webhook that was answered with 200.
func (s *server) accepted(a answer) api.WebhookReport {
	s.t.Helper()
	require.Equal(s.t, http.StatusOK, a.StatusCode, a.body)
	assert.Equal(s.t, "application/json", a.Header.Get("Content-Type"))
	var report api.WebhookReport
	require.NoError(s.t, json.Unmarshal([]byte(a.body), &report))
	return report
}

// letters are the bodies of the dead letters, the oldest first.
func (s *server) letters() []string {
	s.t.Helper()
	var out []string
	for _, l := range s.deadLetters().DeadLetters {
		out = append(out, l.Body)
	}
	return out
}

func (s *server) deadLetters() api.DeadLetters {
	s.t.Helper()
	rows, stats, err := s.list.DeadLetters(s.t.Context(), 0, 1000)
	require.NoError(s.t, err)
	var out api.DeadLetters
	for _, l := range rows {
		out.DeadLetters = append(out.DeadLetters, api.DeadLetter{ID: l.Number, Source: l.Source, Problem: l.Problem, ContentType: l.ContentType, Body: string(l.Body)})
	}
	out.Count = stats.Count
	return out
}

func formOf(event string) string {
	return url.Values{"event_type": {"bounces"}, "server_composition": {"pro"}, "event": {event}}.Encode()
}

func multipartOf(t *testing.T, event string) (contentType, body string) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	require.NoError(t, w.WriteField("event_type", "bounces"))
	require.NoError(t, w.WriteField("event", event))
	require.NoError(t, w.Close())
	return w.FormDataContentType(), out.String()
}

// TestWebhookForms: all forms of one webhook are the same event.
func TestWebhookForms(t *testing.T) {
	s := serve(t)
	event := eventOf("bounces", bounce(1))
	parts, partsBody := multipartOf(t, event)
	forms := []struct{ name, contentType, body string }{
		{"json", asJSON, bounces(2)},
		{"json with a charset", asJSON + "; charset=UTF-8", bounces(2)},
		{"json with the event as text", asJSON, fmt.Sprintf(`{"event_type":"bounces","event":%q}`, event)},
		{"form", asForm, formOf(event)},
		{"form with a charset", asForm + "; charset=utf-8", formOf(event)},
		{"multipart", parts, partsBody},
		{"nothing said", "", bounces(2)},
	}
	assert.Equal(t, api.WebhookReport{Recorded: 2}, s.accepted(s.post(forms[0].contentType, forms[0].body)))
	for _, form := range forms {
		known := api.WebhookReport{Duplicates: 1 + strings.Count(form.body, "gone0@x.jp")}
		assert.Equal(t, known, s.accepted(s.post(form.contentType, form.body)), form.name)
		assert.Equal(t, known, s.accepted(s.post(form.contentType, gzipped(t, form.body), "Content-Encoding", "gzip")), form.name)
	}
	assert.True(t, lookedUp(t, s.get("/suppressed/gone1@x.jp")).Suppressed)
	assert.Empty(t, s.letters())
}

// TestReportIsExact: four numbers, and problems only where there are some.
func TestReportIsExact(t *testing.T) {
	s := serve(t)
	assert.JSONEq(t, `{"recorded":1,"duplicates":0,"ignored":0,"rejected":0}`, s.post(asJSON, bounces(1)).body)
	assert.JSONEq(t, `{"recorded":1,"duplicates":1,"ignored":0,"rejected":0}`, s.post(asJSON, bounces(2)).body)
	delivered := bounce(7)
	delivered["status"] = "succeeded"
	assert.JSONEq(t, `{"recorded":0,"duplicates":0,"ignored":1,"rejected":0}`, s.post(asJSON, cmc("deliveries", delivered)).body)
	assert.JSONEq(t, `{"recorded":0,"duplicates":0,"ignored":0,"rejected":0}`, s.post(asJSON, cmc("bounces")).body)
}

// TestOneBadEvent doesn't spoil the others: they are recorded, it is kept, and
// the answer says so.
func TestOneBadEvent(t *testing.T) {
	s := serve(t)
	bad := bounce(1)
	bad["to"] = "nobody"
	report := s.accepted(s.post(asJSON, cmc("bounces", bounce(0), bad, bounce(2))))
	assert.Equal(t, 2, report.Recorded)
	assert.Equal(t, 1, report.Rejected)
	require.Len(t, report.Problems, 1)
	assert.Contains(t, report.Problems[0], "bounces[1].to: not a mail address")
	require.Len(t, s.letters(), 1)
	assert.Contains(t, s.letters()[0], `"nobody"`)
	assert.NotContains(t, s.letters()[0], "gone0@x.jp")
	assert.Equal(t, 1, s.accepted(s.post(asJSON, s.letters()[0])).Rejected, "the letter is a webhook of its own")
	assert.Len(t, s.letters(), 1)
}

// TestManyBadEvents: the answer lists the first few problems, and all are kept.
func TestManyBadEvents(t *testing.T) {
	s := serve(t)
	bad := make([]mail, 25)
	for i := range bad {
		bad[i] = bounce(i)
		bad[i]["to"] = fmt.Sprint("nobody", i)
	}
	report := s.accepted(s.post(asJSON, cmc("bounces", bad...)))
	assert.Equal(t, 25, report.Rejected)
	assert.Len(t, report.Problems, 10)
	assert.Len(t, s.letters(), 25)
}

// TestUnknownEventTypes are acknowledged, counted and kept.
func TestUnknownEventTypes(t *testing.T) {
	s := serve(t)
	report := s.accepted(s.post(asJSON, cmc("opens", bounce(0), bounce(1))))
	assert.Equal(t, 2, report.Ignored)
	assert.Zero(t, report.Recorded+report.Rejected+report.Duplicates)
	assert.Len(t, s.letters(), 1)
	assert.Equal(t, []string{"cmc ok"}, s.seen.told(&s.seen.webhooks))
}

func TestTenThousandEvents(t *testing.T) {
	s := serve(t)
	body := gzipped(t, bounces(10_000))
	assert.Equal(t, api.WebhookReport{Recorded: 10_000}, s.accepted(s.post(asJSON, body, "Content-Encoding", "gzip")))
	tallies, err := s.list.Tallies(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[suppress.Tally]int64{{Standing: suppress.Suppressed, Class: "hard", Category: "user_unknown"}: 10_000}, tallies)
}

// TestMalformedBodies: 400 that says what is wrong; the body is kept, once.
func TestMalformedBodies(t *testing.T) {
	s := serve(t)
	bad := map[string]string{
		`{"event_type":"bounces"`:                   "not JSON at byte 23 (line 1, column 23)",
		`{"event_type":"bounces"}`:                  "has no event;",
		`{"event":{}}`:                              "has no event_type;",
		`{"event_type":"bounces","event":{"a":[]}}`: `event has no list "bounces"; it has "a"`,
		`[]`:       "a list",
		"":         "empty",
		"\xff\xfe": "event_type",
		`{"event_type":"bounces","event":"{\"b\":"}`: "event is not JSON at byte ",
	}
	for body, want := range bad {
		for range 2 {
			detail := s.problem(s.post(asJSON, body), http.StatusBadRequest)
			assert.True(t, strings.HasPrefix(detail, "malformed webhook: "), detail)
			assert.True(t, strings.HasSuffix(detail, "; the body is kept as a dead letter"), detail)
			if body != "\xff\xfe" {
				assert.Contains(t, detail, want)
			}
		}
		assert.Equal(t, []string{"cmc malformed", "cmc malformed"}, s.seen.told(&s.seen.webhooks))
	}
	kept := s.letters()
	assert.Len(t, kept, len(bad), "each once")
	for body := range bad {
		assert.Contains(t, kept, body)
	}
	shown := s.get("/dead-letters")
	assert.Equal(t, http.StatusOK, shown.StatusCode)
	assert.Contains(t, shown.body, `"body_base64":"//4="`, "what isn't text is shown in full, too")
}

// TestMalformedIsKeptOrSentAgain: what can't be kept is a 503, so that the
// provider sends it again.
func TestMalformedIsKeptOrSentAgain(t *testing.T) {
	s := serve(t)
	s.store.interfere(func() error { return suppress.ErrFull })
	s.problem(s.post(asJSON, "{"), http.StatusServiceUnavailable)
	s.store.interfere(nil)
	s.problem(s.post(asJSON, "{"), http.StatusBadRequest)
	assert.Len(t, s.letters(), 1)
}
