package api_test

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// witness holds what servers answer against openapi.yaml, and remembers which
// of the file's promises it has seen kept.
type witness struct {
	doc      *openapi3.T
	promised map[string]bool
	kept     map[string]bool
}

func newWitness(t testing.TB) *witness {
	// These are read line by line, or not at all.
	for _, mediaType := range []string{asNDJSON, asProtobuf} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.PlainBodyDecoder)
	}
	w := &witness{doc: described(t), promised: map[string]bool{}, kept: map[string]bool{}}
	for name, op := range operations(w.doc) {
		w.promise(name, op)
	}
	return w
}

// talk is what a witness hears of one server.
type talk struct {
	*server
	*witness
}

// ask makes a request for an operation of the file, "GET /suppressed/{address}",
// and holds question and answer against it. What is declared as gzip goes out so.
func (k talk) ask(operation, target, body string, headers ...string) answer {
	k.t.Helper()
	method, _, _ := strings.Cut(operation, " ")
	r, err := http.NewRequest(method, k.URL+target, strings.NewReader(body))
	require.NoError(k.t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	sent := body
	if r.Header.Get("Content-Encoding") == "gzip" {
		sent = gzipped(k.t, body)
	}
	got := k.do(method, target, sent, headers...)
	k.hold(k.t, operation, r, got, body)
	return got
}

// hold fails on an answer that the file doesn't have, and on a question that
// was understood and which the file doesn't allow.
func (w *witness) hold(t testing.TB, operation string, r *http.Request, got answer, asked string) {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	op := operations(w.doc)[operation]
	require.NotNil(t, op, operation)
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, MultiError: true, SkipSettingDefaults: true,
		AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()},
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: pathParams(t, path, r.URL), Options: options,
		Route: &routers.Route{Spec: w.doc, Path: path, PathItem: w.doc.Paths.Value(path), Method: method, Operation: op},
	}
	if got.StatusCode < http.StatusBadRequest || got.StatusCode == http.StatusGone {
		require.NoError(t, openapi3filter.ValidateRequest(t.Context(), in), "%s %s was understood: %s", method, r.URL, asked)
		w.heardRequest(t, operation, op, r, asked)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: got.StatusCode, Header: got.Header, Options: options}
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), out.SetBodyBytes([]byte(got.body))), "%s %s", method, r.URL)
	w.heardAnswer(t, operation, op, got)
}

// pathParams are the parts of a path that stand for those in braces.
func pathParams(t testing.TB, path string, u *url.URL) map[string]string {
	t.Helper()
	pattern := regexp.MustCompile(`\\{([a-z]+)\\}`).ReplaceAllString(regexp.QuoteMeta(path), "(?P<$1>.+)")
	whole := regexp.MustCompile("^" + pattern + "$")
	parts := whole.FindStringSubmatch(u.EscapedPath())
	require.NotNil(t, parts, "%s is not of %s", u, path)
	out := map[string]string{}
	for i, name := range whole.SubexpNames()[1:] {
		value, err := url.PathUnescape(parts[i+1])
		require.NoError(t, err)
		out[name] = value
	}
	return out
}

// heardRequest remembers the parameters and the body of a request. One that
// was understood has no parameter that isn't in the file.
func (w *witness) heardRequest(t testing.TB, operation string, op *openapi3.Operation, r *http.Request, body string) {
	t.Helper()
	known := []string{}
	for _, p := range parametersOf(w.doc, operation) {
		known = append(known, p.Name)
		if p.In == openapi3.ParameterInPath || p.In == openapi3.ParameterInHeader && r.Header.Get(p.Name) != "" || r.URL.Query().Has(p.Name) {
			w.kept[operation+" parameter "+p.Name] = true
		}
	}
	if slices.Contains(securityOf(w.doc, op), "token") {
		known = append(known, "token")
	}
	for name := range r.URL.Query() {
		assert.Contains(t, known, name, "%s has a parameter that the file doesn't", operation)
	}
	if op.RequestBody != nil && body != "" {
		w.heardContent(t, operation+" request", op.RequestBody.Value.Content, r.Header.Get("Content-Type"), body)
	}
}

// heardAnswer remembers status, headers and content.
func (w *witness) heardAnswer(t testing.TB, operation string, op *openapi3.Operation, got answer) {
	t.Helper()
	place := operation + " " + strconv.Itoa(got.StatusCode)
	response := op.Responses.Status(got.StatusCode).Value
	w.kept[place] = true
	for name := range got.Header {
		_, known := response.Headers[http.CanonicalHeaderKey(name)]
		if !known && name == "Www-Authenticate" {
			_, known = response.Headers["WWW-Authenticate"]
		}
		assert.Equal(t, known, isOurs(name), "%s has the header %s", place, name)
		w.kept[place+" header "+strings.ToLower(name)] = true
	}
	w.heardContent(t, place, response.Content, got.Header.Get("Content-Type"), got.body)
}

// isOurs reports whether a header is one that every client may want to read,
// not one of the transport.
func isOurs(name string) bool {
	return strings.HasSuffix(name, "-Count") || slices.Contains([]string{"Retry-After", "Www-Authenticate", "Allow", "Content-Disposition", "Repr-Digest"}, name)
}

func (w *witness) heardContent(t testing.TB, place string, content openapi3.Content, contentType, body string) {
	t.Helper()
	mediaType, _, err := mime.ParseMediaType(contentType)
	require.NoError(t, err, place)
	m := content[mediaType]
	require.NotNil(t, m, "%s is %s", place, mediaType)
	w.kept[place+" "+mediaType] = true
	switch {
	case m.Extensions["x-line"] != nil:
		for line := range strings.Lines(body) {
			w.heardLine(t, w.lineOf(m), line)
		}
	case strings.HasSuffix(mediaType, "json"):
		w.heard(place, m.Schema, decoded(t, body))
	case mediaType == asForm:
		fields, err := url.ParseQuery(body)
		require.NoError(t, err)
		object := map[string]any{}
		for name := range fields {
			object[name] = fields.Get(name)
		}
		w.heard(place, m.Schema, object)
	}
}

// lineOf is the schema of each line of NDJSON, which OpenAPI 3.0 can't say.
func (w *witness) lineOf(m *openapi3.MediaType) *openapi3.SchemaRef {
	ref := m.Extensions["x-line"].(string)
	return &openapi3.SchemaRef{Ref: ref, Value: w.doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")].Value}
}

func (w *witness) heardLine(t testing.TB, ref *openapi3.SchemaRef, line string) {
	t.Helper()
	value := decoded(t, line)
	require.NoError(t, ref.Value.VisitJSON(value, openapi3.EnableFormatValidation()), line)
	w.heard("", ref, value)
}

func decoded(t testing.TB, text string) (value any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}
