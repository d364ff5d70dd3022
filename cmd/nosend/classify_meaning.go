package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// meaning is what a category says, in a few words.
func meaning(c classify.Category) string {
	return map[classify.Category]string{
		classify.UserUnknown:     "nobody of that name is at the domain",
		classify.HostUnknown:     "the domain doesn't exist",
		classify.DomainNoMail:    "the domain takes no mail, and says so",
		classify.MailboxDisabled: "the mailbox is closed, locked or out of use",
		classify.MailboxMoved:    "the recipient is elsewhere now",
		classify.BadAddress:      "no address can look like this",
		classify.Suppressed:      "the sending side refuses the address already",

		classify.MailboxFull:         "the recipient's mailbox has no room",
		classify.MessageTooLarge:     "this message is too large",
		classify.Greylisted:          "the server wants it sent again later, as it does with all strangers",
		classify.RateLimited:         "too many messages, or too fast",
		classify.ServerError:         "the receiving server is out of order, busy or set up wrong",
		classify.NetworkError:        "the receiving server could not be reached",
		classify.Expired:             "it was tried until time ran out",
		classify.RoutingLoop:         "the message went in circles",
		classify.RelayDenied:         "the server doesn't take mail for that domain from us",
		classify.Blocklisted:         "the sending address or domain is blocked, or of bad repute",
		classify.SpamContent:         "the message looks like spam",
		classify.Virus:               "the message looks dangerous",
		classify.ContentRejected:     "the server doesn't take such a message or attachment",
		classify.AuthFailure:         "SPF, DKIM, DMARC or a login failed",
		classify.SenderRejected:      "the sender's address, domain or host name is refused",
		classify.RecipientRestricted: "the recipient takes mail from some senders only",
		classify.Policy:              "the server refuses it by a rule that it doesn't explain",
		classify.TLSRequired:         "there was no encryption that both sides take",
		classify.ProtocolError:       "the two servers didn't understand each other",
		classify.Uncategorized:       "nothing in the reply says why",
	}[c]
}

// effect is what such bounces do to the address, by the default policy.
func effect(v *classify.Verdict, domain string) string {
	for _, r := range suppress.DefaultPolicy().Rules {
		if r.Class == v.Class && slices.Contains(r.Categories, v.Category) &&
			(r.Domain == "" || r.Domain == domain) && (!r.Permanent || v.Permanent) {
			return "suppresses the address " + when(&r) + ", " + holds(r.Holds)
		}
	}
	return "never suppresses the address: it is counted only"
}

func when(r *suppress.PolicyRule) string {
	if r.Threshold == 1 {
		return "on the first message"
	}
	out := fmt.Sprintf("after %d messages on %d days", r.Threshold, r.Days)
	if r.Window > 0 {
		out += fmt.Sprintf(" within %d days", r.Window/(24*time.Hour))
	}
	return out
}

// holds is "for 30 days, then 120 days, then until released".
func holds(lengths []time.Duration) string {
	var parts []string
	for i, length := range lengths {
		part := fmt.Sprintf("%d days", length/(24*time.Hour))
		if length == suppress.Forever {
			part = "until released"
		} else if i == 0 {
			part = "for " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", then ")
}
