package webhook

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

func request(contentType, body string) Request {
	return Request{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
}

// bounces is a JSON request with events, which are JSON too.
func bounces(events ...string) Request {
	return request(typeJSON, `{"event_type":"bounces","server_composition":"pro","event":{"bounces":[`+
		strings.Join(events, ",")+`]}}`)
}

func TestCMCMalformed(t *testing.T) {
	tests := []struct{ name, contentType, body, want string }{
		{"nothing", typeJSON, "", "the body is empty"},
		{"no JSON", typeJSON, "{\"event_type\":\n  x}", "the body is not JSON at byte 18 (line 2, column 3): invalid character 'x' looking for beginning of value"},
		{"cut off", typeJSON, `{"event_type":"bou`, "the body is not JSON at byte 18 (line 1, column 18): unexpected end of JSON input"},
		{"two values", typeJSON, `{} {}`, "the body is not JSON at byte 4 (line 1, column 4): invalid character '{' after top-level value"},
		{"too deep", typeJSON, strings.Repeat(`{"a":`, 20_000), "the body is not JSON at byte 50001 (line 1, column 50001): invalid character '{' exceeded max depth"},
		{"no JSON, +json", "application/x+json", "event_type=bounces", "the body is not JSON at byte 1 (line 1, column 1): invalid character 'e' looking for beginning of value"},
		{"a number", typeJSON, `17`, "the body is a number; an object is expected"},
		{"null", typeJSON, `null`, "the JSON object has no event_type; a request has the fields event_type and event"},
		{"no type in JSON", typeJSON, `{"event":{}}`, "the JSON object has no event_type; a request has the fields event_type and event"},
		{"no type in form", typeForm, `event=%7B%7D`, "the form has no event_type; a request has the fields event_type and event"},
		{"no event in JSON", typeJSON, `{"event_type":"bounces"}`, "the JSON object has no event; a request has the fields event_type and event"},
		{"no event in form", typeForm, `event_type=bounces&event=+`, "the form has no event; a request has the fields event_type and event"},
		{"type is an object", typeJSON, `{"event_type":{},"event":{}}`, "event_type: it is an object; a string is expected"},
		{"event is a number", typeJSON, `{"event_type":"bounces","event":1}`, "event is a number; an object is expected, or a string that holds one"},
		{"event is a boolean", typeJSON, `{"event_type":"bounces","event":true}`, "event is a boolean; an object is expected, or a string that holds one"},
		{"string within the string", typeJSON, `{"event_type":"bounces","event":"\"{}\""}`, "event is a string; an object is expected, or a string that holds one"},
		{"event isn't JSON", typeForm, "event_type=bounces&event=%7B%0A%7D%7D", "event is not JSON at byte 4 (line 2, column 2): invalid character '}' after top-level value"},
		{"empty event", typeJSON, `{"event_type":"bounces","event":{}}`, `event has no list "bounces"; it is empty`},
		{"another list", typeJSON, `{"event_type":"bounces","event":{"d":1,"c":1,"b":1,"a":1}}`, `event has no list "bounces"; it has "b", "c", "d"`},
		{"list is null", typeJSON, `{"event_type":"bounces","event":{"bounces":null}}`, "event.bounces is null; a list is expected"},
		{"list is a string", typeJSON, `{"event_type":"bounces","event":{"bounces":"[]"}}`, "event.bounces is a string; a list is expected"},
		{"escape", typeForm, "event_type=%4&event=%7B%7D", `form field event_type: invalid URL escape "%4"`},
		{"charset", typeForm + "; charset=EBCDIC", "event_type=a", `charset "EBCDIC" of the Content-Type is not known; send UTF-8`},
		{"boundary", "multipart/form-data", "--a--", "multipart body: the Content-Type has no boundary"},
		{"multipart", "multipart/form-data; boundary=a", "--b--", "multipart body, part 1: multipart: NextPart: EOF"},
		{"parts", "multipart/form-data; boundary=a", strings.Repeat("--a\r\n\r\n\r\n", 101) + "--a--\r\n", "multipart body: more than 100 parts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseCMC(request(tt.contentType, tt.body), Settings{})
			require.ErrorIs(t, err, ErrMalformed)
			assert.EqualError(t, err, "malformed webhook: "+tt.want)
		})
	}
}

func TestCMCZone(t *testing.T) {
	r := bounces(`{"to":"a@example.jp","created":"2026-03-02 09:00:00"}`,
		`{"to":"b@example.jp","created":"2026-03-02T09:00:00+01:00"}`)
	for want, zone := range map[string]*time.Location{
		"2026-03-02T00:00:00Z": nil,
		"2026-03-02T09:00:00Z": time.UTC,
		"2026-03-02T14:00:00Z": time.FixedZone("", -5*60*60),
	} {
		batch, err := parseCMC(r, Settings{Zone: zone})
		require.NoError(t, err)
		require.Len(t, batch.Events, 2)
		assert.Equal(t, want, batch.Events[0].At.UTC().Format(time.RFC3339))
		assert.Equal(t, "2026-03-02T08:00:00Z", batch.Events[1].At.UTC().Format(time.RFC3339), "its own offset wins")
	}
}

func TestCMCSecrets(t *testing.T) {
	multipart := "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nk 1\r\n--b--\r\n"
	tests := []struct {
		name, contentType, body string
		want                    []string
	}{
		{"JSON", typeJSON, `{"api_key":"k 1","event_type":"bounces"}`, []string{"k 1"}},
		{"number", typeJSON, `{"api_key":17}`, []string{"17"}},
		{"form", typeForm, "event_type=bounces&api_key=k%201", []string{"k 1"}},
		{"first of two", typeForm, "api_key=k+1&api_key=k+2", []string{"k 1"}},
		{"multipart", "multipart/form-data; boundary=b", multipart, []string{"k 1"}},
		{"none", typeForm, "event_type=bounces", nil},
		{"empty", typeJSON, `{"api_key":""}`, nil},
		{"not at the top", typeJSON, `{"event":{"api_key":"k 1"}}`, nil},
		{"no string", typeJSON, `{"api_key":["k 1"]}`, nil},
		{"unreadable", typeJSON, `{"api_key":"k 1"`, nil},
		{"unreadable form", typeForm, "api_key=k+1&event=%zz", []string{"k 1"}},
		{"no body", "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, cmcSecrets(request(tt.contentType, tt.body)))
		})
	}
}

// TestCMCLetterBody shows what is kept of a bad event: the event as it came in
// a request of its own, without the secret.
func TestCMCLetterBody(t *testing.T) {
	event := `{"to":"no user","reason":"<a> & b\u0041","new":[1]}`
	form := "api_key=k-1&server_composition=pro&event_type=bounces&event=%7B%22bounces%22%3A[" +
		strings.NewReplacer("&", "%26", " ", "+").Replace(event) + "]%7D"
	batch, err := parseCMC(request(typeForm, form), Settings{})
	require.NoError(t, err)
	assert.Equal(t, []suppress.DeadLetter{{
		Problem:     "bounces[0].to: not a mail address: it has no @",
		ContentType: typeJSON,
		Body:        []byte(`{"event_type":"bounces","server_composition":"pro","event":{"bounces":[` + event + `]}}`),
	}}, batch.Letters)
	assert.Equal(t, 1, batch.Rejected)

	batch, err = parseCMC(request(typeForm, "api_key=k-1&event_type=opens&event=%7B%22x%22%3A+1%7D"), Settings{})
	require.NoError(t, err)
	assert.Equal(t, []suppress.DeadLetter{{
		Problem:     `event_type: "opens" is not known; known are bounces, deliveries, blocks`,
		ContentType: typeJSON,
		Body:        []byte(`{"event_type":"opens","server_composition":"","event":{"x": 1}}`),
	}}, batch.Letters)
	assert.Zero(t, batch.Rejected, "nothing is wrong with it")
}

// TestCMCManyEvents checks the bound of one request: what is beyond it is kept
// as one letter, and replaying that letter brings the rest.
func TestCMCManyEvents(t *testing.T) {
	events := make([]string, cmcMaxEvents)
	for i := range events {
		events[i] = fmt.Sprintf(`{"to":"user%d@example.jp"}`, i)
	}
	batch, err := parseCMC(bounces(events...), Settings{})
	require.NoError(t, err)
	assert.Len(t, batch.Events, cmcMaxEvents)
	assert.Empty(t, batch.Letters)

	batch, err = parseCMC(bounces(append(events, `{"to":"next@example.jp"}`, ` {"to":"last@example.jp"} `)...), Settings{})
	require.NoError(t, err)
	assert.Len(t, batch.Events, cmcMaxEvents)
	assert.Equal(t, 2, batch.Rejected)
	require.Len(t, batch.Letters, 1)
	assert.Equal(t, "bounces[10000] and what follows: one request holds at most 10000 events; replay this letter to take the rest",
		batch.Letters[0].Problem)

	batch, err = parseCMC(letterRequest(batch.Letters[0]), Settings{})
	require.NoError(t, err)
	require.Len(t, batch.Events, 2)
	assert.Equal(t, "next@example.jp", batch.Events[0].Recipient.String())
	assert.Equal(t, "last@example.jp", batch.Events[1].Recipient.String())
	assert.Zero(t, batch.Rejected)
}

// TestCMCHostile feeds bodies of a few megabytes that are cheap to send and
// could be dear to read.
func TestCMCHostile(t *testing.T) {
	const size = 1_000_000
	zeros := "0" + strings.Repeat(",0", size)
	keys := &bytes.Buffer{}
	for i := range size / 10 {
		fmt.Fprintf(keys, `"k%d":0,`, i)
	}
	tests := map[string]struct {
		request  Request
		rejected int
		ignored  int
	}{
		"list of numbers": {bounces(zeros), size + 1, 0},
		"list of numbers, unknown type": {request(typeJSON, `{"event_type":"x","event":{"x":[`+zeros+`]}}`),
			0, cmcMaxEvents},
		"many members":     {request(typeJSON, `{"event_type":"bounces","event":{`+keys.String()+`"bounces":[]}}`), 0, 0},
		"many form fields": {request(typeForm, strings.Repeat("a=1&", size)+"event_type=bounces&event={\"bounces\":[]}"), 0, 0},
		"deep event":       {bounces(strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)), 1, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			batch, err := parseCMC(tt.request, Settings{})
			require.NoError(t, err)
			assert.Empty(t, batch.Events)
			assert.Equal(t, tt.rejected, batch.Rejected)
			assert.Len(t, batch.Ignored, tt.ignored)
			assert.LessOrEqual(t, len(batch.Letters), cmcMaxEvents+1)
		})
	}
}
