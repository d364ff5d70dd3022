package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/nosend/nosend/suppress"
)

const (
	// pendingBodies is how many bodies of the greatest size may be in memory
	// at once; requests beyond that are told to come again.
	pendingBodies = 16
	// unprovenBodies is the same for requests that have shown no secret yet,
	// so that strangers can't keep out who has.
	unprovenBodies = 8
	// firstBody is how much memory a body gets to begin with, in bytes.
	firstBody = 16 << 10
)

// readBody reads a webhook's body, inflated and bounded. Its memory counts
// against what all bodies may take together, until release is called. proven
// says that the request has shown a secret, or needs none. With the error that
// the body can't be inflated it returns the body as it came.
func (s *Server) readBody(r *http.Request, proven bool) (body []byte, release func(), err error) {
	memory := s.bodies
	if !proven {
		memory = s.unproven
	}
	raw := intake{limit: s.MaxBody, take: memory.TryAcquire}
	inflated := intake{limit: s.MaxBody, take: memory.TryAcquire}
	release = func() { memory.Release(raw.taken + inflated.taken) }
	encoding := strings.ToLower(r.Header.Get("Content-Encoding"))
	if encoding != "" && encoding != "identity" {
		raw.limit += s.MaxBody/64 + 4096 // not everything gets shorter
	}
	if r.ContentLength > raw.limit {
		return nil, release, tooLarge(s.MaxBody)
	}
	if err := raw.read(r.Body, firstSize(r)); err != nil {
		return nil, release, err
	}
	switch encoding {
	case "", "identity":
		return raw.body, release, nil
	case "gzip", "x-gzip":
		if err := inflated.inflate(raw.body); err != nil {
			return raw.body, release, err
		}
		return inflated.body, release, nil
	}
	return raw.body, release, problem(http.StatusUnsupportedMediaType, "Content-Encoding is %q; only gzip, or none, can be read", encoding)
}

// firstSize is how large a buffer the body may need: one byte more than is
// announced, so that its end is seen without another.
func firstSize(r *http.Request) int64 {
	if r.ContentLength >= 0 {
		return min(r.ContentLength+1, firstBody)
	}
	return firstBody
}

// intake reads one body. It takes memory as the body comes, not as it is
// announced, so that slow or lying clients don't keep others out.
type intake struct {
	limit int64
	take  func(int64) bool // reports whether so much more memory may be used
	taken int64
	body  []byte
}

// inflate reads a gzip body.
func (i *intake) inflate(raw []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return problem(http.StatusBadRequest, "the body is not gzip, as Content-Encoding says: %s", err)
	}
	return i.read(z, firstBody)
}

func (i *intake) read(in io.Reader, first int64) error {
	for size := first; ; {
		if len(i.body) == cap(i.body) {
			// One byte more than is allowed, to tell the limit from excess.
			if err := i.grow(min(size, i.limit+1)); err != nil {
				return err
			}
			size *= 2
		}
		n, err := in.Read(i.body[len(i.body):cap(i.body)])
		i.body = i.body[:len(i.body)+n]
		if int64(len(i.body)) > i.limit {
			return tooLarge(i.limit)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return problem(http.StatusBadRequest, "the body can't be read after %d bytes: %s", len(i.body), err)
		}
	}
}

// grow makes the buffer as large as size.
func (i *intake) grow(size int64) error {
	more := size - int64(cap(i.body))
	if !i.take(more) {
		return fmt.Errorf("too many bodies at once: %w", suppress.ErrOverloaded)
	}
	i.taken += more
	i.body = append(make([]byte, 0, size), i.body...)
	return nil
}

func tooLarge(limit int64) error {
	return problem(http.StatusRequestEntityTooLarge, "the body has more than %d bytes, inflated; the limit is the setting max-body", limit)
}
