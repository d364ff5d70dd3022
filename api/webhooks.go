package api

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
)

// The results of a webhook request, for the metrics.
const (
	webhookOK           = "ok"
	webhookUnauthorized = "unauthorized"
	webhookMalformed    = "malformed"
	webhookTooLarge     = "too_large"
	webhookOverloaded   = "overloaded"
	webhookError        = "error"
)

// WebhookReport is the answer to a webhook, after the commit.
type WebhookReport struct {
	Recorded   int      `json:"recorded"`           // events that are new evidence
	Duplicates int      `json:"duplicates"`         // events whose message was known
	Ignored    int      `json:"ignored"`            // events that change nothing
	Rejected   int      `json:"rejected"`           // events that could not be understood
	Problems   []string `json:"problems,omitempty"` // what was wrong with those, the first few; they are kept as dead letters
}

// shownProblems is how many problems an answer lists.
const shownProblems = 10

// webhook serves POST /webhooks/{provider}.
func (s *Server) webhook(w http.ResponseWriter, r *http.Request) error {
	provider, ok := s.providers[mux.Vars(r)["provider"]]
	if !ok {
		s.Observer.Webhook(mux.Vars(r)["provider"], webhookError)
		return problem(http.StatusNotFound, "there is no provider %q; nosend reads %s", mux.Vars(r)["provider"], strings.Join(providerNames(), ", "))
	}
	result := webhookError // also if what follows panics
	defer func() { s.Observer.Webhook(provider.Name, result) }()
	report, err := s.receive(w.(*recorder), r, provider)
	result = webhookResult(err)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, report)
}

// receive reads, authenticates, understands and records, in this order: nothing
// is stored for somebody who may not post.
func (s *Server) receive(rec *recorder, r *http.Request, p webhook.Provider) (WebhookReport, error) {
	in := webhook.Request{Header: r.Header, Query: r.URL.Query()}
	by, ok := s.authorizeSource(p.Name, append(presentedSecrets(r), in.Query.Get("token")))
	body, release, err := s.readBody(r, ok)
	defer release()
	if ok && webhookResult(err) == webhookMalformed && body != nil {
		err = s.reject(r, p.Name, body, err)
	}
	if err != nil {
		return WebhookReport{}, err
	}
	in.Body = body
	if !ok { // only then is the body worth reading for a secret
		by, ok = s.authorizeSource(p.Name, p.Secrets(in))
	}
	if !ok {
		return WebhookReport{}, problem(http.StatusUnauthorized, "the secret of %s is missing or wrong; send it as Bearer, as the password of Basic, as api_key or as ?token=", p.Name)
	}
	rec.by = by
	batch, err := p.Parse(in, s.Sources[p.Name].Settings)
	if err != nil {
		return WebhookReport{}, s.reject(r, p.Name, redact(body, p.Secrets(in)), err)
	}
	batch.Source = p.Name
	report, err := s.List.Record(r.Context(), batch)
	if err != nil {
		return WebhookReport{}, err
	}
	s.last[p.Name].Store(s.List.Clock().UnixMicro())
	out := newWebhookReport(report, batch.Letters)
	rec.notes = out.notes()
	return out, nil
}

// reject keeps a body that can't be read, and says so. If it can't be kept,
// that is the error, so that the provider sends it again.
func (s *Server) reject(r *http.Request, source string, body []byte, why error) error {
	err := s.List.Reject(r.Context(), suppress.DeadLetter{
		Source: source, Problem: why.Error(), ContentType: r.Header.Get("Content-Type"), Body: body,
	})
	if err != nil {
		return fmt.Errorf("keep what could not be read: %w", err)
	}
	return problem(asStatus(why).status, "%s; the body is kept as a dead letter", why)
}

// redact takes the secrets out of a body that is kept for people to read.
func redact(body []byte, secrets []string) []byte {
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret)} {
			body = bytes.ReplaceAll(body, []byte(form), []byte("***"))
		}
	}
	return body
}

func newWebhookReport(r suppress.Report, letters []suppress.DeadLetter) WebhookReport {
	out := WebhookReport{Recorded: r.Recorded, Duplicates: r.Duplicates, Ignored: r.Ignored, Rejected: r.Rejected}
	for _, l := range letters[:min(len(letters), shownProblems)] {
		out.Problems = append(out.Problems, l.Problem)
	}
	return out
}

func webhookResult(err error) string {
	if err == nil {
		return webhookOK
	}
	if errors.Is(err, suppress.ErrOverloaded) {
		return webhookOverloaded
	}
	switch asStatus(err).status {
	case http.StatusUnauthorized:
		return webhookUnauthorized
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return webhookMalformed
	case http.StatusRequestEntityTooLarge:
		return webhookTooLarge
	}
	return webhookError
}
