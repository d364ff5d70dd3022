package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

func (p *program) lettersReplay() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "replay ID... | --all",
		Short: "Read dead letters again, with what is understood now",
		Long: `Read dead letters again. What is understood now is recorded, as received when the
letter came; the rest stays a dead letter. A replay may be repeated.

Exit codes: 0 everything was understood, 2 something is left, or an error.`,
		Example: `  nosend dead-letters replay 7
  nosend dead-letters replay --all`,
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case all && len(args) > 0:
			return usage(cmd, errors.New("--all replays all dead letters, leave out the ids"))
		case !all:
			return needs("the id of a dead letter, or --all")(cmd, args)
		}
		return nil
	}
	cmd.Flags().BoolVar(&all, "all", false, "all dead letters that there are, the oldest first")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, ids, err := letterCall(connect, args)
		if err != nil {
			return err
		}
		if all {
			return p.replayAll(cmd.Context(), c)
		}
		return p.replay(cmd.Context(), c, ids)
	}
	return cmd
}

// replayAll leaves it to the server, in one request, unless somebody watches.
func (p *program) replayAll(ctx context.Context, c *client.Client) error {
	replay := c.ReplayLetters
	if m := newMeter(p.err, 0); m.out != nil {
		replay = func(ctx context.Context) (api.WebhookReport, error) { return replayWatched(ctx, c, m) }
	}
	report, err := replay(ctx)
	if err != nil {
		return fmt.Errorf("replay dead letters: %w", err)
	}
	return errors.Join(p.replayed("all", &report), lettersLeft(len(report.Problems) > 0))
}

// replayWatched replays letter by letter, as the server does: as many as there
// were at the beginning, the oldest first. What is left of one stays behind.
func replayWatched(ctx context.Context, c *client.Client, m *meter) (sum api.WebhookReport, err error) {
	m.things = "letters"
	defer m.clear()
	for after := uint64(0); m.read == 0 || m.read < m.size; m.read++ {
		page, err := c.DeadLetters(ctx, after, 1)
		if err != nil {
			return sum, err
		}
		if len(page.DeadLetters) == 0 {
			break
		}
		if m.size == 0 {
			m.size = page.Count
		}
		m.show(int(m.read))
		after = page.Last
		report, err := c.ReplayLetter(ctx, after)
		if refused, ok := errors.AsType[*client.Error](err); ok && refused.Status == http.StatusNotFound {
			continue // somebody was faster
		}
		if err != nil {
			return sum, fmt.Errorf("replay dead letter %d: %w", after, err)
		}
		sum.Add(&report)
	}
	return sum, nil
}

// replay goes on after a letter that is still not understood, but stops at the
// first that can't be replayed.
func (p *program) replay(ctx context.Context, c *client.Client, ids []uint64) error {
	left := false
	for _, id := range ids {
		report, err := c.ReplayLetter(ctx, id)
		if err != nil {
			return fmt.Errorf("replay dead letter %d: %w", id, err)
		}
		left = left || len(report.Problems) > 0
		if err := p.replayed(fmt.Sprint(id), &report); err != nil {
			return err
		}
	}
	return lettersLeft(left)
}

// replayed prints what became of a letter's events.
func (p *program) replayed(which string, r *api.WebhookReport) error {
	for _, problem := range r.Problems {
		fmt.Fprintf(p.err, "nosend: still not understood: %s\n", escaped(problem, ""))
	}
	_, err := fmt.Fprintf(p.out, "%s recorded %d duplicates %d ignored %d rejected %d\n", which, r.Recorded, r.Duplicates, r.Ignored, r.Rejected)
	return err
}

func lettersLeft(left bool) error {
	if !left {
		return nil
	}
	return hinted{errors.New("not everything was understood"), "nosend dead-letters list shows what is left"}
}

func (p *program) lettersDelete() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "delete ID...",
		Short:   "Delete dead letters unread",
		Long:    `Delete dead letters unread. What they hold is lost: no replay brings it back.`,
		Example: `  nosend dead-letters delete 7`,
		Args:    needs("the id of a dead letter"),
	}
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, ids, err := letterCall(connect, args)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := c.DeleteLetter(cmd.Context(), id); err != nil {
				return fmt.Errorf("delete dead letter %d: %w", id, err)
			}
			if _, err := fmt.Fprintf(p.out, "%d deleted\n", id); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}
