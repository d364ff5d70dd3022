package classify

import "slices"

// Class is the coarse answer of a verdict: may the address be mailed again?
type Class string

// The classes. None is for list entries that no bounce made (complaints,
// unsubscribes, decisions by hand); Classify never returns it.
const (
	Hard    Class = "hard"    // the address or its domain cannot receive mail, and will not tomorrow
	Soft    Class = "soft"    // the failure says nothing lasting about the address
	Unknown Class = "unknown" // not decidable
	None    Class = "none"
)

// Category is the finer reason of a bounce.
type Category string

// The categories. The comment of each says what it is about.
const (
	UserUnknown     Category = "user_unknown"     // nobody of that name at the domain
	HostUnknown     Category = "host_unknown"     // the domain does not exist in the DNS
	DomainNoMail    Category = "domain_no_mail"   // the domain exists and says that it takes no mail (null MX, 521, 556)
	MailboxDisabled Category = "mailbox_disabled" // the mailbox exists but is closed, locked or inactive
	MailboxMoved    Category = "mailbox_moved"    // the recipient is elsewhere now
	BadAddress      Category = "bad_address"      // the address can't be one: bad syntax
	Suppressed      Category = "suppressed"       // the sending side already refuses the address

	MailboxFull         Category = "mailbox_full"         // the recipient's quota is used up
	MessageTooLarge     Category = "message_too_large"    // this message exceeds a size limit
	Greylisted          Category = "greylisted"           // come back later, by design
	RateLimited         Category = "rate_limited"         // too much, too fast, too many at once
	ServerError         Category = "server_error"         // the receiving system is broken, busy or misconfigured
	NetworkError        Category = "network_error"        // no connection, or a passing DNS failure
	Expired             Category = "expired"              // retried until the sender gave up
	RoutingLoop         Category = "routing_loop"         // the message went in circles
	RelayDenied         Category = "relay_denied"         // the host does not take mail for that domain from us
	Blocklisted         Category = "blocklisted"          // the sender's IP address or domain is on a list or of bad repute
	SpamContent         Category = "spam_content"         // the message looks like spam
	Virus               Category = "virus"                // the message carries malware
	ContentRejected     Category = "content_rejected"     // the message's form or attachment is refused
	AuthFailure         Category = "auth_failure"         // SPF, DKIM, DMARC, ARC or SMTP AUTH failed
	SenderRejected      Category = "sender_rejected"      // the sender's address, domain, HELO name or reverse DNS is refused
	RecipientRestricted Category = "recipient_restricted" // the recipient takes mail from some senders only
	Policy              Category = "policy"               // refused by a rule of the receiver that it does not explain
	TLSRequired         Category = "tls_required"         // no acceptable encryption
	ProtocolError       Category = "protocol_error"       // the SMTP dialogue went wrong

	Uncategorized Category = "unknown" // nothing in the reply says why
)

// Categories returns all categories: the hard ones, the soft ones, unknown.
// The slice is the caller's.
func Categories() []Category {
	return []Category{
		UserUnknown, HostUnknown, DomainNoMail, MailboxDisabled, MailboxMoved, BadAddress, Suppressed,
		MailboxFull, MessageTooLarge, Greylisted, RateLimited, ServerError, NetworkError, Expired,
		RoutingLoop, RelayDenied, Blocklisted, SpamContent, Virus, ContentRejected, AuthFailure,
		SenderRejected, RecipientRestricted, Policy, TLSRequired, ProtocolError,
		Uncategorized,
	}
}

// Class returns the usual class of the category; a rule can say otherwise, as
// the one for a temporarily disabled mailbox does. It is Unknown for
// Uncategorized and for a category that isn't Known.
func (c Category) Class() Class {
	switch c {
	case UserUnknown, HostUnknown, DomainNoMail, MailboxDisabled, MailboxMoved, BadAddress, Suppressed:
		return Hard
	}
	if c == Uncategorized || !c.Known() {
		return Unknown
	}
	return Soft
}

// Known reports whether c is one of Categories.
func (c Category) Known() bool {
	return slices.Contains(Categories(), c)
}
