package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// words are the fixed sets of the code, by the place of the enum in the file.
func words() map[string][]string {
	formats, providers := []string{}, []string{}
	for _, f := range suppress.Formats() {
		formats = append(formats, f.Name)
	}
	for _, p := range webhook.Providers() {
		providers = append(providers, p.Name)
	}
	states := plain(suppress.Standings())
	return map[string][]string{
		"Class":      plain([]suppress.Class{classify.Hard, classify.Soft, classify.Unknown, classify.None}),
		"Category":   append(plain(classify.Categories()), string(suppress.NoCategory)),
		"State":      states,
		"Origin":     plain(suppress.Origins()),
		"Kind":       plain(suppress.Kinds()),
		"Effect":     plain(suppress.Effects()),
		"Ending":     plain([]suppress.Ending{suppress.EndsByTime, suppress.EndsByDelivery, suppress.EndsByProvider, suppress.EndsByRelease}),
		"ChangeKind": plain([]suppress.ChangeKind{suppress.ChangeAdded, suppress.ChangeReleased, suppress.ChangeExpired, suppress.ChangeUpdated}),
		"Outcome":    plain([]classify.Outcome{classify.Decided, classify.Agrees, classify.Overruled, classify.Silent}),
		"Basis":      bases(),
		"Format":     formats,
		"Provider":   providers,
		"StateOrAll": append(states, "all"),
		"MailKind":   {string(suppress.MailTransactional)},
		"Only":       {api.OnlySuppressed, api.OnlySendable},
		"Packing":    {"identity", "gzip"},

		"Decision.state": plain([]suppress.Standing{suppress.Suppressed, suppress.Allowed}),
		"Decided.state":  plain([]suppress.Standing{suppress.Suppressed, suppress.Allowed, suppress.Released}),
		"Health.status":  {"ok"},

		"lookUpAddress status": {"1"},
		"listEntries count":    {"0", "1"},
	}
}

func plain[T ~string](words []T) (out []string) {
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

// bases are all kinds of evidence, the strongest first.
func bases() (out []string) {
	for b := classify.BasisText; b > classify.BasisNone; b-- {
		out = append(out, b.String())
	}
	return append(out, classify.BasisNone.String())
}

// TestOpenAPIWords: every enum of the file has the words of the code.
func TestOpenAPIWords(t *testing.T) {
	found := enums(described(t))
	for place, want := range words() {
		assert.Equal(t, want, found[place], place)
	}
	for place := range found {
		assert.NotNil(t, words()[place], "nothing checks the enum of %s", place)
	}
}

// enums are those of the file, by place.
func enums(doc *openapi3.T) map[string][]string {
	out := map[string][]string{}
	for name, ref := range doc.Components.Schemas {
		enumsOf(out, name, ref)
	}
	for _, op := range operations(doc) {
		for _, p := range op.Parameters {
			if p.Ref == "" && p.Value.Schema.Ref == "" {
				enumsOf(out, op.OperationID+" "+p.Value.Name, p.Value.Schema)
			}
		}
	}
	return out
}

// enumsOf adds the enums of a schema, but for those of others that it refers
// to.
func enumsOf(out map[string][]string, place string, ref *openapi3.SchemaRef) {
	for _, word := range ref.Value.Enum {
		out[place] = append(out[place], fmt.Sprint(word))
	}
	for name, p := range ref.Value.Properties {
		if p.Ref == "" {
			enumsOf(out, place+"."+name, p)
		}
	}
	if items := ref.Value.Items; items != nil && items.Ref == "" {
		enumsOf(out, place+"[]", items)
	}
}

// TestOpenAPINamesAreUnique: generators make types of the names of all
// components, and two of one name would be one.
func TestOpenAPINamesAreUnique(t *testing.T) {
	c := described(t).Components
	all := slices.Concat(
		slices.Collect(maps.Keys(c.Schemas)), slices.Collect(maps.Keys(c.Parameters)),
		slices.Collect(maps.Keys(c.Responses)), slices.Collect(maps.Keys(c.Headers)),
	)
	slices.Sort(all)
	assert.Len(t, slices.Compact(slices.Clone(all)), len(all), all)
}

// TestOpenAPIFilters: the list and its exports have every filter of the code,
// and no other parameter than these.
func TestOpenAPIFilters(t *testing.T) {
	doc := described(t)
	for name, others := range map[string][]string{
		"GET /suppressed":        {"limit", "cursor", "count"},
		"GET /suppressed.csv":    {"format"},
		"GET /suppressed.ndjson": nil,
	} {
		var got []string
		for _, p := range parametersOf(doc, name) {
			got = append(got, p.Name)
		}
		assert.ElementsMatch(t, append(slices.Clone(others), api.FilterParams()...), got, name)
	}
}

// TestOpenAPIIsClosed: an answer with a field that the file doesn't have fails
// the other tests. Only what others send may have more.
func TestOpenAPIIsClosed(t *testing.T) {
	open := []string{"CMCWebhook", "CMCForm"}
	for name, ref := range described(t).Components.Schemas {
		if ref.Value.Type.Is("object") && !slices.Contains(open, name) {
			assert.NotNil(t, ref.Value.AdditionalProperties.Has, name)
			assert.False(t, ref.Value.AdditionalProperties.Has != nil && *ref.Value.AdditionalProperties.Has, name)
		}
		assert.False(t, strings.Contains(name, "_"), name)
	}
}
