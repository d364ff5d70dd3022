package api

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/nosend/nosend/suppress"
)

// The results of a look-up, for the metrics.
const (
	lookupSuppressed = "suppressed"
	lookupClear      = "clear"
	lookupInvalid    = "invalid"
	lookupError      = "error"
)

// Lookup is the answer about one address.
type Lookup struct {
	Address    string            `json:"address"`            // normalised
	Suppressed bool              `json:"suppressed"`         // true: don't send
	Spelling   string            `json:"spelling,omitempty"` // as first reported, where that differs
	State      suppress.Standing `json:"state,omitempty"`    // "" (left out): the list doesn't know the address
	Count      *int              `json:"count,omitempty"`    // messages that bounced, since the last release
	*Why
}

// Why says what decided about an address.
type Why struct {
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Reason   string            `json:"reason"` // the receiving server's words
	Source   string            `json:"source"` // who reported it or, for a person's word, who decided
	Origin   suppress.Origin   `json:"origin"`
	Rule     string            `json:"rule"`              // that read the reason
	Matched  string            `json:"matched,omitempty"` // the words that the rule matched
	Since    time.Time         `json:"since"`             // when the deciding event happened
	Until    *time.Time        `json:"until"`             // null: until it is released
	Note     string            `json:"note,omitempty"`    // of the person who decided
}

func newLookup(a *suppress.Answer) Lookup {
	l := Lookup{Address: a.Address.String(), Suppressed: a.Suppressed(), Spelling: a.Spelling, State: a.Standing}
	if a.Standing != "" {
		l.Count = &a.Bounces
	}
	if a.Reason.Origin != "" {
		l.Why = newWhy(&a.Reason)
	}
	return l
}

func newWhy(r *suppress.Reason) *Why {
	return &Why{
		Class: r.Class, Category: r.Category, Reason: r.Text, Source: r.Source, Origin: r.Origin,
		Rule: r.Rule, Matched: r.Matched, Since: r.Since, Until: optional(r.Until), Note: r.Note,
	}
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// usualAnswer is room for most answers, in bytes.
const usualAnswer = 512

// plainLookup is the address of a look-up whose path is so plain that no other
// route can mean it. It is served ahead of the router, which would take longer
// than the answer; everything else goes through it.
func plainLookup(r *http.Request) (address string, ok bool) {
	if r.Method != http.MethodGet || r.URL.RawPath != "" {
		return "", false
	}
	address, ok = strings.CutPrefix(r.URL.Path, "/suppressed/")
	return address, ok && strings.IndexByte(address, '@') > 0 && strings.IndexByte(address, '/') < 0
}

// addressOf reads the path's address: unescaped exactly once, so that a plus
// stays a plus. It is read by suppress.ParseListed where it is asked about or
// decided on: "a@x.jp,b@x.jp" is no question about the domain "x.jp,b@x.jp". What
// a provider made of such a thing can be shown and released all the same, by
// suppress.ParseAddress.
func addressOf(r *http.Request, parse func(string) (suppress.Address, error)) (suppress.Address, error) {
	raw, plain := plainLookup(r)
	if !plain {
		var err error
		if raw, err = url.PathUnescape(mux.Vars(r)["address"]); err != nil {
			return suppress.Address{}, problem(http.StatusBadRequest, "the path is not URL-encoded: %s", err)
		}
	}
	a, err := parse(raw)
	if err != nil {
		return a, problem(http.StatusBadRequest, "%s; write it as /suppressed/user@example.com, with %%2F for a slash, %%25 for a percent sign and %%20 for a space", err)
	}
	return a, nil
}

// lookup serves GET /suppressed/{address}, the question before every mail.
func (s *Server) lookup(w http.ResponseWriter, r *http.Request) error {
	w.(*recorder).quiet = true
	result := lookupError // also if what follows panics
	defer func() { s.Observer.Lookups(result, 1) }()
	ans, err := s.ask(r)
	if err != nil {
		result = lookupResult(err)
		return err
	}
	code, found := http.StatusOK, lookupClear
	if ans.Suppressed() {
		found = lookupSuppressed
		if r.URL.RawQuery != "" && r.URL.Query().Get("status") == "1" {
			code = http.StatusGone
		}
	}
	w.Header()["Content-Type"] = s.typeJSON
	w.WriteHeader(code)
	_, _ = w.Write(append(appendLookup(make([]byte, 0, usualAnswer), &ans), '\n')) // a client that is gone can't be told
	result = found
	return nil
}

// ask refuses what it doesn't understand: a shell that misspelt its question
// must not take the answer for leave to send.
func (s *Server) ask(r *http.Request) (suppress.Answer, error) {
	a, err := addressOf(r, suppress.ParseListed)
	if err != nil {
		return suppress.Answer{}, err
	}
	if r.URL.RawQuery == "" {
		return s.List.Lookup(r.Context(), a, suppress.MailAny)
	}
	if err := checkQuery(r, []string{"mail", "status"}); err != nil {
		return suppress.Answer{}, err
	}
	query := r.URL.Query()
	mail := suppress.Mail(query.Get("mail"))
	switch {
	case mail != suppress.MailAny && mail != suppress.MailTransactional:
		return suppress.Answer{}, problem(http.StatusBadRequest, "mail is %q; leave it out, or write mail=transactional", mail)
	case query.Has("status") && query.Get("status") != "1":
		return suppress.Answer{}, problem(http.StatusBadRequest, "status is %q; leave it out, or write status=1", query.Get("status"))
	}
	return s.List.Lookup(r.Context(), a, mail)
}

func lookupResult(err error) string {
	if asStatus(err).status == http.StatusBadRequest {
		return lookupInvalid
	}
	return lookupError
}
