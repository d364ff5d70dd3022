package webhook

import (
	"bytes"
	"cmp"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
)

// maxParts bounds the parts of a multipart body. No provider sends more than a
// dozen.
const maxParts = 100

// urlForm reads the named fields of an application/x-www-form-urlencoded body.
// Others aren't decoded, and of a field sent twice the first counts. It keeps
// nothing of what it doesn't want, however many fields there are. With an error
// it returns the fields that it could read: the secret may be among them.
func urlForm(body []byte, charset string, names ...string) (fields map[string][]byte, fault error) {
	fields = make(map[string][]byte, len(names))
	for pair := range bytes.SplitSeq(body, []byte("&")) {
		rawName, rawValue, _ := bytes.Cut(pair, []byte("="))
		name, err := url.QueryUnescape(string(rawName))
		if err != nil || !wanted(fields, names, name) {
			continue
		}
		value, err := url.QueryUnescape(string(rawValue))
		if err != nil {
			fault = cmp.Or(fault, malformed("form field %s: %w", name, err))
			continue
		}
		text, err := toUTF8([]byte(value), charset)
		if err != nil {
			return fields, err
		}
		fields[name] = text
	}
	return fields, fault
}

// multipartForm reads the named fields of a multipart/form-data body. Each
// part may have a charset of its own. With an error it returns the fields that
// it could read.
func multipartForm(body []byte, boundary string, names ...string) (map[string][]byte, error) {
	if boundary == "" {
		return nil, malformed("multipart body: the Content-Type has no boundary")
	}
	fields := make(map[string][]byte, len(names))
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for i := 1; ; i++ {
		part, err := r.NextPart()
		// Bare, it is the closing delimiter; wrapped, the body broke off.
		if err == io.EOF {
			return fields, nil
		}
		if err != nil {
			return fields, malformed("multipart body, part %d: %w", i, err)
		}
		if i > maxParts {
			return fields, malformed("multipart body: more than %d parts", maxParts)
		}
		if !wanted(fields, names, part.FormName()) {
			continue
		}
		text, err := partText(part, i)
		if err != nil {
			return fields, err
		}
		fields[part.FormName()] = text
	}
}

// partText reads one part as text.
func partText(part *multipart.Part, i int) ([]byte, error) {
	value, err := io.ReadAll(part)
	if err != nil {
		return nil, malformed("multipart body, part %d: %w", i, err)
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
	return toUTF8(value, params["charset"])
}

// wanted reports whether a field is one of names and hasn't been read yet.
func wanted(fields map[string][]byte, names []string, name string) bool {
	_, read := fields[name]
	return !read && slices.Contains(names, name)
}
