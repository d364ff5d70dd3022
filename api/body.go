package api

import (
	"compress/gzip"
	"errors"
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
// says that the request has shown a secret, or needs none.
func (s *Server) readBody(r *http.Request, proven bool) (body []byte, release func(), err error) {
	memory := s.bodies
	if !proven {
		memory = s.unproven
	}
	in, err := s.inflate(r)
	if err != nil {
		return nil, nil, err
	}
	i := intake{limit: s.MaxBody, take: memory.TryAcquire}
	if err := i.read(in, firstSize(r)); err != nil {
		memory.Release(i.taken)
		return nil, nil, err
	}
	return i.body, func() { memory.Release(i.taken) }, nil
}

// firstSize is how large a buffer the body may need: one byte more than is
// announced, so that its end is seen without another.
func firstSize(r *http.Request) int64 {
	if r.ContentLength >= 0 && r.Header.Get("Content-Encoding") == "" {
		return min(r.ContentLength+1, firstBody)
	}
	return firstBody
}

// inflate returns what the body says, and refuses at once what is too long
// already by its announced length. Of a compressed body a little more than the
// limit is read, for not everything gets shorter; without an end there, a
// stream of nothing could go on for ever.
func (s *Server) inflate(r *http.Request) (io.Reader, error) {
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		if r.ContentLength > s.MaxBody {
			return nil, tooLarge(s.MaxBody)
		}
		return r.Body, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(http.MaxBytesReader(nil, r.Body, s.MaxBody+s.MaxBody/64+4096))
		if err != nil {
			return nil, problem(http.StatusBadRequest, "the body is not gzip, as Content-Encoding says: %s", err)
		}
		return z, nil
	default:
		return nil, problem(http.StatusUnsupportedMediaType, "Content-Encoding is %q; only gzip, or none, can be read", encoding)
	}
}

// intake reads one body. It takes memory as the body comes, not as it is
// announced, so that slow or lying clients don't keep others out.
type intake struct {
	limit int64
	take  func(int64) bool // reports whether so much more memory may be used
	taken int64
	body  []byte
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
		if _, long := errors.AsType[*http.MaxBytesError](err); long || int64(len(i.body)) > i.limit {
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
