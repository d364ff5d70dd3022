package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// visitor uses one server. The first thing that is wrong ends a step.
type visitor struct {
	ctx      context.Context
	client   *ClientWithResponses
	stranger *ClientWithResponses // has no token
	failed   error
}

// step is one thing that a client wants to do.
type step struct {
	name string
	take func(*visitor)
}

func steps() []step {
	return []step{
		{"webhook", (*visitor).webhook},
		{"look-up", (*visitor).lookUp},
		{"check", (*visitor).check},
		{"list", (*visitor).list},
		{"decide and release", (*visitor).decide},
		{"events", (*visitor).events},
		{"classify", (*visitor).classify},
		{"reclassify", (*visitor).reclassify},
		{"changes", (*visitor).changes},
		{"dead letters", (*visitor).deadLetters},
		{"exports", (*visitor).exports},
		{"operation", (*visitor).operation},
		{"errors", (*visitor).errors},
	}
}

// want fails the step unless something holds.
func (v *visitor) want(holds bool, what string, got ...any) {
	if v.failed == nil && !holds {
		v.failed = fmt.Errorf("%s: %+v", what, got)
	}
}

// ok fails the step unless a call was answered with 200 and understood.
// answered tells whether the client has a value; it isn't asked after a
// failure.
func (v *visitor) ok(err error, answered func() (status int, value bool)) bool {
	if v.failed == nil && err != nil {
		v.failed = err
	}
	if v.failed != nil {
		return false
	}
	status, value := answered()
	v.want(status == http.StatusOK && value, "the answer", status)
	return v.failed == nil
}

// webhook reports a bounce in JSON, and again as a form.
func (v *visitor) webhook() {
	bounce := map[string]string{
		"created": "2026-03-02 09:14:31", "status": "2", "messageId": "<1@shop.example>", "from": "shop@example.com",
		"to": "No-User@example.jp", "reason": "550 5.1.1 user unknown",
	}
	full := map[string]string{
		"created": "2026-03-02 09:14:31", "status": "2", "messageId": "<2@shop.example>", "to": "full@example.jp", "reason": "552 5.2.2 mailbox full",
	}
	got, err := v.client.PostWebhookWithResponse(v.ctx, ProviderCmc, nil, CMCWebhook{
		EventType: "bounces", Event: map[string]any{"bounces": []any{bounce, full}},
	})
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		return
	}
	v.want(got.JSON200.Recorded == 2, "recorded", got.JSON200)
	again, err := v.client.PostWebhookWithFormdataBodyWithResponse(v.ctx, ProviderCmc, nil, CMCForm{
		EventType: "bounces", Event: `{"bounces":[{"created":"2026-03-02 09:14:31","status":"2","messageId":"<1@shop.example>","to":"no-user@example.jp","reason":"550"}]}`,
	})
	if v.ok(err, func() (int, bool) { return again.StatusCode(), again.JSON200 != nil }) {
		v.want(again.JSON200.Duplicates == 1 && again.JSON200.Problems == nil, "duplicates", again.JSON200)
	}
}

func (v *visitor) lookUp() {
	got, err := v.client.LookUpAddressWithResponse(v.ctx, "no-user@EXAMPLE.jp", nil)
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil }) {
		return
	}
	found := got.JSON200
	v.want(found.Suppressed && *found.State == StateSuppressed && *found.Category == CategoryUserUnknown, "what the list says", found)
	v.want(found.Until == nil && *found.Spelling == "No-User@example.jp", "without end", found)
	odd, err := v.client.LookUpAddressWithResponse(v.ctx, "a/b+c%d@example.jp", nil)
	if v.ok(err, func() (int, bool) { return odd.StatusCode(), odd.JSON200 != nil }) {
		v.want(!odd.JSON200.Suppressed && odd.JSON200.State == nil && odd.JSON200.Address == "a/b+c%d@example.jp", "an odd address", odd.JSON200)
	}
	one := LookUpAddressParamsStatus(1)
	gone, err := v.client.LookUpAddressWithResponse(v.ctx, "no-user@example.jp", &LookUpAddressParams{Status: &one})
	v.want(err == nil && gone.StatusCode() == http.StatusGone && gone.JSON410 != nil && gone.JSON410.Suppressed, "?status=1", err)
}

func (v *visitor) check() {
	var asked CheckAddressesJSONBody
	for _, text := range []string{"no-user@example.jp", "nobody", "new@example.jp"} {
		var item CheckItem
		v.want(item.FromCheckItem0(text) == nil, "an item")
		asked = append(asked, item)
	}
	got, err := v.client.CheckAddressesWithResponse(v.ctx, &CheckAddressesParams{}, asked)
	if !v.ok(err, func() (int, bool) { return got.StatusCode(), got.JSON200 != nil && len(*got.JSON200) == 3 }) {
		return
	}
	answers := *got.JSON200
	v.want(*answers[0].Suppressed && answers[1].Suppressed == nil && answers[1].Error != nil && !*answers[2].Suppressed, "the answers", answers)
	v.want(got.HTTPResponse.Header.Get("X-Invalid-Count") == "1", "invalid ones")
	only := OnlySendable
	text, err := v.client.CheckAddressesWithTextBodyWithResponse(v.ctx, &CheckAddressesParams{Only: &only}, "no-user@example.jp\nnew@example.jp\n")
	if v.ok(err, func() (int, bool) { return text.StatusCode(), text.Body != nil }) {
		v.want(string(text.Body) == "new@example.jp\n", "a list as text", string(text.Body))
	}
}

// list pages through it with a filter and a cursor.
func (v *visitor) list() {
	one, counted := 1, ListEntriesParamsCount(1)
	params := ListEntriesParams{
		State: &FilterState{"suppressed", "watching"}, Class: &FilterClass{ClassHard, ClassSoft}, Limit: &one, Count: &counted,
	}
	var seen []string
	for more := true; more; {
		page, err := v.client.ListEntriesWithResponse(v.ctx, &params)
		if !v.ok(err, func() (int, bool) { return page.StatusCode(), page.JSON200 != nil }) {
			return
		}
		v.want(*page.JSON200.Count == 2, "how many in all", page.JSON200)
		for _, e := range page.JSON200.Entries {
			seen = append(seen, e.Address)
		}
		params.Cursor, more = page.JSON200.Next, page.JSON200.Next != nil
	}
	v.want(strings.Join(seen, " ") == "full@example.jp no-user@example.jp", "the pages", seen)
}
