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
		Use:   "list",
		Short: "List the dead letters, the oldest first",
		Long: `List the dead letters, the oldest first: id, when it came, who sent it, and what
was wrong with it. With --json each is written as GET /dead-letters answers, with
its body (body_base64, where that isn't UTF-8).`,
		Example: `  nosend dead-letters list
  nosend dead-letters list --limit 20
  nosend dead-letters list --json | jq -r 'select(.source == "cmc").id'`,
		Args: atMost(0),
	}
	var asJSON bool
	var limit int
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, an object on each line")
	cmd.Flags().IntVar(&limit, "limit", 0, "stop after so many (default: list all)")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if limit < 0 || limit == 0 && cmd.Flags().Changed("limit") {
			return usage(cmd, fmt.Errorf("--limit is %d; it must be 1 or more", limit))
		}
		c, err := connect()
		if err != nil {
			return err
		}
		return p.listLetters(cmd.Context(), c, limit, asJSON)
	}
	return cmd
}

func (p *program) listLetters(ctx context.Context, c *client.Client, limit int, asJSON bool) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	write := func(l *api.DeadLetter) error { return p.writeJSON(l) }
	if !asJSON {
		fmt.Fprintln(table, "ID\tRECEIVED\tSOURCE\tPROBLEM")
		write = func(l *api.DeadLetter) error {
			_, err := fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", l.ID, l.Received.Format(time.RFC3339), escaped(l.Source, ""), escaped(l.Problem, ""))
			return err
		}
	}
	dropped, err := eachLetter(ctx, c, limit, write)
	if err != nil {
		return err
	}
	if dropped > 0 {
		fmt.Fprintf(p.err, "nosend: %d others were dropped to make room\n", dropped)
	}
	return table.Flush()
}

// eachLetter hands the letters on, page by page, up to limit (0: all), and
// returns how many are lost.
func eachLetter(ctx context.Context, c *client.Client, limit int, do func(*api.DeadLetter) error) (dropped int64, err error) {
	for after, seen := uint64(0), 0; ; {
		size := letterPage
		if limit > 0 {
			size = min(size, limit-seen)
		}
		page, err := c.DeadLetters(ctx, after, size)
		if err != nil {
			return 0, fmt.Errorf("list dead letters: %w", err)
		}
		for i := range page.DeadLetters {
			if err := do(&page.DeadLetters[i]); err != nil {
				return 0, err
			}
		}
		seen += len(page.DeadLetters)
		if len(page.DeadLetters) == 0 || seen == limit {
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
		c, ids, err := letterCall(connect, args)
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

// letterCall reads the ids, and only then makes a client.
func letterCall(connect func() (*client.Client, error), args []string) (*client.Client, []uint64, error) {
	ids, err := letterIDs(args)
	if err != nil {
		return nil, nil, err
	}
	c, err := connect()
	return c, ids, err
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
