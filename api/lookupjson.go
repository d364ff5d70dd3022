package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/nosend/nosend/suppress"
)

// appendLookup appends the answer of a look-up, as encoding/json writes a
// [Lookup]. It is the question before every mail, and this takes a fifth of
// the time.
func appendLookup(out []byte, a *suppress.Answer) []byte {
	out = appendAddress(append(out, `{"address":`...), a.Address)
	out = strconv.AppendBool(append(out, `,"suppressed":`...), a.Suppressed())
	out = appendOptional(out, `,"spelling":`, a.Spelling)
	out = appendOptional(out, `,"state":`, string(a.Standing))
	if a.Standing != "" {
		out = strconv.AppendInt(append(out, `,"count":`...), int64(a.Bounces), 10)
	}
	if a.Reason.Origin != "" {
		out = appendWhy(out, &a.Reason)
	}
	return append(out, '}')
}

func appendWhy(out []byte, r *suppress.Reason) []byte {
	out = appendString(append(out, `,"class":`...), string(r.Class))
	out = appendString(append(out, `,"category":`...), string(r.Category))
	out = appendString(append(out, `,"reason":`...), r.Text)
	out = appendString(append(out, `,"source":`...), r.Source)
	out = appendString(append(out, `,"origin":`...), string(r.Origin))
	out = appendString(append(out, `,"rule":`...), r.Rule)
	out = appendOptional(out, `,"matched":`, r.Matched)
	out = appendTime(append(out, `,"since":`...), r.Since)
	out = append(out, `,"until":`...)
	if r.Until.IsZero() {
		out = append(out, "null"...)
	} else {
		out = appendTime(out, r.Until)
	}
	return appendOptional(out, `,"note":`, r.Note)
}

func appendAddress(out []byte, a suppress.Address) []byte {
	if local, domain := a.Local(), a.Domain(); isPlain(local) && isPlain(domain) {
		return append(append(append(append(append(out, '"'), local...), '@'), domain...), '"')
	}
	return appendString(out, a.String())
}

// appendOptional leaves out what is empty.
func appendOptional(out []byte, name, s string) []byte {
	if s == "" {
		return out
	}
	return appendString(append(out, name...), s)
}

func appendTime(out []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(out, '"'), time.RFC3339Nano), '"')
}

func appendString(out []byte, s string) []byte {
	if isPlain(s) {
		return append(append(append(out, '"'), s...), '"')
	}
	return appendJSON(out, s)
}

// isPlain reports whether a text is the same with and without the escapes of
// JSON.
func isPlain[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// appendJSON appends a value that can be encoded.
func appendJSON(out []byte, value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // servers' words are full of angle brackets
	_ = encoder.Encode(value)    // only texts, numbers and times are in it
	return append(out, bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))...)
}
