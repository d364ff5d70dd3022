package suppress

import (
	"cmp"
	"time"
)

func mailgunFormat() Format {
	return Format{
		Name:      "mailgun",
		MediaType: csvWithHeader,
		Title:     "Mailgun, bounces: POST /v3/DOMAIN/bounces/import, up to 25 MB; also what people and other providers suppressed",
		Header:    []byte("address,code,error,created_at\n"),
		Append:    ifSuppressed(appendMailgunBounce),
	}
}

// appendMailgunBounce appends an entry as Mailgun's import of bounces takes
// it: address, code, error and created_at, in a file of up to 25 MB. Mailgun
// has three lists and no fourth, and this one blocks all mail, so what a
// person or another provider has suppressed goes here too.
// (Mailgun API reference, "Import list of bounces".)
func appendMailgunBounce(line []byte, a *Answer) []byte {
	r := because(a, OriginBounce, OriginUpstream, OriginManual)
	if r == nil {
		return line
	}
	line = append(appendAddress(line, a.Address), ',')
	line = append(append(line, replyCode(r.Text)...), ',')
	line = appendText(line, cmp.Or(r.Text, string(r.Origin)))
	return append(appendMailTime(append(line, ','), r.Since), '\n')
}

func mailgunComplaintsFormat() Format {
	return Format{
		Name:      "mailgun-complaints",
		MediaType: csvWithHeader,
		Title:     "Mailgun, complaints: POST /v3/DOMAIN/complaints/import, up to 25 MB",
		Header:    []byte("address,created_at\n"),
		Append:    ifSuppressed(appendMailgunComplaint),
	}
}

// appendMailgunComplaint appends an entry that a complaint suppresses, as
// Mailgun's import of complaints takes it: address and created_at.
// (Mailgun API reference, "Import complaint list".)
func appendMailgunComplaint(line []byte, a *Answer) []byte {
	r := because(a, OriginComplaint)
	if r == nil {
		return line
	}
	line = append(appendAddress(line, a.Address), ',')
	return append(appendMailTime(line, r.Since), '\n')
}

func mailgunUnsubscribesFormat() Format {
	return Format{
		Name:      "mailgun-unsubscribes",
		MediaType: csvWithHeader,
		Title:     "Mailgun, unsubscribes: POST /v3/DOMAIN/unsubscribes/import, up to 25 MB; blocks all mail of the domain",
		Header:    []byte("address,tags,created_at\n"),
		Append:    ifSuppressed(appendMailgunUnsubscribe),
	}
}

// appendMailgunUnsubscribe appends an entry that an unsubscribe suppresses, as
// Mailgun's import of unsubscribes takes it: address, tags and created_at. The
// tag * stands for all mail of the domain; which tags a sender gives to mail
// that one can unsubscribe from, we don't know.
// (Mailgun API reference, "Import unsubscribe list".)
func appendMailgunUnsubscribe(line []byte, a *Answer) []byte {
	r := because(a, OriginUnsubscribe)
	if r == nil {
		return line
	}
	line = append(appendAddress(line, a.Address), ",*,"...)
	return append(appendMailTime(line, r.Since), '\n')
}

// replyCode is the permanent SMTP reply code that a text begins with, or 550,
// which Mailgun takes for one that is missing.
func replyCode(text string) string {
	if len(text) < 3 || text[0] != '5' || !isDigit(text[1]) || !isDigit(text[2]) || len(text) > 3 && isDigit(text[3]) {
		return "550"
	}
	return text[:3]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// appendMailTime appends a time as mails write it (RFC 2822 section 3.3), in
// quotes because of its comma; nothing for none.
func appendMailTime(line []byte, t time.Time) []byte {
	if t.IsZero() {
		return line
	}
	line = t.UTC().AppendFormat(append(line, '"'), time.RFC1123Z)
	return append(line, '"')
}
