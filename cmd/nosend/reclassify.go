package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

func (p *program) reclassifyCommand() *cobra.Command {
	var dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "reclassify",
		Short: "Judge the kept bounces again by the server's rules of today",
		Long: `Judge all bounces that the server keeps word for word again, by the rules that
are in force there now, and so decide about their addresses again. With --dry-run
nothing changes. Each address of which a class, a category or the state changes
is printed, and at the end a table of what changes into what.

The server goes on working: it changes some addresses at a time, and the feed of
changes says who had it done. If it is interrupted, what was done stays done;
run it again for the rest. Bounces of which not all words are kept (the first 512
bytes are) keep their verdict, as do those of which only the number is kept.`,
		Example: `  nosend reclassify --dry-run
  nosend reclassify --dry-run --json | jq -r .address
  nosend reclassify`,
		Args: atMost(0),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would change")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, an object for each address, and no table")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		return p.reclassify(cmd.Context(), c, dryRun, asJSON)
	}
	return cmd
}

// reclassify goes through the whole list, part by part.
func (p *program) reclassify(ctx context.Context, c *client.Client, dryRun, asJSON bool) error {
	sum, m := reclassified{moves: map[move]int{}}, newMeter(p.err, 0)
	if m.out != nil { // only the bar needs to know how many there are
		s, err := c.Status(ctx)
		if err != nil {
			return err
		}
		for _, t := range s.Entries {
			m.size += t.Count
		}
	}
	for in := (api.ReclassifyRequest{DryRun: dryRun}); ; {
		part, err := c.Reclassify(ctx, in)
		m.clear()
		if err != nil {
			return interrupted(err, sum.examined, dryRun)
		}
		if err := sum.add(p, &part, asJSON); err != nil {
			return err
		}
		m.read += int64(part.Examined)
		m.show(sum.examined)
		if part.Next == nil {
			break
		}
		in.Cursor = *part.Next
	}
	m.clear()
	if !asJSON {
		if err := sum.table(p.out, p.paint(p.out)); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.err, "nosend: %s\n", sum.words(dryRun))
	return nil
}

// interrupted says what is known to be done.
func interrupted(err error, examined int, dryRun bool) error {
	err = fmt.Errorf("reclassify, after %d addresses: %w", examined, err)
	if dryRun {
		return err
	}
	return hinted{err, "some of the next addresses may have been changed too; run it again for the rest"}
}

// move is what one address was, and what it is now.
type move struct{ before, after api.Brief }

// reclassified sums up the parts.
type reclassified struct {
	examined, changed, adjusted, cut int
	moves                            map[move]int
}

func (r *reclassified) add(p *program, part *api.Reclassified, asJSON bool) error {
	r.examined += part.Examined
	r.changed += len(part.Changed)
	r.adjusted += part.Adjusted
	r.cut += part.Cut
	for i := range part.Changed {
		c := &part.Changed[i]
		m := move{c.Before, c.After}
		m.before.Rule, m.after.Rule = "", ""
		r.moves[m]++
		var err error
		if asJSON {
			err = p.writeJSON(c)
		} else {
			_, err = fmt.Fprintf(p.out, "%s: %s, now %s\n", escaped(c.Address, ""), briefly(&c.Before), briefly(&c.After))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func briefly(b *api.Brief) string {
	return escaped(fmt.Sprintf("%s (%s %s, %s)", b.State, b.Class, b.Category, cmp.Or(b.Rule, "no rule")), "")
}

// table lists what changes into what, the most first.
func (r *reclassified) table(out io.Writer, colour paint) error {
	if len(r.moves) == 0 {
		return nil
	}
	head := []cell{}
	for _, name := range []string{"ADDRESSES", "STATE", "CLASS", "CATEGORY", "", "STATE", "CLASS", "CATEGORY"} {
		head = append(head, cell{name, colour.bold})
	}
	rows := [][]cell{{{text: ""}}, head}
	order := func(a, b move) int {
		return cmp.Or(cmp.Compare(r.moves[b], r.moves[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	}
	for _, m := range slices.SortedFunc(maps.Keys(r.moves), order) {
		rows = append(rows, []cell{
			{text: thousands(int64(r.moves[m]))},
			{string(m.before.State), standingColour(m.before.State, colour)}, {text: string(m.before.Class)}, {text: string(m.before.Category)}, {text: "->"},
			{string(m.after.State), standingColour(m.after.State, colour)}, {text: string(m.after.Class)}, {text: string(m.after.Category)},
		})
	}
	return newGrid(out).write(rows)
}

func (r *reclassified) words(dryRun bool) string {
	done := "changed"
	if dryRun {
		done = "would change"
	}
	words := fmt.Sprintf("%s of %s addresses %s", thousands(int64(r.changed)), thousands(int64(r.examined)), done)
	if r.adjusted > 0 {
		words += fmt.Sprintf("; %s stay what they are, by another rule or until another time", thousands(int64(r.adjusted)))
	}
	if r.cut > 0 {
		words += fmt.Sprintf("; %s bounces keep their verdict, for not all their words are kept", thousands(int64(r.cut)))
	}
	return words
}
