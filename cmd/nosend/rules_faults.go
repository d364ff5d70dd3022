package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nosend/nosend/suppress/classify"
)

// maxFaults bounds how many faults of a file are looked for: each means to read
// all rules once more.
const maxFaults = 50

// ruleFault is what is wrong with one line of a file.
type ruleFault struct {
	line int
	error
}

// ruleFaults reads rules as serve does, and returns what is wrong with them in
// the order of the lines. Reading stops at the first fault, so a good rule takes
// the place of the bad one, and all is read again. Nothing is known of the lines
// below a bad header.
func ruleFaults(name string, text []byte) (*classify.Classifier, []error) {
	var faults []ruleFault
	lines := bytes.Split(text, []byte("\n"))
	if headerLine(lines) == 0 {
		return nil, []error{noRules(name, text)}
	}
	for len(faults) < maxFaults {
		c, err := classify.NewWithRules(name, bytes.NewReader(bytes.Join(lines, []byte("\n"))))
		if err == nil {
			return c, inOrder(faults)
		}
		line := faultLine(name, err)
		faults = append(faults, ruleFault{line, err})
		if header := headerLine(lines); header == 0 || line <= header || line > len(lines) || isStandIn(lines[line-1]) {
			return nil, inOrder(faults)
		}
		lines[line-1] = fmt.Appendf(nil, "%s%d\tunknown\tsource=stand-in\t\t", standIn, line)
	}
	return nil, append(inOrder(faults), errors.New("there are more faults: mend these first"))
}

// noRules is the error for a file in which nothing names the columns.
func noRules(name string, text []byte) error {
	what := "it has only comments"
	if len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))) == 0 {
		what = "it is empty"
	}
	return fmt.Errorf("%s: %s; the first line must be: id<TAB>category<TAB>codes<TAB>words<TAB>note", name, what)
}

// standIn begins the id of a rule that stands in for a bad one; it keeps the
// lines around it apart.
const standIn = "nosend-stand-in-"

func isStandIn(line []byte) bool { return bytes.HasPrefix(line, []byte(standIn)) }

// faultLine reads the line from an error "name:LINE: what is wrong"; 0: it has
// none.
func faultLine(name string, err error) int {
	rest, _ := strings.CutPrefix(err.Error(), name+":")
	number, _, _ := strings.Cut(rest, ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return line
}

// headerLine is the first line that is no comment; 0: there is none. A byte order
// mark may stand in front.
func headerLine(lines [][]byte) int {
	return 1 + slices.IndexFunc(lines, func(line []byte) bool {
		line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("\uFEFF")), []byte("\r"))
		return len(line) > 0 && line[0] != '#'
	})
}

func inOrder(faults []ruleFault) []error {
	slices.SortStableFunc(faults, func(a, b ruleFault) int { return cmp.Compare(a.line, b.line) })
	var out []error
	for _, f := range faults {
		out = append(out, f.error)
	}
	return out
}
