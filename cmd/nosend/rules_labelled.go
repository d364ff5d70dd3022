package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress/classify"
)

// labelled is a reply of which somebody has said what it means.
type labelled struct {
	line     int
	id       string
	in       classify.Input
	class    classify.Class    // unknown: nobody can tell
	category classify.Category // "": nobody has said
}

// labelledLines is input with a labelled reply on each line.
type labelledLines struct {
	name  string // what errors call the input
	meter *meter
	read  func(line []byte) (labelled, error) // nil: the form isn't known yet
}

// each hands all replies on; errors say where the line is.
func (l *labelledLines) each(in io.Reader, do func(labelled)) error {
	defer l.meter.clear()
	lines := bufio.NewScanner(l.meter.reading(in))
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 1
	for ; lines.Scan(); n++ {
		r, ok, err := l.reply(n, lines.Bytes())
		if err != nil {
			return fmt.Errorf("%s:%d: %w", l.name, n, err)
		}
		if r.line = n; ok {
			do(r)
		}
		if n%showEvery == 0 {
			l.meter.show(n)
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("the line has more than %d bytes", maxLine)
	}
	if err != nil {
		return fmt.Errorf("%s:%d: %w", l.name, n, err)
	}
	return nil
}

// reply reads one line; ok is false for an empty one and for the header.
func (l *labelledLines) reply(n int, line []byte) (r labelled, ok bool, err error) {
	if n == 1 {
		if isUTF16(line) {
			return r, false, errors.New("it is written in UTF-16; save it as UTF-8")
		}
		line = bytes.TrimPrefix(line, []byte("\uFEFF")) // the mark of UTF-8
	}
	switch {
	case len(bytes.TrimSpace(line)) == 0:
		return r, false, nil
	case l.read == nil && bytes.TrimSpace(line)[0] == '{':
		l.read = readLabelledJSON
	case l.read == nil:
		columns, err := labelledColumns(line)
		l.read = columns.read
		return r, false, err
	}
	r, err = l.read(line)
	return r, err == nil, err
}

// newLabelled settles the label.
func newLabelled(id string, in api.ClassifyRequest, l label) (labelled, error) {
	err := l.settle()
	return labelled{id: id, class: l.Class, category: l.Category, in: classify.Input{
		Text: in.Text, Status: in.Status, Code: in.Code, Source: in.Source, ProviderCode: in.ProviderCode, Domain: in.Domain,
	}}, err
}

// readLabelledJSON refuses a reply without words and codes: its text may stand
// in a field of another name.
func readLabelledJSON(line []byte) (labelled, error) {
	var in struct {
		ID string `json:"id"`
		api.ClassifyRequest
		Text *string `json:"text"`
		label
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return labelled{}, fmt.Errorf(`not a JSON object {"text","class","category"}: %w`, err)
	}
	if in.Text != nil {
		in.ClassifyRequest.Text = *in.Text
	} else if in.Status == "" && in.Code == 0 && in.ProviderCode == "" {
		return labelled{}, errors.New(`neither "text" nor a code to classify`)
	}
	return newLabelled(in.ID, in.ClassifyRequest, in.label)
}

// columnsAt are the places of columns by their names.
type columnsAt map[string]int

// labelledColumns reads the header of lines with tabs.
func labelledColumns(line []byte) (columnsAt, error) {
	fields, err := tabbed(line)
	at := columnsAt{}
	for i, name := range fields {
		at[strings.TrimSpace(name)] = i
	}
	_, hasText := at["text"]
	_, hasClass := at["class"]
	_, hasCategory := at["category"]
	if err == nil && len(at) < len(fields) {
		return nil, fmt.Errorf("the header names a column twice: %q", cut(string(line), 60))
	}
	if err == nil && !(hasText && (hasClass || hasCategory)) {
		err = fmt.Errorf("neither a JSON object nor a header that names the columns text and class, or category, with tabs between: %q", cut(string(line), 60))
	}
	return at, err
}

func (at columnsAt) read(line []byte) (labelled, error) {
	fields, err := tabbed(line)
	if err != nil {
		return labelled{}, err
	}
	if len(fields) != len(at) {
		return labelled{}, fmt.Errorf("%d columns; the header has %d", len(fields), len(at))
	}
	field := func(name string) string {
		if i, ok := at[name]; ok {
			return fields[i]
		}
		return ""
	}
	in := api.ClassifyRequest{
		Text: field("text"), Status: field("status"), Source: field("source"),
		ProviderCode: field("provider_code"), Domain: field("domain"),
	}
	if code := field("code"); code != "" {
		if in.Code, err = strconv.Atoi(code); err != nil {
			return labelled{}, fmt.Errorf("code %q; want a number such as 550, or nothing", code)
		}
	}
	return newLabelled(field("id"), in, label{Class: classify.Class(field("class")), Category: classify.Category(field("category"))})
}

// tabbed cuts one line at its tabs. A field may stand in double quotes; quotes
// within words are taken as they are.
func tabbed(line []byte) ([]string, error) {
	reader := csv.NewReader(bytes.NewReader(line))
	reader.Comma, reader.LazyQuotes = '\t', true
	return reader.Read()
}
