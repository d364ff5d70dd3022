package webhook

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nosend/nosend/suppress"
)

// cmcReader reads one event of a list.
type cmcReader func(raw json.RawMessage) (suppress.Event, *cmcProblem)

// cmcReaderOf returns the reader of an event type, or nil.
func cmcReaderOf(eventType text, zone *time.Location) cmcReader {
	switch eventType {
	case cmcBounces:
		return func(raw json.RawMessage) (suppress.Event, *cmcProblem) {
			return cmcMailEvent(raw, zone, cmcBounceKind)
		}
	case cmcDeliveries:
		return func(raw json.RawMessage) (suppress.Event, *cmcProblem) {
			return cmcMailEvent(raw, zone, cmcDeliveryKind)
		}
	case cmcBlocks:
		return func(raw json.RawMessage) (suppress.Event, *cmcProblem) {
			return cmcBlockEvent(raw, zone)
		}
	}
	return nil
}

// cmcMail is a bounce or a delivery. Version 1 of the webhook has envelopeTo
// where version 2 has to.
type cmcMail struct {
	To         text `json:"to"`
	EnvelopeTo text `json:"envelopeTo"`
	Status     text `json:"status"`
	Reason     text `json:"reason"`
	MessageID  text `json:"messageId"`
	Created    text `json:"created"`
	APIData    text `json:"apiData"`
}

// cmcDecider sets the kind of an event.
type cmcDecider func(*cmcMail, *suppress.Event) *cmcProblem

// cmcMailEvent reads a bounce or a delivery; decide says what it reports.
func cmcMailEvent(raw json.RawMessage, zone *time.Location, decide cmcDecider) (suppress.Event, *cmcProblem) {
	var (
		mail  cmcMail
		event suppress.Event
	)
	if problem := cmcDecode(raw, &mail); problem != nil {
		return event, problem
	}
	event = suppress.Event{
		MessageID: string(mail.MessageID),
		Text:      string(mail.Reason),
		Tag:       string(mail.APIData),
	}
	problem := cmcRecipient(&event, "to", mail.To, mail.EnvelopeTo)
	if problem == nil {
		problem = cmcTime(&event, mail.Created, zone)
	}
	if problem == nil {
		problem = decide(&mail, &event)
	}
	return event, problem
}

// cmcBounceKind reads the status of a bounce, a number for its reason. A
// status that isn't known is still a bounce, of which the text is all we know.
func cmcBounceKind(mail *cmcMail, event *suppress.Event) *cmcProblem {
	event.Kind = suppress.KindBounce
	event.ProviderCode = strings.TrimSpace(string(mail.Status))
	switch {
	case event.ProviderCode == "11":
		event.Kind = suppress.KindUnsubscribe
	case event.ProviderCode == "10", cmcRefuses(mail.Reason):
		event.Kind = suppress.KindUpstream
	}
	return nil
}

// cmcDeliveryKind reads the status of a delivery, a word.
func cmcDeliveryKind(mail *cmcMail, event *suppress.Event) *cmcProblem {
	switch status := strings.ToLower(strings.TrimSpace(string(mail.Status))); status {
	case "queued":
		event.Kind = suppress.KindQueued
	case "succeeded":
		event.Kind = suppress.KindDelivered
	case "deferred":
		event.Kind = suppress.KindDeferred
	case "failed":
		event.Kind = suppress.KindBounce
		if cmcRefuses(mail.Reason) {
			event.Kind = suppress.KindUpstream
		}
	case "":
		return unknownWord("status", "it is missing; known are queued, succeeded, deferred, failed")
	default:
		return unknownWord("status", "%.40q is not known; known are queued, succeeded, deferred, failed", status)
	}
	return nil
}

// cmcRefuses recognises the reply of Customers Mail Cloud's own servers to
// mail for an address on its block list: no receiving server said anything.
func cmcRefuses(reason text) bool {
	_, rest, found := strings.Cut(strings.ToLower(string(reason)), "recipient address <")
	return found && strings.Contains(rest, "> is suppressed to send mail")
}

// cmcDecode decodes the fields of an event into a struct of texts.
func cmcDecode(raw json.RawMessage, into any) *cmcProblem {
	if kind := jsonKind(raw); kind != "an object" {
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
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02T15:04:05", value, zone)
	}
	if err != nil {
		return badEvent("created", "%.40q is not a time; write 2006-01-02 15:04:05", string(created))
	}
	event.At = at
	return nil
}
