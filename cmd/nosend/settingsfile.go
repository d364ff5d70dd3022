package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// setting is one line of the settings file.
type setting struct {
	name, value string
	where       string // file:line
}

// readSettings reads a YAML mapping of names to plain values, in the order of
// the file.
func readSettings(path string, in io.Reader) ([]setting, error) {
	decoder := yaml.NewDecoder(in)
	var doc yaml.Node
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil // empty, or comments only
	}
	if err != nil {
		return nil, explainYAML(path, err)
	}
	if err := decoder.Decode(new(yaml.Node)); err == nil {
		return nil, fmt.Errorf("%s: it has a second document, after a line of ---; only one is read", path)
	} else if !errors.Is(err, io.EOF) {
		return nil, explainYAML(path, err)
	}
	return readMapping(path, doc.Content[0])
}

// explainYAML gives the parser's message our form: "yaml: line 3: did not find
// expected key" becomes "FILE:3: did not find expected key".
func explainYAML(path string, err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		return fmt.Errorf("%s:%s", path, rest)
	}
	return fmt.Errorf("%s: %s", path, message)
}

func readMapping(path string, top *yaml.Node) ([]setting, error) {
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		return nil, nil
	}
	if top.Kind != yaml.MappingNode {
		return nil, hinted{fmt.Errorf("%s:%d: it is not a list of settings", path, top.Line), "write one on each line, such as: db: nosend.db"}
	}
	var out []setting
	lines := map[string]int{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		where := fmt.Sprintf("%s:%d", path, key.Line)
		switch {
		case lines[key.Value] != 0:
			return nil, fmt.Errorf("%s: %s is set a second time; line %d sets it first", where, key.Value, lines[key.Value])
		case value.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("%s: %s must be a plain value", where, key.Value)
		case value.Tag == "!!null":
			return nil, fmt.Errorf("%s: %s has no value", where, key.Value)
		}
		lines[key.Value] = key.Line
		out = append(out, setting{name: key.Value, value: value.Value, where: where})
	}
	return out, nil
}
