package main

import (
	"net/http"
	"strings"
	"time"
)

func (v *visitor) decide() {
	until, note := time.Date(2099, time.January, 1, 0, 0, 0, 0, time.UTC), "our own"
	allowed := DecisionStateAllowed
	got, err := v.client.DecideAddressWithResponse(v.ctx, "box@example.com", Decision{State: &allowed, Note: &note, Until: &until})
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		return
	}
	v.want(*got.JSON200.State == StateAllowed && got.JSON200.Until.Equal(until) && *got.JSON200.Note == note, "the decision", got.JSON200)
	v.want(*got.JSON200.Source == "aiko", "who decided", got.JSON200)
	released, err := v.client.ReleaseAddressWithResponse(v.ctx, "box@example.com", &ReleaseAddressParams{Note: &note})
	if v.ok(err, func() (int, bool) { return released.StatusCode(), released.JSON200 != nil }) {
		v.want(*released.JSON200.State == StateReleased, "the release", released.JSON200)
	}
	unknown, err := v.client.ReleaseAddressWithResponse(v.ctx, "new@example.com", nil)
	v.want(err == nil && unknown.ApplicationproblemJSON404 != nil, "a release of nothing", err)
}

func (v *visitor) events() {
	got, err := v.client.ExplainAddressWithResponse(v.ctx, "no-user@example.jp")
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		return
	}
	account := got.JSON200
	v.want(len(account.Events) == 1 && account.Events[0].Kind == KindBounce && account.Events[0].Effect == EffectDecided, "the evidence", account.Events)
	v.want(len(account.Reasons) == 1 && account.Reasons[0].EndedBy[0] == EndingRelease, "the reasons", account.Reasons)
	v.want(len(account.Policy) == 1 && account.Policy[0].Hold != nil && account.Policy[0].WindowSeconds == nil, "the policy", account.Policy)
	v.want(account.Ends == nil && account.Released == nil, "what is null", account)
}

func (v *visitor) classify() {
	text := "552 5.2.2 The recipient's mailbox is over its quota"
	got, err := v.client.ClassifyReplyWithResponse(v.ctx, Reply{Text: &text})
	if v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		v.want(got.JSON200.Class == ClassSoft && got.JSON200.Category == CategoryMailboxFull && got.JSON200.Code == 552, "the verdict", got.JSON200)
		v.want(len(got.JSON200.Explanation.Marks) > 0 && len(got.JSON200.Explanation.Marks[0]) == 2, "the marks", got.JSON200.Explanation)
	}
}

func (v *visitor) reclassify() {
	dry := true
	got, err := v.client.ReclassifyWithResponse(v.ctx, Reclassification{DryRun: &dry})
	if v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		v.want(got.JSON200.Examined == 3 && len(got.JSON200.Changed) == 0 && got.JSON200.Next == nil, "nothing to change", got.JSON200)
	}
}

func (v *visitor) changes() {
	after := int64(1)
	got, err := v.client.ListChangesWithResponse(v.ctx, &ListChangesParams{After: &after})
	if v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil && len(got.JSON200.Changes) == 2 }) {
		last := got.JSON200.Changes[1]
		v.want(*last.By == "aiko" && last.Number == got.JSON200.Last && last.State == StateReleased, "the last change", last)
	}
}

// deadLetters finds one, replays all, and deletes what is left of it.
func (v *visitor) deadLetters() {
	body := strings.NewReader("{")
	bad, err := v.client.PostWebhookWithBodyWithResponse(v.ctx, ProviderCmc, nil, "application/json", body)
	v.want(err == nil && bad.ApplicationproblemJSON400 != nil, "what can't be read", err)
	got, err := v.client.ListDeadLettersWithResponse(v.ctx, nil)
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil && len(got.JSON200.DeadLetters) == 1 }) {
		return
	}
	replayed, err := v.client.ReplayDeadLettersWithResponse(v.ctx)
	if !v.ok(err, func() (int, bool) { return replayed.StatusCode(), replayed.JSON200 != nil }) {
		return
	}
	v.want(replayed.JSON200.Rejected == 1 && len(*replayed.JSON200.Problems) == 1, "the replay", replayed.JSON200)
	got, err = v.client.ListDeadLettersWithResponse(v.ctx, nil)
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil && len(got.JSON200.DeadLetters) == 1 }) {
		return
	}
	id := got.JSON200.DeadLetters[0].Id
	one, err := v.client.GetDeadLetterWithResponse(v.ctx, id)
	if v.ok(err, func() (int, bool) { return one.StatusCode(), one.JSON200 != nil }) {
		v.want(*one.JSON200.Body == "{" && one.JSON200.BodyBase64 == nil, "the letter", one.JSON200)
	}
	deleted, err := v.client.DeleteDeadLetterWithResponse(v.ctx, id)
	if v.ok(err, func() (int, bool) { return deleted.StatusCode(), deleted.JSON200 != nil }) {
		v.want(deleted.JSON200.Deleted == id, "what was deleted", deleted.JSON200)
	}
}

func (v *visitor) exports() {
	mailgun := FormatMailgun
	csv, err := v.client.ExportCSVWithResponse(v.ctx, &ExportCSVParams{Format: &mailgun})
	if v.ok(err, func() (int, bool) { return csv.StatusCode(), csv.Body != nil }) {
		v.want(strings.HasPrefix(string(csv.Body), "address,code,"), "CSV", string(csv.Body))
	}
	lines, err := v.client.ExportNDJSONWithResponse(v.ctx, &ExportNDJSONParams{State: &FilterState{"all"}})
	if v.ok(err, func() (int, bool) { return lines.StatusCode(), lines.Body != nil }) {
		v.want(strings.Count(string(lines.Body), "\n") == 3, "NDJSON", string(lines.Body))
	}
}

func (v *visitor) operation() {
	got, err := v.client.GetStatusWithResponse(v.ctx)
	if v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		v.want(got.JSON200.Suppressed == 1 && got.JSON200.TokenNeeded && got.JSON200.Sources[0].Last != nil, "the status", got.JSON200)
	}
	ready, err := v.stranger.GetReadinessWithResponse(v.ctx)
	if v.ok(err, func() (int, bool) { return ready.StatusCode(), ready.JSON200 != nil }) {
		v.want(ready.JSON200.Status == HealthStatusOk, "readiness", ready.JSON200)
	}
}

func (v *visitor) errors() {
	got, err := v.client.LookUpAddressWithResponse(v.ctx, "nobody", nil)
	if err != nil || got.ApplicationproblemJSON400 == nil {
		v.want(false, "not an address", err)
		return
	}
	p := got.ApplicationproblemJSON400
	v.want(p.Status == http.StatusBadRequest && p.Title == "Bad Request" && strings.Contains(p.Detail, "it has no @"), "the problem", p)
	who, err := v.stranger.LookUpAddressWithResponse(v.ctx, "new@example.jp", nil)
	v.want(err == nil && who.ApplicationproblemJSON401 != nil && who.JSON200 == nil, "without a token", err)
	many := 5000
	refused, err := v.client.ListEntriesWithResponse(v.ctx, &ListEntriesParams{Limit: &many})
	v.want(err == nil && refused.ApplicationproblemJSON400 != nil, "too great a limit", err)
}
