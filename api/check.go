package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/nosend/nosend/suppress"
)

// Checked is one answer of POST /suppressed/check. Error is set where the
// input isn't an address; Suppressed is null then, and says nothing.
type Checked struct {
	Lookup
	Input string `json:"input,omitempty"` // as it was asked, where that isn't the normalised address
	Error string `json:"error,omitempty"` // why it isn't an address
}

// MaySend reports whether mail may be sent: the input is an address, and it
// isn't suppressed.
func (c *Checked) MaySend() bool { return c.Error == "" && c.Address != "" && !c.Suppressed }

// Values of ?only=.
const (
	OnlySuppressed = "suppressed"
	OnlySendable   = "sendable"
)

// The headers that count the answers of POST /suppressed/check.
const (
	HeaderTotal      = "X-Total-Count"
	HeaderSuppressed = "X-Suppressed-Count"
	HeaderSendable   = "X-Sendable-Count"
	HeaderInvalid    = "X-Invalid-Count"
)

// checkChunk is how many addresses are read from the store in one transaction.
const checkChunk = 1000

// asked is one piece of the question.
type asked struct {
	text    string
	address suppress.Address
	err     error // why it isn't an address
}

// checking is one request on its way.
type checking struct {
	form                       checkForm
	only                       string
	mail                       suppress.Mail
	list                       *suppress.List
	in                         splitter
	out                        answers
	chunk                      []asked
	addresses                  []suppress.Address // of the chunk
	line                       []byte
	written                    bool // an answer stands in out
	total, suppressed, invalid int
}

// check serves POST /suppressed/check: many addresses at once.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	c := &checking{list: s.List, out: answers{list: s.List, take: s.answers.TryAcquire, give: s.answers.Release}}
	defer c.out.close()
	err := s.answerCheck(c, w, r)
	s.countChecked(c, err)
	rec := w.(*recorder)
	rec.notes = append(rec.notes, "addresses", c.total, "suppressed", c.suppressed, "invalid", c.invalid)
	if err != nil {
		return err
	}
	body, size, err := c.out.finish()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", c.form.contentType)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set(HeaderTotal, strconv.Itoa(c.total))
	h.Set(HeaderSuppressed, strconv.Itoa(c.suppressed))
	h.Set(HeaderSendable, strconv.Itoa(c.total-c.suppressed-c.invalid))
	h.Set(HeaderInvalid, strconv.Itoa(c.invalid))
	w.WriteHeader(http.StatusOK)
	return s.copyPaced(w, body)
}

// answerCheck reads the whole request and keeps the whole answer.
func (s *Server) answerCheck(c *checking, w http.ResponseWriter, r *http.Request) error {
	if err := c.readQuery(r.URL); err != nil {
		return err
	}
	body, err := s.pacedBody(w, r)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(body, askedBuffer)
	if err := skipMark(in); err != nil {
		return err
	}
	if c.form, err = formOf(r, in); err != nil {
		return err
	}
	c.in = c.form.split(in)
	return c.run(r.Context())
}

// readQuery refuses what it doesn't understand, as look-ups do.
func (c *checking) readQuery(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return problem(http.StatusBadRequest, "the query is not URL-encoded: %s", err)
	}
	c.mail = suppress.Mail(query.Get("mail"))
	if c.mail != suppress.MailAny && c.mail != suppress.MailTransactional {
		return problem(http.StatusBadRequest, "mail is %q; leave it out, or write mail=transactional", c.mail)
	}
	c.only = query.Get("only")
	if query.Has("only") && c.only != OnlySuppressed && c.only != OnlySendable {
		return problem(http.StatusBadRequest, "only is %q; leave it out, or write only=suppressed or only=sendable", c.only)
	}
	return nil
}

// run answers chunk by chunk.
func (c *checking) run(ctx context.Context) error {
	c.line = append(c.line, c.form.open...)
	for {
		end, err := c.readChunk()
		if err != nil {
			return err
		}
		if err := c.answerChunk(ctx); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if end {
			break
		}
	}
	if c.written || c.form.whole {
		c.line = append(c.line, c.form.shut...)
	}
	_, err := c.out.Write(c.line)
	return err
}

// readChunk reads up to checkChunk pieces; end says that they are the last.
func (c *checking) readChunk() (end bool, err error) {
	c.chunk = c.chunk[:0]
	for len(c.chunk) < checkChunk {
		piece, long, err := c.in.next()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, readFault(err)
		}
		q := c.read(piece, long)
		if q.err == errNotJSON && c.form.whole {
			return false, problem(http.StatusBadRequest, "element %d of the array is not JSON", c.total+1)
		}
		c.total++
		c.chunk = append(c.chunk, q)
	}
	return false, nil
}

// countChecked counts each address with its answer. Where the request failed
// none of them was answered.
func (s *Server) countChecked(c *checking, err error) {
	if err != nil {
		s.Observer.Lookups(lookupResult(err), c.total)
		return
	}
	s.Observer.Lookups(lookupSuppressed, c.suppressed)
	s.Observer.Lookups(lookupInvalid, c.invalid)
	s.Observer.Lookups(lookupClear, c.total-c.suppressed-c.invalid)
}
