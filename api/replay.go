package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
)

// replay serves POST /dead-letters/{id}/replay.
func (s *Server) replay(w http.ResponseWriter, r *http.Request) error {
	l, err := s.letterOf(r)
	if err != nil {
		return err
	}
	report, err := s.replayLetter(r.Context(), &l)
	if errors.Is(err, suppress.ErrNotFound) { // somebody was faster
		return noLetter(mux.Vars(r)["id"])
	}
	if err != nil {
		return err
	}
	w.(*recorder).notes = append([]any{"letter", l.Number}, report.notes()...)
	return writeJSON(w, http.StatusOK, report)
}

// replayAll serves POST /dead-letters/replay: one letter after the other, each
// a change of its own. It ends after as many as there were at the beginning:
// what is left of a letter is a new one, which isn't read again at once. After
// an error, what was replayed stays so, and a repetition does the rest.
func (s *Server) replayAll(w http.ResponseWriter, r *http.Request) error {
	var sum WebhookReport
	replayed, after := 0, uint64(0)
	defer func() { w.(*recorder).notes = append([]any{"letters", replayed}, sum.notes()...) }()
	_, stats, err := s.List.DeadLetters(r.Context(), 0, 0)
	if err != nil {
		return err
	}
	for range stats.Count {
		letters, _, err := s.List.DeadLetters(r.Context(), after, 1)
		if err != nil {
			return err
		}
		if len(letters) == 0 {
			break
		}
		after = letters[0].Number
		report, err := s.replayLetter(r.Context(), &letters[0])
		if errors.Is(err, suppress.ErrNotFound) { // somebody was faster
			continue
		}
		if err != nil {
			return fmt.Errorf("replay dead letter %d: %w", after, err)
		}
		replayed++
		sum.Add(&report)
	}
	return writeJSON(w, http.StatusOK, sum)
}

func (s *Server) replayLetter(ctx context.Context, l *suppress.DeadLetter) (WebhookReport, error) {
	batch := s.reread(l)
	report, err := s.List.Replay(ctx, *l, batch)
	return newWebhookReport(report, batch.Letters), err
}

// reread parses a letter with the settings of today. One that can't be read at
// all is left as it is, with what is wrong with it now.
func (s *Server) reread(l *suppress.DeadLetter) suppress.Batch {
	why := fmt.Errorf("there is no provider %q", l.Source)
	if provider, ok := s.providers[l.Source]; ok {
		in := webhook.Request{Header: http.Header{"Content-Type": {l.ContentType}}, Query: url.Values{}, Body: l.Body}
		batch, err := provider.Parse(in, s.Sources[l.Source].Settings)
		if err == nil {
			return batch
		}
		why = err
	}
	left := *l
	left.Problem = why.Error()
	return suppress.Batch{Letters: []suppress.DeadLetter{left}, Rejected: 1}
}

// Add adds another report to this one. Only the first few problems are listed.
func (r *WebhookReport) Add(other *WebhookReport) {
	r.Recorded += other.Recorded
	r.Duplicates += other.Duplicates
	r.Ignored += other.Ignored
	r.Rejected += other.Rejected
	r.Problems = append(r.Problems, other.Problems...)
	r.Problems = r.Problems[:min(len(r.Problems), shownProblems)]
}

// notes are the report's numbers for the log.
func (r *WebhookReport) notes() []any {
	return []any{"recorded", r.Recorded, "duplicates", r.Duplicates, "ignored", r.Ignored, "rejected", r.Rejected}
}
