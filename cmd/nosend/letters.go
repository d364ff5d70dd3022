package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// letterPage is how many dead letters one answer of the server brings: their
// bodies come along.
const letterPage = 100

func (p *program) deadLettersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dead-letters",
		Short: "See what webhooks brought and could not be understood, and replay it",
		Long: `What a webhook brought and nosend could not understand is kept on the server as a
dead letter. After an update that understands it, or a corrected setting, replay
it: it counts as received when it came, so a release since then stays.`,
		Example: `  nosend dead-letters list
  nosend dead-letters show 7
  nosend dead-letters replay --all`,
	}
	cmd.AddCommand(p.lettersList(), p.lettersShow(), p.lettersReplay(), p.lettersDelete())
	return asGroup(cmd)
}

func (p *program) lettersList() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the dead letters, the oldest first",
		Example: `  nosend dead-letters list`,
		Args:    atMost(0),
	}
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tRECEIVED\tSOURCE\tPROBLEM")
		dropped, err := listLetters(cmd.Context(), c, table)
		if err != nil {
			return err
		}
		if dropped > 0 {
			fmt.Fprintf(p.err, "nosend: %d others were dropped to make room\n", dropped)
		}
		return table.Flush()
	}
	return cmd
}

// listLetters writes a row for each letter, page by page, and returns how many
// are lost.
func listLetters(ctx context.Context, c *client.Client, table io.Writer) (dropped int64, err error) {
	for after := uint64(0); ; {
		page, err := c.DeadLetters(ctx, after, letterPage)
		if err != nil {
			return 0, fmt.Errorf("list dead letters: %w", err)
		}
		for _, l := range page.DeadLetters {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", l.ID, l.Received.Format(time.RFC3339), escaped(l.Source, ""), escaped(l.Problem, ""))
		}
		if len(page.DeadLetters) == 0 {
			return page.Dropped, nil
		}
		after = page.Last
	}
}

func (p *program) lettersShow() *cobra.Command {
	var raw bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a dead letter: what came, and what was wrong with it",
		Example: `  nosend dead-letters show 7
  nosend dead-letters show --raw 7 > body.json`,
		Args: cobra.MatchAll(needs("the id of a dead letter"), atMost(1)),
	}
	cmd.Flags().BoolVar(&raw, "raw", false, "write the body alone, byte by byte")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := letterIDs(args)
		if err != nil {
			return err
		}
		c, err := connect()
		if err != nil {
			return err
		}
		l, err := c.DeadLetter(cmd.Context(), ids[0])
		if err != nil {
			return fmt.Errorf("show dead letter %d: %w", ids[0], err)
		}
		if raw {
			_, err := p.out.Write(l.Content())
			return err
		}
		return writeLetter(p.out, &l)
	}
	return cmd
}

func writeLetter(out io.Writer, l *api.DeadLetter) error {
	body := l.Content()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "id\t%d\nreceived\t%s\nsource\t%s\n", l.ID, l.Received.Format(time.RFC3339), escaped(l.Source, ""))
	fmt.Fprintf(table, "problem\t%s\ncontent type\t%s\nbody\t%d bytes\n", escaped(l.Problem, ""), escaped(l.ContentType, ""), len(body))
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", strings.TrimSuffix(escaped(string(body), "\n\t"), "\n"))
	return err
}

// letterIDs reads ids as the list shows them.
func letterIDs(args []string) ([]uint64, error) {
	ids := make([]uint64, len(args))
	for i, arg := range args {
		id, err := strconv.ParseUint(arg, 10, 64)
		if err != nil {
			return nil, hinted{fmt.Errorf("%q is not the id of a dead letter", arg), "nosend dead-letters list shows their ids"}
		}
		ids[i] = id
	}
	return ids, nil
}
