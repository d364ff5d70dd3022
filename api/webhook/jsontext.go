package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// text is a JSON string, or what providers send in place of one: a number or a
// boolean as it is written, null as nothing.
type text string

// UnmarshalJSON implements [json.Unmarshaler]. Objects and lists are no text.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch jsonKind(raw) {
	case jsonString, jsonObject, jsonList:
		return json.Unmarshal(raw, (*string)(t)) // its error names type and field
	case jsonNull:
		*t = ""
	default:
		*t = text(raw)
	}
	return nil
}

// The kinds of JSON values, in the words of messages.
const (
	jsonObject  = "an object"
	jsonList    = "a list"
	jsonString  = "a string"
	jsonNull    = "null"
	jsonBoolean = "a boolean"
	jsonNumber  = "a number"
)

// jsonKind names a JSON value by its first byte, for messages.
func jsonKind(raw []byte) string {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return jsonObject
	case '[':
		return jsonList
	case '"':
		return jsonString
	case 'n':
		return jsonNull
	case 't', 'f':
		return jsonBoolean
	}
	return jsonNumber
}

// notJSON is the error of a value that encoding/json couldn't read: what is
// wrong, and where in it.
func notJSON(what string, data []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return malformed("%s is not JSON at %s: %w", what, position(data, syntax.Offset), err)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return malformed("%s: %s", wrong.Field, wrongType(wrong))
	}
	return malformed("%s is %s; an object is expected", what, jsonKind(data))
}

// wrongType says what stands in place of a [text].
func wrongType(err *json.UnmarshalTypeError) string {
	found := jsonObject
	if err.Value == "array" {
		found = jsonList
	}
	return fmt.Sprintf("it is %s; a string is expected", found)
}

// position says where the byte with a number counted from 1 is. Columns count
// bytes, as editors that jump to a place do.
func position(data []byte, n int64) string {
	before := data[:min(max(n-1, 0), int64(len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("byte %d (line %d, column %d)", n, line, column)
}

// member returns a member of a valid JSON object and, where there is none, the
// first few names that it has instead, quoted. It streams: an object with a
// million members costs no more memory than one.
func member(object []byte, name string) (value json.RawMessage, others []string) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, nil
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, others
		}
		if err := dec.Decode(&value); err != nil {
			return nil, others
		}
		if key == name {
			return value, nil
		}
		if len(others) < 3 {
			others = append(others, fmt.Sprintf("%.40q", key))
		}
	}
	slices.Sort(others)
	return nil, others
}

// countElements counts the elements of a valid JSON array, up to limit; other
// values have none.
func countElements(raw json.RawMessage, limit int) int {
	if jsonKind(raw) != jsonList {
		return 0
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return 0
	}
	return countRest(dec, limit)
}

// countRest counts the elements that are left in an array, up to limit.
func countRest(dec *json.Decoder, limit int) int {
	var raw json.RawMessage
	n := 0
	for n < limit && dec.More() && dec.Decode(&raw) == nil {
		n++
	}
	return n
}
