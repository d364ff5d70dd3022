package main

import (
	"bufio"
	"encoding/json"
	"fmt"
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
{"id","class","category","rule","matched"}, in the same order.`,
		Example: `  nosend classify "550 5.1.1 user unknown"
  nosend classify < replies.txt | sort | uniq -c`,
		Args: cobra.ArbitraryArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "read and write JSON lines")
	cmd.Flags().StringVar(&rules, "rules", "", "file with classification rules that go before the built-in ones")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		c, err := loadClassifier(rules)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return p.printVerdict(c, reply{Text: strings.Join(args, " ")}, asJSON)
		}
		return p.classifyLines(c, asJSON)
	}
	return cmd
}

func (p *program) classifyLines(c *classify.Classifier, asJSON bool) error {
	out := bufio.NewWriter(p.out)
	lines := bufio.NewScanner(p.in)
	lines.Buffer(nil, maxLine)
	buffered := &program{out: out}
	for n := 1; lines.Scan(); n++ {
		r := reply{Text: lines.Text()}
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		if asJSON {
			r = reply{}
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return fmt.Errorf("standard input, line %d: %w", n, err)
			}
		}
		if err := buffered.printVerdict(c, r, asJSON); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return out.Flush()
}

func (p *program) printVerdict(c *classify.Classifier, r reply, asJSON bool) error {
	v := c.Classify(classify.Input{Text: r.Text, Status: r.Status})
	if !asJSON {
		_, err := fmt.Fprintf(p.out, "%s\t%s\t%s\t%s\n", v.Class, v.Category, v.Rule, printable(v.Matched))
		return err
	}
	line, err := json.Marshal(verdict{ID: r.ID, Class: v.Class, Category: v.Category, Rule: v.Rule, Matched: v.Matched})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s\n", line)
	return err
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
