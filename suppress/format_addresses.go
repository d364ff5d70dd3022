package suppress

func sendGridFormat() Format {
	return Format{
		Name:      "sendgrid",
		MediaType: csvWithHeader,
		Title:     "SendGrid: Upload CSV of an unsubscribe group; holds back that group's mail only",
		Header:    []byte("email\n"),
		Append:    ifSuppressed(appendSendGrid),
	}
}

// appendSendGrid appends the address alone, as SendGrid's upload to an
// unsubscribe group takes it: addresses in the first column, a header if one
// likes, and no quotes around what doesn't need them. Global unsubscribes can
// be added through an API only (POST /v3/asm/suppressions/global), and bounces
// not at all.
// (SendGrid documentation, "Unsubscribe Groups", on uploading a CSV.)
func appendSendGrid(line []byte, a *Answer) []byte {
	return append(appendAddress(line, a.Address), '\n')
}

func postmarkFormat() Format {
	return Format{
		Name:      "postmark",
		MediaType: jsonLines,
		Title:     "Postmark: each line is a body for POST /message-streams/STREAM/suppressions; blocks all mail of the stream",
		Append:    ifSuppressed(appendPostmark),
	}
}

// appendPostmark appends an entry as the body of one request to Postmark's
// Suppressions API. A body may name up to 50 addresses, so whoever sends many
// may join the elements of 50 lines. What is imported counts there as
// suppressed by hand, in the message stream that the request names.
// (Postmark developer documentation, "Suppressions API".)
func appendPostmark(line []byte, a *Answer) []byte {
	line = append(line, `{"Suppressions":[{"EmailAddress":"`...)
	line = append(appendEscaped(line, a.Address.local), '@')
	line = appendEscaped(line, a.Address.domain)
	return append(line, "\"}]}\n"...)
}

// appendEscaped appends a part of an address as it stands in a JSON string. An
// address has no control characters and is UTF-8, so little needs escaping.
func appendEscaped(line []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			line = append(line, '\\')
		}
		line = append(line, s[i])
	}
	return line
}
