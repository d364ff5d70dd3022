package webhook

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nosend/nosend/suppress"
)

// cmcDecode decodes the fields of an event into a struct of texts.
func cmcDecode(raw json.RawMessage, into any) *cmcProblem {
	if kind := jsonKind(raw); kind != jsonObject {
		return badEvent("", "it is %s; an object is expected", kind)
	}
	err := json.Unmarshal(raw, into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return badEvent(wrong.Field, "%s", wrongType(wrong))
	}
	return badEvent("", "%v", err)
}

// cmcRecipient sets the recipient from the first of the values that isn't
// empty. The event is about this address and no other.
func cmcRecipient(event *suppress.Event, field string, values ...text) *cmcProblem {
	for _, value := range values {
		if strings.TrimSpace(string(value)) == "" {
			continue
		}
		// What encoding/json puts in place of bytes that aren't UTF-8 would
		// otherwise pass as a letter of the address.
		if strings.ContainsRune(string(value), utf8.RuneError) {
			return badEvent(field, "%v: it is not UTF-8", suppress.ErrAddress)
		}
		if strings.Count(string(value), "@") > 1 && strings.ContainsAny(string(value), ",;") && !strings.HasPrefix(string(value), `"`) {
			return badEvent(field, "several addresses stand here; one is expected")
		}
		address, err := suppress.ParseAddress(string(value))
		if err != nil {
			return badEvent(field, "%v", err)
		}
		event.Recipient = address
		return nil
	}
	return badEvent(field, "the recipient is missing")
}

// cmcTime sets the time of an event. Customers Mail Cloud writes it without an
// offset, in the zone that its console is set to. Without any time the moment
// of receipt will do, but one that can't be read could be of another year.
func cmcTime(event *suppress.Event, created text, zone *time.Location) *cmcProblem {
	value := strings.Replace(strings.TrimSpace(string(created)), " ", "T", 1)
	if value == "" {
		return nil
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", value, zone)
	if err != nil {
		at, err = time.Parse(time.RFC3339, value)
	}
	if err != nil {
		return badEvent("created", "%.40q is not a time; write 2006-01-02 15:04:05", string(created))
	}
	event.At = at
	return nil
}
