package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

func (p *program) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ADDRESS...",
		Short: "Explain an address: what came, what was decided, and what will end it",
		Long: `Show everything that the server knows of an address, for people: whether it may
be mailed, the words of the receiving server and what they mean, who reported
them and when, what ends the suppression and how to end it now, what the policy
has counted, each event with what it did, its message, rule and codes, and what
people decided.

«» are around the words that decided; on a terminal they stand out. Times are UTC.
With --json it writes the answers of GET /suppressed/{address}/events, one on
each line; of an address that isn't known that of GET /suppressed/{address}.

Exit codes: 0 it was shown, also if nothing is known of the address, 2 error. To
ask in a script whether mail may be sent, use: nosend check`,
		Example: `  nosend show user@example.com
  nosend show --json user@example.com | jq '.events[] | select(.decided)'`,
		Args: needs("an address"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, as the server answers")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		for i, a := range addresses {
			if _, err := suppress.ParseAddress(a); err != nil {
				return fmt.Errorf("show %s: %w", a, err)
			}
			e, err := known(cmd.Context(), c, a)
			if err != nil {
				return fmt.Errorf("show %s: %w", a, err)
			}
			if err := p.show(&e, asJSON, i == 0); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

// known is all that is known of an address. Where the server says that nothing
// is, it is asked the question that every sender asks: what answers 404 might
// not be nosend, and must not pass for leave to send.
func known(ctx context.Context, c *client.Client, address string) (api.Events, error) {
	e, err := c.Events(ctx, address)
	answer, ok := errors.AsType[*client.Error](err)
	if !ok || answer.Status != http.StatusNotFound {
		return e, err
	}
	l, err := c.Lookup(ctx, address)
	if err == nil && l.State != "" {
		return c.Events(ctx, address) // something came between the two questions
	}
	return api.Events{Lookup: l}, err
}

func (p *program) show(e *api.Events, asJSON, first bool) error {
	if asJSON {
		if e.State == "" {
			return p.writeJSON(e.Lookup)
		}
		return p.writeJSON(e)
	}
	pg := &page{width: lineWidth(p.out), colour: p.paint(p.out), now: time.Now()}
	if !first {
		pg.gap()
	}
	pg.account(e)
	_, err := io.WriteString(p.out, pg.out.String())
	return err
}
