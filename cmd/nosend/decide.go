package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

func (p *program) addCommand() *cobra.Command {
	var note, until string
	var allow bool
	cmd := &cobra.Command{
		Use:   "add ADDRESS...",
		Short: "Suppress addresses by hand, or allow them for good",
		Long: `Suppress addresses by hand, whatever was reported of them, or with --allow never
suppress them, whatever bounces. A person's word outranks all events.`,
		Example: `  nosend add --note "asked by phone" user@example.com
  nosend add --until 30d --note "on leave" user@example.com
  nosend add --allow --note "our own test box" box@example.com`,
		Args: needs("an address"),
	}
	cmd.Flags().StringVar(&note, "note", "", "why; shown to whoever asks later")
	cmd.Flags().StringVar(&until, "until", "", "when it ends: 2030-01-31 (UTC), 2030-01-31T09:00:00Z, or 36h or 7d from now; never, if left out")
	cmd.Flags().BoolVar(&allow, "allow", false, "never suppress them, whatever bounces")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		d, err := decision(allow, until, note, time.Now())
		if err != nil {
			return err
		}
		return p.forEach(connect, addresses, suppress.ParseListed, func(c *client.Client, a string) (api.Lookup, error) {
			return c.Decide(cmd.Context(), a, d)
		})
	}
	return cmd
}

func decision(allow bool, until, note string, now time.Time) (api.Decision, error) {
	d := api.Decision{State: suppress.Suppressed, Note: note}
	if allow {
		d.State = suppress.Allowed
	}
	if until == "" {
		return d, nil
	}
	t, ok := end(until, now)
	if !ok {
		return d, hinted{fmt.Errorf("--until is %q, which is not a time", until),
			"write a day as 2030-01-31, a time as 2030-01-31T09:00:00Z, or how long it lasts as 36h or 7d"}
	}
	d.Until = &t
	return d, nil
}

// end reads when something ends: a time of RFC 3339, the beginning of a day
// (UTC), or how long it lasts from now.
func end(v string, now time.Time) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, v); err == nil {
			return t, true
		}
	}
	lasts, ok := length(v)
	return now.Add(lasts), ok
}

func (p *program) removeCommand() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "remove ADDRESS...",
		Short: "Release addresses, so that mail may be sent again",
		Long: `Release addresses: every reason ends, and the evidence up to now is disregarded.
A later bounce of another message counts again. To keep an address off the list
whatever bounces, use: nosend add --allow`,
		Example: `  nosend remove --note "customer confirmed the address" user@example.com`,
		Args:    needs("an address"),
	}
	cmd.Flags().StringVar(&note, "note", "", "why; shown to whoever asks later")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		return p.forEach(connect, addresses, suppress.ParseAddress, func(c *client.Client, a string) (api.Lookup, error) {
			return c.Release(cmd.Context(), a, note)
		})
	}
	return cmd
}

// forEach changes addresses one by one and prints what each one is then. It
// stops at the first that can't be changed; what is printed has been done. What
// is no address is found here: the server's sentence is for those who write
// paths.
func (p *program) forEach(connect func() (*client.Client, error), addresses []string, parse func(string) (suppress.Address, error), change func(*client.Client, string) (api.Lookup, error)) error {
	c, err := connect()
	if err != nil {
		return err
	}
	for _, a := range addresses {
		address, err := parse(a)
		if err != nil {
			return fmt.Errorf("%s: %w", a, err)
		}
		answer, err := change(c, a)
		if err != nil && strings.HasPrefix(err.Error(), address.String()+" ") {
			return err // the server's sentence begins with it
		}
		if err != nil {
			return fmt.Errorf("%s: %w", a, err)
		}
		if _, err := fmt.Fprintf(p.out, "%s %s\n", answer.Address, answer.State); err != nil {
			return err
		}
	}
	return nil
}
