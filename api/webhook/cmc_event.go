package webhook

import (
	"encoding/json"
	"strings"
	"time"

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
