package api_test

import (
	"fmt"
	"io"
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

const (
	lookUp     = "GET /suppressed/{address}"
	asProtobuf = "application/vnd.google.protobuf"
)

// TestOpenAPIHolds: whatever servers answer in these stories is in the file,
// and whatever is in the file is seen in one of them.
func TestOpenAPIHolds(t *testing.T) {
	w := newWitness(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *witness)
	}{
		{"look-ups", tellLookups}, {"checks", tellChecks}, {"list", tellList}, {"accounts", tellAccounts}, {"decisions", tellDecisions},
		{"webhooks", tellWebhooks}, {"classify", tellClassify}, {"reclassify", tellReclassify}, {"letters", tellLetters},
		{"operation", tellOperation}, {"refusals", tellRefusals}, {"faults", tellFaults}, {"busy", tellBusy},
	} {
		require.True(t, t.Run(story.name, func(t *testing.T) { story.tell(t, w) }))
	}
	w.assertAllKept(t)
}

// told is a list with everything that an entry can show.
func told(t *testing.T, w *witness) talk {
	s := serve(t)
	s.oneOfEachState()
	s.suppress("Spelled@x.jp")
	s.report(suppress.KindUnsubscribe, "quiet@x.jp", "")
	s.report(suppress.KindBounce, "user@nowhere.example", "550 5.1.2 host unknown")
	s.put("held@x.jp", `{"note":"for a while","until":"2026-04-01T00:00:00Z"}`)
	return talk{s, w}
}

func tellLookups(t *testing.T, w *witness) {
	k := told(t, w)
	for _, target := range []string{
		"nobody-knows@x.jp", "a@b.jp", "watching@x.jp", "allowed@x.jp", "spelled@x.jp", "quiet@x.jp?mail=transactional",
		"user@nowhere.example", "a%2Fb@x.jp", "a@b.jp?status=1", "a@x.jp?status=1",
	} {
		k.ask(lookUp, "/suppressed/"+target, "")
	}
	k.ask(lookUp, "/suppressed/nobody", "")
	k.ask(lookUp, "/suppressed/check", "")
	k.ask(lookUp, "/suppressed/"+strings.Repeat("l", 3000)+"@x.jp", "")
}

func tellChecks(t *testing.T, w *witness) {
	const check = "POST /suppressed/check"
	k := told(t, w)
	list := `["a@b.jp", "Spelled@x.jp", {"address":"held@x.jp","id":7}, "user", "new@x.jp"]`
	k.ask(check, "/suppressed/check", list, "Content-Type", asJSON)
	k.ask(check, "/suppressed/check?only=sendable&mail=transactional", list, "Content-Type", asJSON)
	k.ask(check, "/suppressed/check", "\"a@b.jp\"\n{\"address\":\"user\"}\n", "Content-Type", asNDJSON)
	k.ask(check, "/suppressed/check?only=suppressed", "a@b.jp\nuser\n", "Content-Type", asText, "Content-Encoding", "gzip")
	k.ask(check, "/suppressed/check", "[", "Content-Type", asJSON)
	k.ask(check, "/suppressed/check", "a", "Content-Type", "text/html")
	tellStalledCheck(k)
}

// tellStalledCheck: a client that sends nothing more is told so.
func tellStalledCheck(k talk) {
	api.SetExportStall(k.api, 10*time.Millisecond)
	body, end := io.Pipe()
	defer end.Close()
	r := k.request(http.MethodPost, "/suppressed/check", body, "Content-Type", asText)
	got := k.send(r)
	r.URL.Path = "/suppressed/check"
	k.hold(k.t, "POST /suppressed/check", r, got, "")
	assert.Equal(k.t, http.StatusRequestTimeout, got.StatusCode)
}

func tellList(t *testing.T, w *witness) {
	k := told(t, w)
	const filters = "state=suppressed,released&class=hard,none&category=user_unknown,none&origin=bounce,manual&source=cmc&source=local&" +
		"domain=x.jp&reason=user&q=s&since=2026-03-02&until=2026-03-03T00:00:00Z"
	k.ask("GET /suppressed", "/suppressed?"+filters, "")
	k.ask("GET /suppressed", "/suppressed?state=all", "")
	page := k.ask("GET /suppressed", "/suppressed?limit=2&count=1", "")
	next := decoded(t, page.body).(map[string]any)["next"].(string)
	k.ask("GET /suppressed", "/suppressed?limit=2&cursor="+url.QueryEscape(next), "")
	for _, format := range suppress.Formats() {
		k.ask("GET /suppressed.csv", "/suppressed.csv?"+filters+"&format="+format.Name, "")
	}
	k.ask("GET /suppressed.ndjson", "/suppressed.ndjson?"+filters, "")
	k.ask("GET /suppressed.ndjson", "/suppressed.ndjson?state=all", "")
	k.do(http.MethodDelete, "/suppressed/a@b.jp?note=a+mistake", "")
	k.ask("GET /changes", "/changes?after=1&limit=1000", "")
	for _, path := range []string{"/suppressed", "/suppressed.csv", "/suppressed.ndjson", "/changes"} {
		k.ask("GET "+path, path+"?since=x&after=x", "")
	}
}

func tellAccounts(t *testing.T, w *witness) {
	const events = "GET /suppressed/{address}/events"
	k := told(t, w)
	k.ask("POST /webhooks/{provider}", "/webhooks/cmc", cmc("bounces", mail{
		"created": "2026-03-02 17:59:00", "status": "2", "to": "tagged@x.jp", "messageId": "<m@x>", "apiData": "order-7", "reason": "550 5.1.1 user unknown",
	}), "Content-Type", asJSON)
	for i := range 3 {
		k.clock.set(monday.Add(time.Duration(i) * day))
		k.report(suppress.KindBounce, "full@x.jp", fmt.Sprintf("552 5.2.2 mailbox full, the %d. time", i))
	}
	for _, who := range []string{
		"a@b.jp", "spelled@x.jp", "tagged@x.jp", "full@x.jp", "user@nowhere.example", "watching@x.jp", "released@x.jp", "allowed@x.jp", "held@x.jp",
		"quiet@x.jp",
	} {
		got := k.ask(events, "/suppressed/"+who+"/events", "")
		assert.Equal(t, http.StatusOK, got.StatusCode)
	}
	k.ask(events, "/suppressed/nobody/events", "")
	k.ask(events, "/suppressed/new@x.jp/events", "")
	k.ask(events, "/suppressed/"+strings.Repeat("l", 3000)+"@x.jp/events", "")
}
