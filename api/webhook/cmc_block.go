package webhook

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
)

// cmcBlock is an operation on the block list that Customers Mail Cloud keeps
// itself. Its documents list the fields of a block (created, email, id,
// occurred, and as status the number of the error that led to it), but not the
// field that says what was done, so every likely one is read.
type cmcBlock struct {
	Email    text `json:"email"`
	To       text `json:"to"`
	Address  text `json:"address"`
	ID       text `json:"id"`
	Created  text `json:"created"`
	Occurred text `json:"occurred"`
	Reason   text `json:"reason"`

	Operation text `json:"operation"`
	Action    text `json:"action"`
	Type      text `json:"type"`
	Event     text `json:"event"`
	Status    text `json:"status"`
	Removed   text `json:"removed"`
}

// cmcBlockEvent reads an operation on the block list.
func cmcBlockEvent(raw json.RawMessage, zone *time.Location) (suppress.Event, *cmcProblem) {
	var (
		block cmcBlock
		event suppress.Event
	)
	if problem := cmcDecode(raw, &block); problem != nil {
		return event, problem
	}
	created := block.Created
	if created == "" {
		created = block.Occurred
	}
	problem := cmcRecipient(&event, "email", block.Email, block.To, block.Address)
	if problem == nil {
		problem = cmcTime(&event, created, zone)
	}
	if problem == nil {
		event.Kind, problem = block.kind()
	}
	event.Text = string(block.Reason)
	if code := strings.TrimSpace(string(block.Status)); isNumber(code) {
		event.ProviderCode = code
	}
	event.ProviderID = block.identity(event.Kind, created)
	return event, problem
}

// kind says what was done. A word of release is enough for a release, as long
// as nothing contradicts it. Without any word the block exists, so it was
// made. A word that isn't known never suppresses.
func (b *cmcBlock) kind() (suppress.Kind, *cmcProblem) {
	var blocked, released bool
	unknown := ""
	for _, value := range []text{b.Operation, b.Action, b.Type, b.Event, b.Status, b.removal()} {
		switch word := strings.ToLower(strings.TrimSpace(string(value))); {
		case word == "" || isNumber(word):
		case isReleaseWord(word):
			released = true
		case isBlockWord(word):
			blocked = true
		default:
			unknown = word
		}
	}
	switch {
	case released && blocked:
		return "", unknownWord("operation", "one field says blocked, another released")
	case released:
		return suppress.KindUpstreamReleased, nil
	case unknown != "":
		return "", unknownWord("operation", "%.40q is not known; known are blocked, added, removed, released, deleted, canceled, unblocked", unknown)
	}
	return suppress.KindUpstream, nil
}

// removal turns the flag "removed" into a word. A false one says nothing.
func (b *cmcBlock) removal() text {
	switch strings.ToLower(strings.TrimSpace(string(b.Removed))) {
	case "", "0", "false":
		return ""
	case "1", "true":
		return "removed"
	}
	return b.Removed
}

func isReleaseWord(word string) bool {
	switch word {
	case "removed", "remove", "released", "release", "unblocked", "unblock",
		"deleted", "delete", "canceled", "cancelled", "cancel":
		return true
	}
	return false
}

func isBlockWord(word string) bool {
	switch word {
	case "blocked", "block", "added", "add", "created", "create", "registered", "register":
		return true
	}
	return false
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// identity tells one operation from another on the same address: the block's
// id alone would make a block, its release and the next block one event.
func (b *cmcBlock) identity(kind suppress.Kind, created text) string {
	if b.ID == "" && created == "" {
		return ""
	}
	return strings.Join([]string{string(b.ID), string(kind), string(created)}, "/")
}
