package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nosend/nosend/suppress/classify"
)

// classifySettings are the flags of classify.
type classifySettings struct {
	asJSON, explain, count bool
	rules, file            string
	known                  classify.Input // apart from the text
}

func (p *program) classifyCommand() *cobra.Command {
	var s classifySettings
	cmd := &cobra.Command{
		Use:   "classify [REPLY]",
		Short: "Say what a server's reply means, and why",
		Long: `Classify a reply given as an argument, or each line of --file, or of standard
input. It needs no server. Output is one line each: class, category, rule,
matched words, with tabs between; empty lines are passed over.

With --explain the output is for people: the reply with the words that decided
marked, what the verdict does to the address, the codes, and what spoke for it
and against it. With --file a table by class and category follows on standard
error; --count writes that table alone, to standard output.

With --json the input is JSON lines {"id","text","status"}, and so is the output:
{"id","class","category","rule","matched"}, in the same order; with --explain
also all that POST /classify answers. Each line is answered at once, so a
program can ask and read in turns.`,
		Example: `  nosend classify "550 5.1.1 user unknown"
  nosend classify --explain "550 5.1.1 <kei@example.com>: mailbox full"
  nosend classify --code 550 --status 5.7.1
  nosend classify --explain --source cmc --provider-code 2
  nosend classify --count --file replies.txt
  zcat bounces.gz | nosend classify --file - > verdicts.tsv`,
		Args: cobra.ArbitraryArgs,
	}
	s.define(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := s.check(args); err != nil {
			return usage(cmd, err)
		}
		c, err := loadClassifier(s.rules)
		if err != nil {
			return err
		}
		if err := s.checkCodes(c); err != nil {
			return usage(cmd, err)
		}
		if len(args) > 0 || s.single() {
			return p.classifyOne(c, s, strings.Join(args, " "))
		}
		return p.classifyFile(c, s)
	}
	return cmd
}

func (s *classifySettings) define(f *pflag.FlagSet) {
	f.BoolVar(&s.explain, "explain", false, "say why: marked words, codes, what was overruled")
	f.BoolVar(&s.asJSON, "json", false, "read and write JSON lines")
	f.BoolVar(&s.count, "count", false, "write only a table of how many replies there are of each category")
	f.StringVar(&s.file, "file", "", "file with replies, one on each line; - is standard input")
	f.StringVar(&s.rules, "rules", "", "file with classification rules that go before the built-in ones")
	f.IntVar(&s.known.Code, "code", 0, "reply code, where it is known apart from the text: 550")
	f.StringVar(&s.known.Status, "status", "", "enhanced status code, likewise: 5.1.1")
	f.StringVar(&s.known.ProviderCode, "provider-code", "", "the provider's own code, likewise; needs --source")
	f.StringVar(&s.known.Source, "source", "", "provider that reports the replies, for its own codes and rules: cmc")
	f.StringVar(&s.known.Domain, "domain", "", "domain of the recipients, for rules about it: docomo.ne.jp")
}

// single reports whether codes are given, which belong to one reply; it may
// have no text.
func (s *classifySettings) single() bool {
	return s.known.Code != 0 || s.known.Status != "" || s.known.ProviderCode != ""
}

// check refuses what makes no sense together.
func (s *classifySettings) check(args []string) error {
	switch {
	case s.file != "" && len(args) > 0:
		return errors.New("--file is given, and a reply as an argument too")
	case s.file != "" && s.single():
		return errors.New("--code, --status and --provider-code are of one reply, and --file has many")
	case s.count && (len(args) > 0 || s.single()):
		return errors.New("--count is for many replies, here is one")
	case s.count && s.explain:
		return errors.New("--count writes no replies that --explain could explain")
	case s.known.ProviderCode != "" && s.known.Source == "":
		return errors.New("--provider-code needs --source: the provider whose code it is")
	}
	return nil
}

// checkCodes refuses codes that no verdict would look at.
func (s *classifySettings) checkCodes(c *classify.Classifier) error {
	alone := c.Classify(classify.Input{Code: s.known.Code, Status: s.known.Status})
	if alone.Code != s.known.Code {
		return fmt.Errorf("--code is %d, which is no code of a refusal: those are 400 to 579", s.known.Code)
	}
	if alone.Status != s.known.Status {
		return fmt.Errorf("--status is %q, it must be like 5.1.1 or 4.2.2", s.known.Status)
	}
	return nil
}

func (p *program) classifyOne(c *classify.Classifier, s classifySettings, text string) error {
	in := s.known
	in.Text = text
	out := s.output(p)
	return errors.Join(s.form(p, c).answer(out, "", in), out.Close())
}

// output is where answers go. What is for people is made safe word by word, for
// it may have colours.
func (s *classifySettings) output(p *program) io.WriteCloser {
	switch {
	case s.count:
		return nopCloser{io.Discard}
	case s.asJSON:
		return forTerminal(p.out)
	}
	return nopCloser{p.out}
}

// classifyFile classifies each line of a file or of standard input.
func (p *program) classifyFile(c *classify.Classifier, s classifySettings) error {
	in, size, err := p.openInput(s.file)
	if err != nil {
		return fmt.Errorf("classify: %w", err)
	}
	defer in.Close()
	l := replyLines{name: "standard input", known: s.known, form: s.form(p, c), meter: newMeter(p.err, size)}
	if s.file != "" && s.file != "-" {
		l.name = s.file
	} else if onTerminal(p.in) {
		fmt.Fprintln(p.err, "nosend: type replies, one on each line; end with Ctrl-D")
	}
	if !s.count && onTerminal(p.out) {
		l.meter.out = nil // the answers are seen passing by
	}
	l.meter.things = "replies"
	out := s.output(p)
	if err := errors.Join(l.classify(in, out), out.Close()); err != nil {
		return err
	}
	switch {
	case s.count:
		return l.tally.write(p.out, p.paint(p.out))
	case s.file != "":
		return l.tally.write(p.err, p.paint(p.err))
	}
	return nil
}
