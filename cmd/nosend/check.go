package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
)

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check ADDRESS...",
		Short: "Ask whether mail may be sent",
		Long: `Ask the server whether mail may be sent to addresses, and print one line each.

Exit codes: 0 may send to all, 1 at least one is suppressed, 2 error: the answer
isn't known, so don't send.`,
		Example: `  nosend check user@example.com && echo "may send"
  nosend check --url https://nosend.example.com:8025 user@example.com`,
		Args: needs("an address"),
	}
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		suppressed := false
		for _, a := range addresses {
			answer, err := c.Lookup(cmd.Context(), a)
			if err != nil {
				return fmt.Errorf("check %s: %w", a, err)
			}
			suppressed = suppressed || answer.Suppressed
			if _, err := fmt.Fprintln(p.out, checkLine(&answer)); err != nil {
				return err
			}
		}
		if suppressed {
			return errSuppressed
		}
		return nil
	}
	return cmd
}

// checkLine is one answer in one line; %q keeps what servers and people wrote
// from playing with the terminal.
func checkLine(l *api.Lookup) string {
	line := l.Address + " clear"
	switch {
	case l.Suppressed:
		line = l.Address + " suppressed"
	case l.State != "":
		return line + " " + string(l.State)
	}
	if l.Why == nil {
		return line
	}
	line += fmt.Sprintf(" %s %s", l.Origin, l.Category)
	if l.Until != nil {
		line += " until " + l.Until.Format(time.RFC3339)
	}
	return line + fmt.Sprintf(" %q", l.Reason+l.Note)
}
