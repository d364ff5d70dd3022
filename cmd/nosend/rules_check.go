package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/classify"
)

func (p *program) rulesCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check a file with rules of your own",
		Long: `Read a file with rules as serve --rules does, and name every line with a fault, and
the first fault in it; - is standard input. It needs no server, and changes nothing.

A warning is about a rule that can be read, but can't be meant: one that never
decides, one of a class that suppresses nobody, one that calls replies hard by
their codes alone, or one that shares its id with a rule of another category.

Exit codes: 0 the rules are good, maybe with warnings; 2 serve would refuse them.`,
		Example: `  nosend rules check own.tsv
  nosend rules check own.tsv && systemctl reload nosend`,
		Args: cobra.MatchAll(needs("a file with rules"), atMost(1)),
		RunE: func(_ *cobra.Command, args []string) error { return p.checkRules(args[0]) },
	}
}

func (p *program) checkRules(path string) error {
	in, _, err := p.openInput(path)
	if err != nil {
		return fmt.Errorf("rules check: %w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("rules check: %w", err)
	}
	name := inputName(path)
	c, faults := ruleFaults(name, text)
	if len(faults) > 0 {
		return hinted{errors.Join(faults...), "nosend rules --help shows what a file with rules looks like"}
	}
	own, err := ownRules(c)
	if err != nil {
		return err
	}
	doubts := ruleDoubts(own)
	for _, d := range doubts {
		fmt.Fprintf(p.err, "nosend: warning: %s\n", escaped(d, ""))
	}
	fmt.Fprintf(p.err, "nosend: %s: %s\n", escaped(name, ""), goodWords(len(own), len(doubts)))
	return nil
}

func goodWords(rules, warnings int) string {
	words := number(rules, "rule") + " are good"
	if rules == 1 {
		words = "1 rule is good"
	}
	if warnings > 0 {
		words += ", with " + number(warnings, "warning")
	}
	return words
}

// inputName is what messages call an input.
func inputName(path string) string {
	if path == "" || path == "-" {
		return "standard input"
	}
	return path
}

// ownRules are the rules that go before the built-in ones.
func ownRules(c *classify.Classifier) ([]classify.Rule, error) {
	builtin, err := classify.New()
	if err != nil {
		return nil, err
	}
	all := c.Rules()
	return all[:len(all)-len(builtin.Rules())], nil
}
