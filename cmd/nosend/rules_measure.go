package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/classify"
)

// measuring is what rules test is told.
type measuring struct {
	rules          string
	misses, asJSON bool
	atLeast        percent // 0: any accuracy will do
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
	cmd.Flags().Var(&m.atLeast, "at-least", "exit with 1 if accuracy is less, in percent: 98")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
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

// measure compares the verdicts on a file with its labels.
func (p *program) measure(c *classify.Classifier, path string, m measuring) error {
	in, size, err := p.openInput(path)
	if err != nil {
		return fmt.Errorf("rules test: %w", err)
	}
	defer in.Close()
	if inputName(path) != path && onTerminal(p.in) {
		fmt.Fprintln(p.err, "nosend: type labelled replies, one on each line; end with Ctrl-D")
	}
	l := labelledLines{name: inputName(path), meter: newMeter(p.err, size)}
	l.meter.things = "replies"
	s := newScore(m.misses)
	err = l.each(in, func(r labelled) {
		v := c.Classify(r.in)
		s.add(&r, &v)
	})
	if err != nil {
		return err
	}
	if m.asJSON {
		err = p.writeJSON(s.json())
	} else {
		err = s.write(p.out, p.paint(p.out))
	}
	if err != nil || m.atLeast == 0 {
		return err
	}
	return p.compare(s.accuracy(), m.atLeast)
}

// compare ends the command with exit code 1 if accuracy is too low.
func (p *program) compare(accuracy share, atLeast percent) error {
	if accuracy.of == 0 {
		return errors.New("no reply is labelled hard or soft, so there is no accuracy for --at-least")
	}
	if 100*float64(accuracy.right) >= float64(atLeast)*float64(accuracy.of) {
		return nil
	}
	fmt.Fprintf(p.err, "nosend: accuracy is below %s%%: %d of %d are right\n", &atLeast, accuracy.right, accuracy.of)
	return errNo // the answer is no: exit code 1
}

// percent is a flag's value, from 0 to 100.
type percent float64

// String implements pflag.Value.
func (v *percent) String() string { return strconv.FormatFloat(float64(*v), 'f', -1, 64) }

// Type implements pflag.Value.
func (v *percent) Type() string { return "percent" }

// Set implements pflag.Value.
func (v *percent) Set(text string) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(0 <= n && n <= 100) {
		return errors.New("it must be a percentage from 0 to 100")
	}
	*v = percent(n)
	return nil
}
