package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/nosend/nosend/suppress"
)

// checkForm is one way to write what is asked of POST /suppressed/check, and
// its answer.
type checkForm struct {
	contentType         string
	split               func(*bufio.Reader) splitter
	read                func(piece []byte) (text string, err error) // takes one piece apart
	whole               bool                                        // a piece that can't be read spoils the rest
	write               func(out []byte, q *asked, a *suppress.Answer, only bool) []byte
	open, between, shut string
}

func splitLines(in *bufio.Reader) splitter    { return &lines{in: in} }
func splitElements(in *bufio.Reader) splitter { return &elements{in: in} }

func arrayForm() checkForm {
	return checkForm{contentType: "application/json", split: splitElements, read: readJSONPiece, whole: true,
		write: appendChecked, open: "[", between: ",\n", shut: "]\n"}
}

func ndjsonForm() checkForm {
	return checkForm{contentType: "application/x-ndjson", split: splitLines, read: readJSONPiece,
		write: appendChecked, between: "\n", shut: "\n"}
}

func textForm() checkForm {
	return checkForm{contentType: "text/plain; charset=utf-8", split: splitLines,
		read:  func(piece []byte) (string, error) { return string(piece), nil },
		write: appendLine, between: "\n", shut: "\n"}
}

// errNotJSON marks a piece that isn't JSON at all.
var errNotJSON = errors.New("not JSON")

// formOf goes by the Content-Type. Where it says nothing about the form (curl
// sends that of web forms unless told otherwise), the first byte decides.
func formOf(r *http.Request, in *bufio.Reader) (checkForm, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return arrayForm(), nil
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return ndjsonForm(), nil
	case "text/plain":
		return textForm(), nil
	case "", "application/x-www-form-urlencoded", "application/octet-stream":
		return guessForm(in), nil
	}
	return checkForm{}, problem(http.StatusUnsupportedMediaType, "Content-Type is %q; addresses are read as application/json (an array), application/x-ndjson or text/plain (one on each line); nosend check reads CSV", kind)
}

// guessForm looks at the first byte that isn't white space.
func guessForm(in *bufio.Reader) checkForm {
	for n := 1; ; n++ {
		start, err := in.Peek(n)
		if err != nil {
			return textForm()
		}
		switch c := start[n-1]; {
		case isSpace(c):
		case c == '[':
			return arrayForm()
		case c == '{' || c == '"':
			return ndjsonForm()
		default:
			return textForm()
		}
	}
}

// readJSONPiece takes a string, or an object with the field address.
func readJSONPiece(piece []byte) (string, error) {
	if len(piece) > 1 && piece[0] == '"' && piece[len(piece)-1] == '"' && isPlain(piece[1:len(piece)-1]) {
		return string(piece[1 : len(piece)-1]), nil
	}
	var text *string
	var object struct {
		Address *string `json:"address"`
	}
	switch {
	case !utf8.Valid(piece):
		return string(piece), errors.New("not UTF-8")
	case !json.Valid(piece):
		return string(piece), errNotJSON
	case json.Unmarshal(piece, &text) == nil && text != nil:
		return *text, nil
	case piece[0] == '{' && json.Unmarshal(piece, &object) == nil && object.Address != nil:
		return *object.Address, nil
	}
	return string(piece), errors.New(`neither a JSON string nor an object with the string "address"`)
}

// appendChecked appends one answer as JSON.
func appendChecked(out []byte, q *asked, a *suppress.Answer, _ bool) []byte {
	if q.err != nil {
		out = appendString(append(out, `{"input":`...), q.text)
		return append(appendString(append(out, `,"suppressed":null,"error":`...), q.err.Error()), '}')
	}
	normal := a.Address.String()
	if normal == q.text {
		return appendLookup(out, a)
	}
	return appendJSON(out, Checked{Lookup: newLookup(a), Input: q.text})
}

// appendLine appends one answer as text: the line that was asked, the answer
// and what decided, with tabs between. With ?only= the answer is known, so the
// line stands alone, and a list comes back as a list.
func appendLine(out []byte, q *asked, a *suppress.Answer, only bool) []byte {
	if only {
		return append(out, q.text...)
	}
	out = append(out, strings.Map(unbroken, q.text)...)
	switch {
	case q.err != nil:
		return append(out, "\tinvalid"...)
	case !a.Suppressed():
		return append(out, "\tclear"...)
	}
	return append(append(append(append(out, "\tsuppressed\t"...), a.Reason.Origin...), '\t'), a.Category...)
}

// unbroken keeps what could pass for another column or line out of one.
func unbroken(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}
