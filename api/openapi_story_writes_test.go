package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func tellDecisions(t *testing.T, w *witness) {
	const put, del = "PUT /suppressed/{address}", "DELETE /suppressed/{address}"
	k := told(t, w)
	for _, body := range []string{
		"", "{}", `{"state":"suppressed","until":null}`, `{"note":"asked by phone","until":"2027-01-31T00:00:00Z"}`, `{"state":"allowed"}`,
	} {
		assert.Equal(t, http.StatusOK, k.ask(put, "/suppressed/user@x.jp", body, "Content-Type", asJSON).StatusCode)
	}
	assert.Equal(t, http.StatusOK, k.ask(del, "/suppressed/user@x.jp?note=a+mistake", "").StatusCode)
	k.ask(put, "/suppressed/user@x.jp", `{"untill":null}`, "Content-Type", asJSON)
	k.ask(put, "/suppressed/user@x.jp", `{"note":"`+strings.Repeat("x", 64<<10)+`"}`, "Content-Type", asJSON)
	k.ask(del, "/suppressed/new@x.jp", "")
	for _, operation := range []string{put, del} {
		k.ask(operation, "/suppressed/nobody", "")
		k.ask(operation, "/suppressed/check", "")
		k.ask(operation, "/suppressed/"+strings.Repeat("l", 3000)+"@x.jp", "")
	}
}

func tellWebhooks(t *testing.T, w *witness) {
	const hook = "POST /webhooks/{provider}"
	k := talk{serve(t, withSecret("hush"), withMaxBody(10_000)), w}
	bad := bounce(1)
	bad["to"] = "nobody"
	event := eventOf("bounces", bounce(2))
	parts, partsBody := multipartOf(t, event)
	for _, sent := range [][]string{
		{"?token=hush", bounces(1), "Content-Type", asJSON},
		{"", `{"event_type":"bounces","api_key":"hush","event":` + event + "}", "Content-Type", asJSON},
		{"?token=hush", cmc("bounces", bounce(0), bad), "Content-Type", asJSON, "Content-Encoding", "gzip"},
		{"", formOf(event) + "&api_key=hush", "Content-Type", asForm},
		{"?token=hush", url.Values{"event_type": {"bounces"}, "event": {event}}.Encode(), "Content-Type", asForm},
		{"?token=hush", partsBody, "Content-Type", parts},
	} {
		got := k.ask(hook, "/webhooks/cmc"+sent[0], sent[1], sent[2:]...)
		assert.Equal(t, http.StatusOK, got.StatusCode, got.body)
	}
	k.ask(hook, "/webhooks/cmc?token=hush", "{", "Content-Type", asJSON)
	k.ask(hook, "/webhooks/cmc", bounces(1), "Content-Type", asJSON)
	k.ask(hook, "/webhooks/nobody", bounces(1), "Content-Type", asJSON)
	k.ask(hook, "/webhooks/cmc?token=hush", padded(bounces(1), 10_001), "Content-Type", asJSON)
	k.ask(hook, "/webhooks/cmc?token=hush", bounces(1), "Content-Type", asJSON, "Content-Encoding", "br")
}

func tellClassify(t *testing.T, w *witness) {
	const classify = "POST /classify"
	k := talk{serve(t), w}
	for _, body := range []string{
		`{"text":"550 5.1.1 <a@example.com> sender 192.0.2.9 has sent too many messages this hour (in reply to RCPT TO command)"}`,
		`{"text":"host mx.example.com[192.0.2.1] said: 550 5.1.1 user unknown (in reply to RCPT TO command)"}`,
		`{"text":"no","status":"5.1.1","code":550,"source":"cmc","provider_code":"2","domain":"x.jp"}`,
		`{}`,
	} {
		got := k.ask(classify, "/classify", body, "Content-Type", asJSON)
		assert.Equal(t, http.StatusOK, got.StatusCode, got.body)
	}
	k.ask(classify, "/classify", "", "Content-Type", asJSON)
	k.ask(classify, "/classify", `{"text":"`+strings.Repeat("x", 1<<20)+`"}`, "Content-Type", asJSON)
}

// tellReclassify: a list that was judged by other rules, and is longer than one
// part.
func tellReclassify(t *testing.T, w *witness) {
	k := talk{serve(t), w}
	own, err := classify.NewWithRules("own.tsv", strings.NewReader("id\tcategory\tcodes\twords\tnote\nown\tspam_content\t\tuser unknown\tan odd rule\n"))
	require.NoError(t, err)
	k.list.Classifier = own
	k.suppress("gone@x.jp")
	k.list.Classifier = classifier(t)
	many := suppress.Batch{Source: "cmc"}
	for i := range 5000 {
		many.Events = append(many.Events, suppress.Event{
			Kind: suppress.KindComplaint, Recipient: address(t, fmt.Sprintf("u%d@z.jp", i)), At: monday,
		})
	}
	_, err = k.list.Record(t.Context(), many)
	require.NoError(t, err)
	part := k.ask("POST /reclassify", "/reclassify", `{"dry_run":true}`, "Content-Type", asJSON)
	next := decoded(t, part.body).(map[string]any)["next"].(string)
	k.ask("POST /reclassify", "/reclassify", `{"cursor":"`+next+`"}`, "Content-Type", asJSON)
	k.ask("POST /reclassify", "/reclassify", `{"cursor":"x"}`, "Content-Type", asJSON)
	k.ask("POST /reclassify", "/reclassify", `{"cursor":"`+strings.Repeat("x", 5000)+`"}`, "Content-Type", asJSON)
}

func tellLetters(t *testing.T, w *witness) {
	k := talk{serve(t), w}
	first := k.letter(bounces(1))
	last := k.letter("\xff\xfe")
	k.ask("GET /dead-letters", "/dead-letters?after=0&limit=10", "")
	k.ask("GET /dead-letters", "/dead-letters?limit=0", "")
	for _, id := range []uint64{first, last, 4711} {
		k.ask("GET /dead-letters/{id}", fmt.Sprint("/dead-letters/", id), "")
		k.ask("POST /dead-letters/{id}/replay", fmt.Sprintf("/dead-letters/%d/replay", id), "")
	}
	k.ask("POST /dead-letters/replay", "/dead-letters/replay", "")
	for _, id := range []uint64{k.letter("{"), 4711} {
		k.ask("DELETE /dead-letters/{id}", fmt.Sprint("/dead-letters/", id), "")
	}
}
