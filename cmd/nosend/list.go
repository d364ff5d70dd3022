package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// listing is how nosend list shows what it finds.
type listing struct {
	asJSON bool
	count  bool
	limit  int
}

func (p *program) listCommand() *cobra.Command {
	var l listing
	cmd := &cobra.Command{
		Use:   "list [PART]",
		Short: "List entries: what must not be mailed, or what else a filter selects",
		Long: `List the entries that all given filters select, ordered by domain; without any,
all that must not be mailed. PART is a part of the address. A filter may name
several words with commas between. An entry is selected by what its row shows:
the reason that decides or, where nothing suppresses, the latest bounce.

To write the whole list to a file as it was at one moment: nosend export`,
		Example: `  nosend list --domain example.com
  nosend list --category mailbox_full,user_unknown --since 7d
  nosend list --state all --reason "relay access denied"
  nosend list --origin manual --json | jq -r .address
  nosend list --count --class hard`,
		Args: atMost(1),
	}
	filter := filterFlags(cmd)
	cmd.Flags().BoolVar(&l.asJSON, "json", false, "write JSON, an object on each line")
	cmd.Flags().BoolVar(&l.count, "count", false, "write only how many there are")
	cmd.Flags().IntVar(&l.limit, "limit", 0, "stop after so many (default: list all)")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if l.limit < 0 || l.limit == 0 && cmd.Flags().Changed("limit") {
			return fmt.Errorf("--limit is %d; it must be 1 or more", l.limit)
		}
		f, err := filter()
		if err != nil {
			return err
		}
		if len(args) > 0 && f.Query != "" {
			return usage(cmd, errors.New("a part of the address is given twice, with --query and without"))
		}
		if len(args) > 0 {
			f.Query = args[0]
		}
		c, err := connect()
		if err != nil {
			return err
		}
		return p.list(cmd.Context(), c, f, l)
	}
	return cmd
}

func (p *program) list(ctx context.Context, c *client.Client, f client.Filter, l listing) error {
	switch {
	case l.count:
		n, err := c.Count(ctx, f)
		if err == nil {
			_, err = fmt.Fprintln(p.out, n)
		}
		return err
	case l.asJSON:
		return p.listJSON(ctx, c, f, l.limit)
	}
	return p.listTable(ctx, c, f, l.limit)
}

// listJSON shows each page before it asks for the next, as the table does: the
// first rows stand there at once, whatever the whole takes.
func (p *program) listJSON(ctx context.Context, c *client.Client, f client.Filter, limit int) error {
	for entries, err := range c.Pages(ctx, f, limit) {
		if err != nil {
			return err
		}
		for i := range entries {
			if err := p.writeJSON(&entries[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *program) listTable(ctx context.Context, c *client.Client, f client.Filter, limit int) error {
	colour, out := p.paint(p.out), newGrid(p.out)
	head := []cell{}
	for name := range strings.FieldsSeq("ADDRESS STATE CLASS CATEGORY ORIGIN SINCE UNTIL COUNT REASON") {
		head = append(head, cell{name, colour.bold})
	}
	rows := [][]cell{head}
	for entries, err := range c.Pages(ctx, f, limit) {
		if err != nil {
			return err
		}
		for i := range entries {
			rows = append(rows, listRow(&entries[i], colour))
		}
		if err := out.write(rows); err != nil {
			return err
		}
		rows = nil
	}
	return nil
}

func listRow(e *api.Lookup, colour paint) []cell {
	why := e.Why
	if why == nil {
		why = &api.Why{}
	}
	count := 0
	if e.Count != nil {
		count = *e.Count
	}
	words := why.Reason
	if words == "" {
		words = why.Note
	}
	return []cell{
		{text: escaped(e.Address, "")}, {string(e.State), standingColour(e.State, colour)},
		{text: or(string(why.Class))}, {text: or(string(why.Category))}, {text: or(string(why.Origin))},
		{text: or(dayOf(&why.Since))}, {text: or(dayOf(why.Until))}, {text: strconv.Itoa(count)}, {escaped(words, ""), colour.dim},
	}
}

// standingColour is red for what blocks mail, green for what a person lets
// pass, yellow for what is watched.
func standingColour(s suppress.Standing, colour paint) func(string) string {
	switch {
	case s.Blocks():
		return colour.red
	case s == suppress.Watching:
		return colour.yellow
	}
	return colour.green
}

// or keeps an empty column visible, so that cut and awk find the next one.
func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func dayOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
