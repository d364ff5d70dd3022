package api_test

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
)

// promise notes everything that the file says of an operation and that an
// exchange can show: parameters, forms of requests, statuses, headers, forms of
// answers, and what their schemas say.
func (w *witness) promise(name string, op *openapi3.Operation) {
	for _, p := range parametersOf(w.doc, name) {
		w.promised[name+" parameter "+p.Name] = true
	}
	if op.RequestBody != nil {
		w.promiseContent(name+" request", op.RequestBody.Value.Content)
	}
	for status, response := range op.Responses.Map() {
		place := name + " " + status
		w.promised[place] = true
		for header := range response.Value.Headers {
			w.promised[place+" header "+strings.ToLower(header)] = true
		}
		w.promiseContent(place, response.Value.Content)
	}
}

func (w *witness) promiseContent(place string, content openapi3.Content) {
	for mediaType, m := range content {
		w.promised[place+" "+mediaType] = true
		ref := m.Schema
		if m.Extensions["x-line"] != nil {
			ref = w.lineOf(m)
		}
		w.promiseSchema(place, ref)
	}
}

// promiseSchema notes each field; that it may be left out unless it is
// required, and that it may be null where the file says so; that lists have
// elements; and each of several forms.
func (w *witness) promiseSchema(place string, ref *openapi3.SchemaRef) {
	place = placeOf(place, ref)
	for name, field := range ref.Value.Properties {
		at := place + "." + name
		if w.promised[at] {
			return // this schema was here before
		}
		w.promised[at] = true
		if !slices.Contains(ref.Value.Required, name) {
			w.promised[at+" left out"] = true
		}
		if field.Value.Nullable {
			w.promised[at+" null"] = true
		}
	}
	for name, field := range ref.Value.Properties {
		w.promiseSchema(place+"."+name, field)
	}
	if items := ref.Value.Items; items != nil {
		w.promised[place+"[]"] = true
		w.promiseSchema(place+"[]", items)
	}
	for at, form := range formsOf(place, ref) {
		w.promised[at] = true
		w.promiseSchema(at, form)
	}
}

// heard remembers which of a schema's promises a value keeps.
func (w *witness) heard(place string, ref *openapi3.SchemaRef, value any) {
	place = placeOf(place, ref)
	if object, ok := value.(map[string]any); ok {
		for name, field := range ref.Value.Properties {
			at := place + "." + name
			switch v, there := object[name]; {
			case !there:
				w.kept[at+" left out"] = true
			case v == nil:
				w.kept[at+" null"] = true
			default:
				w.kept[at] = true
				w.heard(at, field, v)
			}
		}
	}
	if list, ok := value.([]any); ok && ref.Value.Items != nil {
		for _, item := range list {
			w.kept[place+"[]"] = true
			w.heard(place+"[]", ref.Value.Items, item)
		}
	}
	for at, form := range formsOf(place, ref) {
		if form.Value.VisitJSON(value) == nil {
			w.kept[at] = true
			w.heard(at, form, value)
		}
	}
}

// placeOf is where a schema is said to stand: by its name, if it has one.
func placeOf(place string, ref *openapi3.SchemaRef) string {
	if ref.Ref != "" {
		return path.Base(ref.Ref)
	}
	return place
}

// formsOf are the schemas of which a value has one, or all.
func formsOf(place string, ref *openapi3.SchemaRef) map[string]*openapi3.SchemaRef {
	out := map[string]*openapi3.SchemaRef{}
	for _, form := range slices.Concat(ref.Value.OneOf, ref.Value.AnyOf, ref.Value.AllOf) {
		out[place+" as "+strings.Join(form.Value.Type.Slice(), "")] = form
	}
	return out
}

// assertAllKept fails on what the file says and nobody has seen.
func (w *witness) assertAllKept(t testing.TB) {
	t.Helper()
	for _, promise := range slices.Sorted(maps.Keys(w.promised)) {
		assert.True(t, w.kept[promise], "openapi.yaml says, and no exchange shows: %s", promise)
	}
}
