package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/classify"
)

// maxLine bounds one line of input, in bytes.
const maxLine = 16 << 20

// reply is one line of input of classify --json.
type reply struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Status string `json:"status"`
}

// verdict is one line of output of classify --json.
type verdict struct {
	ID       string            `json:"id"`
	Class    classify.Class    `json:"class"`
	Category classify.Category `json:"category"`
	Rule     string            `json:"rule"`
	Matched  string            `json:"matched"`
}

func (p *program) classifyCommand() *cobra.Command {
	var asJSON bool
	var rules string
	cmd := &cobra.Command{
		Use:   "classify [REPLY]",
		Short: "Say what a server's reply means",
		Long: `Classify a reply given as an argument, or each line of standard input. It needs
no server. Output is one line each: class, category, rule, matched words, with
tabs between.

With --json the input is JSON lines {"id","text","status"}, and so is the output:
{"id","class","category","rule","matched"}, in the same order. Each line is
answered at once, so a program can ask and read in turns.`,
		Example: `  nosend classify "550 5.1.1 user unknown"
  nosend classify < replies.txt | cut -f 1,2 | sort | uniq -c`,
		Args: cobra.ArbitraryArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "read and write JSON lines")
	cmd.Flags().StringVar(&rules, "rules", "", "file with classification rules that go before the built-in ones")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		c, err := loadClassifier(rules)
		if err != nil {
			return err
		}
		f := form{readText, writeText}
		if asJSON {
			f = form{readJSON, writeJSON}
		}
		if len(args) > 0 {
			return f.answer(p.out, c, reply{Text: strings.Join(args, " ")})
		}
		if onTerminal(p.in) {
			fmt.Fprintln(p.err, "nosend: type replies, one on each line; end with Ctrl-D")
		}
		return classifyLines(p.in, p.out, c, f)
	}
	return cmd
}

// form is how lines are written.
type form struct {
	read  func(line []byte) (reply, error)
	write func(out io.Writer, id string, v *classify.Verdict) error
}

func (f form) answer(out io.Writer, c *classify.Classifier, r reply) error {
	v := c.Classify(classify.Input{Text: r.Text, Status: r.Status})
	return f.write(out, r.ID, &v)
}

// classifyLines answers each line before it waits for another one, so that a
// program can ask and read in turns.
func classifyLines(in io.Reader, out io.Writer, c *classify.Classifier, f form) error {
	buffered := bufio.NewWriter(out)
	lines := bufio.NewScanner(flushing{in, buffered})
	lines.Buffer(nil, maxLine)
	n := 1
	for ; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		r, err := f.read(lines.Bytes())
		if err == nil {
			err = f.answer(buffered, c, r)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("standard input, line %d: %w", n, err), buffered.Flush())
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("it has more than %d bytes", maxLine)
	}
	if err != nil {
		err = fmt.Errorf("standard input, line %d: %w", n, err)
	}
	return errors.Join(err, buffered.Flush())
}

// flushing is input that flushes the output before it waits.
type flushing struct {
	io.Reader
	out *bufio.Writer
}

// Read implements io.Reader.
func (f flushing) Read(b []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(b)
}

func readText(line []byte) (reply, error) { return reply{Text: string(line)}, nil }

func writeText(out io.Writer, _ string, v *classify.Verdict) error {
	_, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", v.Class, v.Category, v.Rule, printable(v.Matched))
	return err
}

// readJSON reads a JSON object; fields that it doesn't know may be there.
func readJSON(line []byte) (reply, error) {
	var r *reply
	err := json.Unmarshal(line, &r)
	if err == nil && r == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return reply{}, fmt.Errorf(`not the JSON object {"id","text","status"}: %w`, err)
	}
	return *r, nil
}

func writeJSON(out io.Writer, id string, v *classify.Verdict) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // servers' words are full of angle brackets
	return encoder.Encode(verdict{ID: id, Class: v.Class, Category: v.Category, Rule: v.Rule, Matched: v.Matched})
}

// printable keeps control characters that a server wrote off the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
