package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	// maxAsked is how long one line or one element of an array may be, in
	// bytes. The longest address takes half of it with every byte escaped.
	maxAsked = 4 << 10
	// askedBuffer is how much of a body is read at once. It is more than
	// maxAsked, so that a line that is too long is seen to be.
	askedBuffer = 16 << 10
)

// splitter cuts a body into what was asked, piece by piece.
type splitter interface {
	// next returns the next piece without the white space around it, never
	// empty, valid until the next call; io.EOF after the last one. Of a piece
	// above maxAsked it returns the beginning, and that it is too long.
	next() (piece []byte, long bool, err error)
}

// lines cuts at line ends. Lines with nothing on them are passed over.
type lines struct {
	in    *bufio.Reader
	start []byte // of a line that is longer than the buffer
}

func (l *lines) next() (piece []byte, long bool, err error) {
	for {
		piece, err := l.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			l.start = append(l.start[:0], piece[:maxAsked]...)
			for err == bufio.ErrBufferFull {
				_, err = l.in.ReadSlice('\n')
			}
			if err == nil || err == io.EOF {
				return bytes.TrimSpace(l.start), true, nil
			}
		}
		if err != nil && err != io.EOF {
			return nil, false, err
		}
		if piece = bytes.TrimSpace(piece); len(piece) > 0 {
			return piece[:min(len(piece), maxAsked)], len(piece) > maxAsked, nil
		}
		if err == io.EOF {
			return nil, false, io.EOF
		}
	}
}

// elements cuts a JSON array. encoding/json would take a string of any length
// into memory.
type elements struct {
	in           *bufio.Reader
	number       int // of the element that is read
	begun, ended bool
	piece        []byte
}

func (e *elements) next() (piece []byte, long bool, err error) {
	if !e.begun {
		e.begun = true
		if c, err := e.skipSpace(); err != nil || c != '[' {
			return nil, false, wantByte(err, "the body is not a JSON array")
		}
	}
	if e.ended {
		return nil, false, e.atEnd()
	}
	e.number++
	long, err = e.read()
	piece = bytes.Trim(e.piece, jsonSpace)
	switch {
	case err != nil:
		return nil, false, wantByte(err, fmt.Sprintf("the array breaks off in element %d", e.number))
	case len(piece) > 0:
		return piece, long, nil
	case e.ended && e.number == 1:
		return nil, false, e.atEnd()
	}
	return nil, false, problem(http.StatusBadRequest, "element %d of the array is missing: two commas, or one before the end", e.number)
}

// read takes in one element and the comma or bracket behind it, and keeps its
// beginning.
func (e *elements) read() (long bool, err error) {
	var nested nesting
	length := 0
	e.piece = e.piece[:0]
	for {
		c, err := e.in.ReadByte()
		if err != nil {
			return false, err
		}
		if nested.outside() && (c == ',' || c == ']') {
			e.ended = c == ']'
			return length > maxAsked, nil
		}
		nested.pass(c)
		if length == 0 && isSpace(c) {
			continue
		}
		if length++; length <= maxAsked {
			e.piece = append(e.piece, c)
		}
	}
}

// atEnd is io.EOF if nothing follows the array.
func (e *elements) atEnd() error {
	if _, err := e.skipSpace(); err != nil {
		return err
	}
	return problem(http.StatusBadRequest, "something follows the JSON array; for one value on each line write Content-Type: application/x-ndjson")
}

// skipSpace returns the first byte that isn't white space.
func (e *elements) skipSpace() (byte, error) {
	for {
		c, err := e.in.ReadByte()
		if err != nil || !isSpace(c) {
			return c, err
		}
	}
}

// wantByte is the error where something else was needed than what came, or
// than the end.
func wantByte(err error, problemText string) error {
	if err == nil || err == io.EOF {
		return problem(http.StatusBadRequest, "%s", problemText)
	}
	return err
}

// jsonSpace is what JSON calls white space (RFC 8259, section 2).
const jsonSpace = " \t\r\n"

func isSpace(c byte) bool { return strings.IndexByte(jsonSpace, c) >= 0 }

// nesting knows whether a byte of JSON stands inside a string, an object or
// an array. What is no JSON is found later.
type nesting struct {
	depth            int
	inString, escape bool
}

func (n *nesting) outside() bool { return n.depth == 0 && !n.inString }

func (n *nesting) pass(c byte) {
	switch {
	case n.escape:
		n.escape = false
	case n.inString:
		n.escape = c == '\\'
		n.inString = c != '"'
	case c == '"':
		n.inString = true
	case c == '[' || c == '{':
		n.depth++
	case c == ']' || c == '}':
		n.depth--
	}
}
