package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/classify"
)

// measuring is what rules test is told.
type measuring struct {
	rules          string
	misses, asJSON bool
	atLeast        float64 // percent; 0: any accuracy will do
}

func (p *program) rulesTest() *cobra.Command {
	var m measuring
	cmd := &cobra.Command{
		Use:   "test [FILE]",
		Short: "Measure the rules on replies of which you know what they mean",
		Long: `Classify labelled replies, of a file or of standard input, and compare the
verdicts with the labels. It needs no server. A label is a class (hard, soft, or
unknown where nobody can tell), a category, or both; a category alone stands for
its usual class too. There are two forms; what else stands in them is ignored.

JSON lines, in which "hard" may be true, false or null in place of a class:
  {"text":"552 5.2.2 mailbox full","class":"soft","category":"mailbox_full"}
  {"text":"550 no such user","status":"5.1.1","hard":true,"id":"7"}

Lines with tabs, below a header that names the columns in any order:
  class  category      text
  soft   mailbox_full  552 5.2.2 mailbox full

Further fields of both: id, status, code, domain, source, provider_code.

The first table counts replies by label and verdict. Accuracy is the share of
which hard or not is right, precision the share of what is read as hard that is
hard, recall the share of what is hard that is read as hard. Replies labelled
unknown stand in the first table only.

Exit codes: 0 it was measured, 1 accuracy is below --at-least, 2 error.`,
		Example: `  nosend rules test labelled.jsonl
  nosend rules test --rules own.tsv --misses labelled.tsv
  nosend rules test --rules own.tsv --at-least 98 labelled.tsv || echo "don't deploy"
  jq -c '{text, class: .verdict}' mine.jsonl | nosend rules test --json`,
		Args: atMost(1),
	}
	cmd.Flags().StringVar(&m.rules, "rules", "", "file with classification rules that go before the built-in ones")
	cmd.Flags().BoolVar(&m.misses, "misses", false, "list what was read otherwise than labelled, the worst first")
	cmd.Flags().BoolVar(&m.asJSON, "json", false, "write one JSON object with all figures")
	cmd.Flags().Float64Var(&m.atLeast, "at-least", 0, "exit with 1 if accuracy is less, in percent: 98")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !(0 <= m.atLeast && m.atLeast <= 100) {
			return usage(cmd, fmt.Errorf("--at-least is %v, it must be a percentage from 0 to 100", m.atLeast))
		}
		c, err := loadClassifier(m.rules)
		if err != nil {
			return err
		}
		path := ""
		if len(args) > 0 {
			path = args[0]
		}
		return p.measure(c, path, m)
	}
	return cmd
}

// measure classifies all labelled replies of a file.
func (p *program) measure(c *classify.Classifier, path string, m measuring) error {
	in, size, err := p.openInput(path)
	if err != nil {
		return fmt.Errorf("rules test: %w", err)
	}
	defer in.Close()
	if inputName(path) != path && onTerminal(p.in) {
		fmt.Fprintln(p.err, "nosend: type labelled replies, one on each line; end with Ctrl-D")
	}
	s := newScore()
	l := labelledLines{name: inputName(path), meter: newMeter(p.err, size)}
	l.meter.things = "replies"
	if err := l.each(in, func(r labelled) {
		v := c.Classify(r.in)
		s.add(&r, &v)
		if kind := missOf(&r, &v); m.misses && kind != "" {
			s.misses = append(s.misses, miss{kind, r, v})
		}
	}); err != nil {
		return err
	}
	if m.asJSON {
		err = s.writeJSON(p.out, m.misses)
	} else {
		err = s.write(p.out, p.paint(p.out))
	}
	if err != nil || m.atLeast == 0 {
		return err
	}
	return p.compare(s.accuracy(), m.atLeast)
}

// compare ends the command with exit code 1 if accuracy is too low.
func (p *program) compare(accuracy share, atLeast float64) error {
	if accuracy.of == 0 {
		return errors.New("no reply is labelled hard or soft, so there is no accuracy for --at-least")
	}
	if 100*float64(accuracy.right) >= atLeast*float64(accuracy.of) {
		return nil
	}
	fmt.Fprintf(p.err, "nosend: accuracy is below %v%%: %d of %d are right\n", atLeast, accuracy.right, accuracy.of)
	return errSuppressed // the answer is no: exit code 1
}
