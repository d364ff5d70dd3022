package api

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
)

// shownInput is how much of an input that isn't an address its answer repeats,
// in bytes.
const shownInput = suppress.MaxAddressBytes

// read understands one piece.
func (c *checking) read(piece []byte, long bool) (q asked) {
	if long {
		q.text, q.err = string(piece), fmt.Errorf("%w: it has more than %d bytes", suppress.ErrAddress, maxAsked)
	} else if q.text, q.err = c.form.read(piece); q.err == nil {
		q.address, q.err = suppress.ParseListed(q.text)
	}
	if q.err != nil {
		q.text = strings.ToValidUTF8(q.text[:min(len(q.text), shownInput)], "\uFFFD")
	}
	return q
}

// answerChunk looks up the addresses of a chunk in one transaction, and writes
// its answers in the order asked.
func (c *checking) answerChunk(ctx context.Context) error {
	c.addresses = c.addresses[:0]
	for i := range c.chunk {
		if c.chunk[i].err == nil {
			c.addresses = append(c.addresses, c.chunk[i].address)
		}
	}
	next := 0
	err := c.list.LookupAll(ctx, c.addresses, c.mail, func(_ int, a *suppress.Answer) error {
		for c.chunk[next].err != nil {
			c.put(&c.chunk[next], nil)
			next++
		}
		c.put(&c.chunk[next], a)
		next++
		return nil
	})
	if err != nil {
		return err
	}
	for ; next < len(c.chunk); next++ {
		c.put(&c.chunk[next], nil)
	}
	_, err = c.out.Write(c.line)
	c.line = c.line[:0]
	return err
}

// put counts one answer, and writes it unless ?only= leaves it out.
func (c *checking) put(q *asked, a *suppress.Answer) {
	kind := OnlySendable
	switch {
	case q.err != nil:
		kind = ""
		c.invalid++
	case a.Suppressed():
		kind = OnlySuppressed
		c.suppressed++
	}
	if c.only != "" && c.only != kind {
		return
	}
	if c.written {
		c.line = append(c.line, c.form.between...)
	}
	c.written = true
	c.line = c.form.write(c.line, q, a, c.only != "")
}

// skipMark passes over the byte order mark that some programs write in front
// of UTF-8, and refuses an empty body: nobody asks that on purpose.
func skipMark(in *bufio.Reader) error {
	if mark, _ := in.Peek(3); string(mark) == "\uFEFF" {
		_, _ = in.Discard(3)
	}
	_, err := in.Peek(1)
	if err == io.EOF {
		return problem(http.StatusBadRequest, `the body is empty; send ["user@example.com"], or one address on each line`)
	}
	return readFault(err)
}

// pacedBody is a request's body, inflated. It may have any length, but it has
// to come.
func (s *Server) pacedBody(w http.ResponseWriter, r *http.Request) (io.Reader, error) {
	in := &paced{in: r.Body, control: http.NewResponseController(w), stall: s.stall}
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return in, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(in)
		if errors.Is(err, gzip.ErrHeader) || err == io.EOF {
			err = problem(http.StatusBadRequest, "the body is not gzip, as Content-Encoding says")
		}
		return z, readFault(err)
	default:
		return nil, problem(http.StatusUnsupportedMediaType, "Content-Encoding is %q; only gzip, or none, can be read", encoding)
	}
}

// paced gives a client some time for each chunk that it sends, in place of
// the server's limit for a whole request. Only the time that is spent waiting
// for the client counts.
type paced struct {
	in      io.Reader
	control *http.ResponseController
	stall   time.Duration
	left    int           // of the chunk
	waited  time.Duration // for the chunk so far
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	if p.left <= 0 {
		p.left, p.waited = exportChunk, 0
	}
	started := time.Now()
	// Not every connection has deadlines; without one the body still ends with the client.
	_ = p.control.SetReadDeadline(started.Add(p.stall - p.waited))
	n, err := p.in.Read(b[:min(len(b), p.left)])
	p.left -= n
	p.waited += time.Since(started)
	if err == io.EOF {
		_ = p.control.SetReadDeadline(time.Time{}) // the client reads now
	}
	return n, err
}

// readFault is the answer to a client whose body can't be read to its end.
func readFault(err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*statusError](err); known {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem(http.StatusRequestTimeout, "the body stopped coming")
	}
	return problem(http.StatusBadRequest, "the body can't be read to its end: %s", err)
}
