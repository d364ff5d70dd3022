package api_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// described is api/openapi.yaml as a library of others reads it, with all its
// examples held against their schemas.
func described(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context(), openapi3.EnableSchemaFormatValidation(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError()))
	return doc
}

// operations are those of the file, by method and path as samples has them.
func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	out := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out[method+" "+path] = op
		}
	}
	return out
}

func TestOpenAPIIsServed(t *testing.T) {
	want, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	s := serve(t)
	s.token("reader", api.RoleRead, "") // nobody needs it for this
	got := s.get("/openapi.yaml")
	assert.Equal(t, http.StatusOK, got.StatusCode)
	assert.Equal(t, "application/yaml", got.Header.Get("Content-Type"))
	assert.Equal(t, string(want), got.body)
	assert.EqualValues(t, len(want), got.ContentLength)
	assert.EqualValues(t, len(want), s.do(http.MethodHead, "/openapi.yaml", "").ContentLength)
}

// TestOpenAPIHasEveryRoute, and no other; and each says who may use it.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	doc := described(t)
	left := operations(doc)
	for _, route := range api.Routes() {
		name := route.Method + " " + route.Path
		op := left[name]
		require.NotNil(t, op, "%s is not in openapi.yaml", name)
		delete(left, name)
		assert.NotEmpty(t, op.OperationID, name)
		assert.NotEmpty(t, op.Summary, name)
		assert.Len(t, op.Tags, 1, name)
		assert.NotNil(t, doc.Tags.Get(op.Tags[0]), "%s has a tag that isn't described", name)
		assert.Equal(t, secured(route), securityOf(doc, op), name)
		assert.Contains(t, op.Description, roleSentence(route), name)
	}
	assert.Empty(t, left, "there are no such routes")
}

const webhookRoute = "/webhooks/{provider}"

// secured are the ways in which a route takes a secret, "" for none.
func secured(r api.Route) []string {
	switch {
	case r.Path == webhookRoute:
		return []string{"bearer", "basic", "token", ""}
	case r.Role == "":
		return nil
	}
	return []string{"bearer", "basic"}
}

func roleSentence(r api.Route) string {
	switch {
	case r.Path == webhookRoute:
		return "Role: `webhook`"
	case r.Role == "":
		return "Open to everybody."
	}
	return "Role: `" + string(r.Role) + "`.\n"
}

// securityOf lists the schemes any one of which is enough.
func securityOf(doc *openapi3.T, op *openapi3.Operation) (out []string) {
	needed := doc.Security
	if op.Security != nil {
		needed = *op.Security
	}
	for _, schemes := range needed {
		var names []string
		for name := range schemes {
			names = append(names, name)
		}
		out = append(out, strings.Join(names, "+"))
	}
	return out
}

// TestOpenAPINamesMethods well: what makes clients takes the names from there.
func TestOpenAPINamesMethods(t *testing.T) {
	var ids []string
	for name, op := range operations(described(t)) {
		assert.Regexp(t, `^[a-z][A-Za-z]+$`, op.OperationID, name)
		ids = append(ids, op.OperationID)
	}
	slices.Sort(ids)
	assert.Len(t, slices.Compact(slices.Clone(ids)), len(ids), ids)
}

// TestOpenAPIHasExamples of every request and answer.
func TestOpenAPIHasExamples(t *testing.T) {
	shown := func(content openapi3.Content, where string) {
		for mediaType, m := range content {
			if m.Schema.Value.Format != "binary" {
				assert.True(t, m.Example != nil || len(m.Examples) > 0, "%s %s has no example", where, mediaType)
			}
		}
	}
	doc := described(t)
	for name, op := range operations(doc) {
		if op.RequestBody != nil {
			shown(op.RequestBody.Value.Content, name+" request")
		}
		for status, response := range op.Responses.Map() {
			shown(response.Value.Content, name+" "+status)
		}
		for _, p := range parametersOf(doc, name) {
			assert.NotNil(t, p.Example, "%s parameter %s", name, p.Name)
			assert.NotEmpty(t, p.Description, "%s parameter %s", name, p.Name)
		}
	}
}

// parametersOf an operation, those of its path included.
func parametersOf(doc *openapi3.T, name string) (out []*openapi3.Parameter) {
	_, path, _ := strings.Cut(name, " ")
	for _, refs := range []openapi3.Parameters{doc.Paths.Value(path).Parameters, operations(doc)[name].Parameters} {
		for _, ref := range refs {
			out = append(out, ref.Value)
		}
	}
	return out
}

// TestOpenAPIHasEveryParameter that a route takes in its query, and no other.
func TestOpenAPIHasEveryParameter(t *testing.T) {
	all := operations(described(t))
	for _, route := range api.Routes() {
		if route.Query == nil {
			continue
		}
		var named []string
		for _, p := range all[route.Method+" "+route.Path].Parameters {
			if p.Value.In == "query" {
				named = append(named, p.Value.Name)
			}
		}
		assert.ElementsMatch(t, route.Query, named, "%s %s", route.Method, route.Path)
	}
}

// TestUnknownParameters are refused by every route that lists its own.
func TestUnknownParameters(t *testing.T) {
	s := serve(t)
	for row, call := range samples(t) {
		method, path, _ := strings.Cut(row, " ")
		i := slices.IndexFunc(api.Routes(), func(r api.Route) bool { return r.Method == method && r.Path == path })
		if api.Routes()[i].Query == nil {
			continue
		}
		s.suppress("gone@x.jp")
		detail := s.problem(s.do(method, call.on(s)+"?onyl=sendable", call.body), http.StatusBadRequest)
		assert.Contains(t, detail, `the query has "onyl"; `, row)
	}
	assert.Contains(t, s.problem(s.ask("?only=sendable&only=suppressed", asJSON, `["a@x.jp"]`), http.StatusBadRequest), "only stands there 2 times; give it once")
}
