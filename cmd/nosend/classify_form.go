package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress/classify"
)

// form is how replies are read, and verdicts written.
type form struct {
	read  func(line []byte, known classify.Input) (id string, in classify.Input, err error)
	judge func(classify.Input) classify.Explanation // without explanation where nobody wants one
	write func(out io.Writer, id, text string, e *classify.Explanation) error
}

func (s *classifySettings) form(p *program, c *classify.Classifier) form {
	f := form{read: readText, write: writeText, judge: func(in classify.Input) classify.Explanation {
		return classify.Explanation{Verdict: c.Classify(in)}
	}}
	if s.explain {
		f.judge, f.write = c.Explain, (&explainer{colour: p.paint(p.out), domain: s.known.Domain}).write
	}
	if s.asJSON {
		f.read, f.write = readJSON, writeVerdictJSON
	}
	if s.asJSON && s.explain {
		f.write = writeExplainedJSON
	}
	return f
}

// answer judges one reply.
func (f form) answer(out io.Writer, id string, in classify.Input) error {
	e := f.judge(in)
	return f.write(out, id, in.Text, &e)
}

func readText(line []byte, known classify.Input) (string, classify.Input, error) {
	known.Text = string(line)
	return "", known, nil
}

func writeText(out io.Writer, _, _ string, e *classify.Explanation) error {
	_, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", e.Class, e.Category, e.Rule, escaped(e.Matched, ""))
	return err
}

// reply is one line of input of classify --json.
type reply struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Status string `json:"status"`
}

// readJSON reads a JSON object; fields that it doesn't know may be there.
func readJSON(line []byte, known classify.Input) (string, classify.Input, error) {
	var r *reply
	err := json.Unmarshal(line, &r)
	if err == nil && r == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return "", known, fmt.Errorf(`not the JSON object {"id","text","status"}: %w`, err)
	}
	known.Text, known.Status = r.Text, r.Status
	return r.ID, known, nil
}

// verdict is one line of output of classify --json.
type verdict struct {
	ID       string            `json:"id"`
	Class    classify.Class    `json:"class"`
	Category classify.Category `json:"category"`
	Rule     string            `json:"rule"`
	Matched  string            `json:"matched"`
}

func writeVerdictJSON(out io.Writer, id, _ string, e *classify.Explanation) error {
	return encode(out, verdict{ID: id, Class: e.Class, Category: e.Category, Rule: e.Rule, Matched: e.Matched})
}

func writeExplainedJSON(out io.Writer, id, _ string, e *classify.Explanation) error {
	return encode(out, struct {
		ID string `json:"id"`
		api.Verdict
	}{id, api.NewVerdict(e)})
}

func encode(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // servers' words are full of angle brackets
	return encoder.Encode(v)
}
