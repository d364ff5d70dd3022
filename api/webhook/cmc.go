package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
)

// The event types of Customers Mail Cloud. The list of events stands in the
// request under the key of the same name.
const (
	cmcBounces    = "bounces"
	cmcDeliveries = "deliveries"
	cmcBlocks     = "blocks"
)

// cmcMaxEvents bounds the events that one request becomes. Customers Mail
// Cloud sends 100 unless told otherwise; the bound keeps a body of a few
// million tiny elements from becoming as many dead letters.
const cmcMaxEvents = 10_000

// cmcEnvelope is a request of Customers Mail Cloud around its events. In a
// form each field is text; in JSON the event is an object.
type cmcEnvelope struct {
	EventType text            `json:"event_type"`
	Server    text            `json:"server_composition"`
	Key       text            `json:"api_key"`
	Event     json.RawMessage `json:"event"`

	form string // of the body, for messages
}

// cmcSecrets returns the api_key that the console adds to the body.
func cmcSecrets(r Request) []string {
	envelope, _ := readCMC(r) // of a broken form the fields that could be read
	if envelope.Key == "" {
		return nil
	}
	return []string{string(envelope.Key)}
}

// parseCMC reads a webhook of Customers Mail Cloud, version 1 or 2, in any of
// the forms in which its console can send it.
func parseCMC(r Request, s Settings) (suppress.Batch, error) {
	batch := suppress.Batch{Source: "cmc"}
	envelope, err := readCMC(r)
	if err != nil {
		return batch, err
	}
	if err := envelope.check(); err != nil {
		return batch, err
	}
	read := cmcReaderOf(envelope.EventType, cmcZone(s))
	if read == nil {
		envelope.unknownType(&batch)
		return batch, nil
	}
	list, err := envelope.list()
	if err != nil {
		return batch, err
	}
	p := cmcParser{envelope: &envelope, read: read, batch: &batch}
	return batch, p.all(list)
}

// cmcZone is the zone of times without an offset.
func cmcZone(s Settings) *time.Location {
	if s.Zone != nil {
		return s.Zone
	}
	// Japan has kept one offset since 1951, so no zone database is needed.
	return time.FixedZone("Asia/Tokyo", 9*60*60)
}

// check says what is missing from the request, and unwraps an event that is
// JSON within a string.
func (e *cmcEnvelope) check() error {
	e.EventType = text(strings.TrimSpace(string(e.EventType)))
	switch {
	case e.EventType == "":
		return malformed("%s has no event_type; a request has the fields event_type and event", e.form)
	case len(e.Event) == 0:
		return malformed("%s has no event; a request has the fields event_type and event", e.form)
	}
	if jsonKind(e.Event) == jsonString {
		var inner text
		if err := json.Unmarshal(e.Event, &inner); err != nil {
			return notJSON("event", e.Event, err)
		}
		e.Event = trimBOM([]byte(inner))
	}
	if err := json.Unmarshal(e.Event, &json.RawMessage{}); err != nil {
		return notJSON("event", e.Event, err)
	}
	if kind := jsonKind(e.Event); kind != jsonObject {
		return malformed("event is %s; an object is expected, or a string that holds one", kind)
	}
	return nil
}

// list returns the JSON array of the events.
func (e *cmcEnvelope) list() (json.RawMessage, error) {
	list, others := member(e.Event, string(e.EventType))
	if list == nil {
		has := "it is empty"
		if len(others) > 0 {
			has = "it has " + strings.Join(others, ", ")
		}
		return nil, malformed("event has no list %q; %s", e.EventType, has)
	}
	if kind := jsonKind(list); kind != jsonList {
		return nil, malformed("event.%s is %s; a list is expected", e.EventType, kind)
	}
	return list, nil
}

// malformed is an error of a body that can't be read at all.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}
