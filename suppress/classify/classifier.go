package classify

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
)

//go:embed rules/*.tsv
var ruleFiles embed.FS

// maxText is how much of a text is read, in bytes. Replies are far shorter; it
// bounds what a hostile one can cost.
const maxText = 16 << 10

// Classifier judges bounces by a fixed set of rules. It never changes after
// New and is safe for concurrent use.
type Classifier struct {
	engine   engine
	wrappers wrappers
	commands []command
	tables   tables
	scratch  sync.Pool // of *scratch
}

// scratch is the memory that one Classify call works in.
type scratch struct {
	scanner  scanner
	findings findings
}

// New returns a Classifier with the built-in rules.
func New() (*Classifier, error) {
	return build(nil)
}

// NewWithRules returns a Classifier with the rules read from r in front of the
// built-in ones. The file has the form described in the package comment; name
// is what errors call it. A line that can't be understood is an error of the
// form "name:LINE: what is wrong; what is allowed".
func NewWithRules(name string, r io.Reader) (*Classifier, error) {
	rules, err := readRules(name, r)
	if err != nil {
		return nil, err
	}
	return build(rules)
}

func build(front []Rule) (*Classifier, error) {
	dir, err := fs.Sub(ruleFiles, "rules")
	if err != nil {
		return nil, err
	}
	builtin, err := readBuiltin(dir)
	if err != nil {
		return nil, err
	}
	if err := checkFront(front, builtin); err != nil {
		return nil, err
	}
	lex, err := readLexicon(dir)
	if err != nil {
		return nil, err
	}
	c := &Classifier{engine: newEngine(lex)}
	for _, r := range slices.Concat(front, builtin) {
		if err := c.engine.addRule(r); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", r.File, r.Line, err)
		}
	}
	if c.wrappers, err = readWrappers(dir, lex); err != nil {
		return nil, err
	}
	if c.commands, err = readCommands(dir, &c.engine); err != nil {
		return nil, err
	}
	if c.tables, err = readTables(dir); err != nil {
		return nil, err
	}
	c.engine.build()
	c.wrappers.engine.build()
	c.scratch.New = func() any { return &scratch{scanner: scanner{vocab: lex.vocab}} }
	return c, nil
}

// checkFront refuses a user's rule that has the id of a built-in one: a verdict
// could not tell which of them decided.
func checkFront(front, builtin []Rule) error {
	for _, r := range front {
		for _, b := range builtin {
			if r.ID == b.ID {
				return fmt.Errorf("%s:%d: rule id %q is taken by a built-in rule", r.File, r.Line, r.ID)
			}
		}
	}
	return nil
}

// readBuiltin reads the rules files, which are those with a number in front of
// their name, in that order.
func readBuiltin(dir fs.FS) ([]Rule, error) {
	names, err := fs.Glob(dir, "[0-9]*.tsv")
	if err != nil {
		return nil, err
	}
	var all []Rule
	for _, name := range names {
		file, err := dir.Open(name)
		if err != nil {
			return nil, err
		}
		rules, err := readRules(name, file)
		file.Close()
		if err != nil {
			return nil, err
		}
		all = append(all, rules...)
	}
	return all, nil
}

// Rules returns all rules in the order in which they are tried. The slice is
// the caller's.
func (c *Classifier) Rules() []Rule {
	rules := make([]Rule, len(c.engine.rules))
	for i := range rules {
		rules[i] = c.engine.rules[i].Rule
	}
	return rules
}
