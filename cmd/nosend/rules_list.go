package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/classify"
)

func (p *program) rulesList() *cobra.Command {
	var rules string
	var wanted ruleFilter
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [WORD]",
		Short: "List the rules in the order in which they are tried",
		Long: `List the rules, your own first: number, id, category (with the class where it
isn't the usual one), codes, where the rule stands, and the words that it looks
for, with a note on what it is about. WORD is a part of the id, the words or the
note. It needs no server.

What the codes mean that no rule looks at is not listed; to ask what one means:
  nosend classify --explain --code 550 --status 5.7.1

The categories:
` + categoryList(),
		Example: `  nosend rules list
  nosend rules list quota
  nosend rules list --category mailbox_full,mailbox_disabled
  nosend rules list --rules own.tsv --json | jq -r 'select(.class == "hard").id'`,
		Args: atMost(1),
	}
	cmd.Flags().StringVar(&rules, "rules", "", "file with classification rules that go before the built-in ones")
	cmd.Flags().StringSliceVar(&wanted.categories, "category", nil, "mailbox_full, user_unknown, ...")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, an object on each line")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := wanted.check(); err != nil {
			return usage(cmd, err)
		}
		wanted.word = strings.ToLower(strings.Join(args, ""))
		c, err := loadClassifier(rules)
		if err != nil {
			return err
		}
		return p.listRules(wanted.of(c.Rules()), asJSON)
	}
	return cmd
}

// categoryList is a line for each category.
func categoryList() string {
	var b strings.Builder
	for _, c := range classify.Categories() {
		fmt.Fprintf(&b, "  %-20s  %-7s  %s\n", c, c.Class(), meaning(c))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ruleFilter says which rules are wanted.
type ruleFilter struct {
	categories []string // one of these; none: any
	word       string   // part of id, words or note, in lower case
}

func (f *ruleFilter) check() error {
	for _, c := range f.categories {
		if !classify.Category(c).Known() {
			return fmt.Errorf("--category is %q, allowed are %s", c, strings.Join(names(classify.Categories()), ", "))
		}
	}
	return nil
}

// numberedRule is a rule and its place in the order of trial, from 1.
type numberedRule struct {
	number int
	classify.Rule
}

func (f *ruleFilter) of(rules []classify.Rule) (out []numberedRule) {
	for i, r := range rules {
		if f.wants(&r) {
			out = append(out, numberedRule{i + 1, r})
		}
	}
	return out
}

func (f *ruleFilter) wants(r *classify.Rule) bool {
	return (len(f.categories) == 0 || slices.Contains(f.categories, string(r.Category))) &&
		strings.Contains(strings.ToLower(r.ID+"\n"+r.Words+"\n"+r.Note), f.word)
}

func (p *program) listRules(rules []numberedRule, asJSON bool) error {
	if len(rules) == 0 {
		fmt.Fprintln(p.err, "nosend: no rule is like that")
		return nil
	}
	if asJSON {
		return p.writeRulesJSON(rules)
	}
	var rows [][]cell
	colour, head := p.paint(p.out), []cell{}
	for name := range strings.FieldsSeq("NUMBER RULE CATEGORY CODES FILE") {
		head = append(head, cell{name, colour.bold})
	}
	rows = append(rows, append(head, cell{"WORDS (NOTE)", colour.bold}))
	for i := range rules {
		rows = append(rows, ruleRow(&rules[i]))
	}
	return newGrid(p.out).write(rows)
}

func ruleRow(r *numberedRule) []cell {
	words := or(strings.TrimSpace(r.Words))
	if r.Note != "" {
		words += " (" + r.Note + ")"
	}
	var row []cell
	for _, text := range []string{strconv.Itoa(r.number), r.ID, categoryOf(&r.Rule), or(r.Codes), fmt.Sprintf("%s:%d", r.File, r.Line), words} {
		row = append(row, cell{text: escaped(text, "")})
	}
	return row
}

// categoryOf is the category as the rule's line says it.
func categoryOf(r *classify.Rule) string {
	if r.Class == r.Category.Class() {
		return string(r.Category)
	}
	return string(r.Category) + "/" + string(r.Class)
}

func (p *program) writeRulesJSON(rules []numberedRule) error {
	for _, r := range rules {
		err := p.writeJSON(struct {
			Number   int               `json:"number"`
			ID       string            `json:"id"`
			Category classify.Category `json:"category"`
			Class    classify.Class    `json:"class"`
			Codes    string            `json:"codes"`
			Words    string            `json:"words"`
			Note     string            `json:"note"`
			File     string            `json:"file"`
			Line     int               `json:"line"`
		}{r.number, r.ID, r.Category, r.Class, r.Codes, r.Words, r.Note, r.File, r.Line})
		if err != nil {
			return err
		}
	}
	return nil
}
