package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check ADDRESS...",
		Short: "Ask whether mail may be sent",
		Long: `Ask the server whether mail may be sent to addresses, and print one line each.

Exit codes: 0 may send to all, 1 at least one is suppressed, 2 error: the answer
isn't known, so don't send.`,
		Example: `  nosend check user@example.com && echo "may send"`,
		Args:    cobra.MinimumNArgs(1),
	}
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		suppressed := false
		for _, a := range addresses {
			answer, err := connect().Lookup(cmd.Context(), a)
			if err != nil {
				return fmt.Errorf("check %s: %w", a, err)
			}
			suppressed = suppressed || answer.Suppressed
			fmt.Fprintln(p.out, checkLine(&answer))
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
	switch {
	case l.Suppressed && l.Until != nil:
		return fmt.Sprintf("%s suppressed %s %s until %s %q", l.Address, l.Origin, l.Category, l.Until.Format(time.RFC3339), l.Reason)
	case l.Suppressed:
		return fmt.Sprintf("%s suppressed %s %s %q", l.Address, l.Origin, l.Category, l.Reason+l.Note)
	case l.State != "":
		return fmt.Sprintf("%s clear %s", l.Address, l.State)
	}
	return l.Address + " clear"
}

func (p *program) addCommand() *cobra.Command {
	var note, until string
	var allow bool
	cmd := &cobra.Command{
		Use:   "add ADDRESS...",
		Short: "Suppress addresses by hand, or allow them for good",
		Example: `  nosend add --note "asked by phone" user@example.com
  nosend add --until 2030-01-31T00:00:00Z user@example.com
  nosend add --allow --note "our own test box" box@example.com`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.Flags().StringVar(&note, "note", "", "why; shown to whoever asks later")
	cmd.Flags().StringVar(&until, "until", "", "when it ends (RFC 3339); never, if left out")
	cmd.Flags().BoolVar(&allow, "allow", false, "never suppress them, whatever bounces")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		d := api.Decision{State: suppress.Suppressed, Note: note}
		if allow {
			d.State = suppress.Allowed
		}
		if until != "" {
			t, err := time.Parse(time.RFC3339, until)
			if err != nil {
				return hinted{fmt.Errorf("--until is %q, which is not a time", until), "write it as 2030-01-31T00:00:00Z"}
			}
			d.Until = &t
		}
		return p.forEach(addresses, func(a string) (api.Lookup, error) { return connect().Decide(cmd.Context(), a, d) })
	}
	return cmd
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
		Args:    cobra.MinimumNArgs(1),
	}
	cmd.Flags().StringVar(&note, "note", "", "why; shown to whoever asks later")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, addresses []string) error {
		return p.forEach(addresses, func(a string) (api.Lookup, error) { return connect().Release(cmd.Context(), a, note) })
	}
	return cmd
}

// forEach changes addresses one by one and prints what each one is then.
func (p *program) forEach(addresses []string, change func(string) (api.Lookup, error)) error {
	for _, a := range addresses {
		answer, err := change(a)
		if err != nil {
			return fmt.Errorf("%s: %w", a, err)
		}
		fmt.Fprintf(p.out, "%s %s\n", answer.Address, answer.State)
	}
	return nil
}

func (p *program) exportCommand() *cobra.Command {
	var states []string
	cmd := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the list as CSV, to a file or standard output",
		Long: `Write all addresses that must not be mailed as CSV, as they were at one moment.
A file appears only when it is whole.`,
		Example: `  nosend export list.csv
  nosend export --state all | wc -l`,
		Args: cobra.MaximumNArgs(1),
	}
	cmd.Flags().StringSliceVar(&states, "state", nil, "watching, suppressed, provisional, released, allowed or all (default suppressed and provisional)")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		write := func(w io.Writer) (int, error) { return connect().ExportCSV(cmd.Context(), w, states...) }
		if len(args) == 0 || args[0] == "-" {
			_, err := write(p.out)
			return err
		}
		rows, err := writeWhole(args[0], write)
		if err == nil {
			fmt.Fprintf(p.err, "nosend: wrote %d addresses to %s\n", rows, args[0])
		}
		return err
	}
	return cmd
}

// writeWhole fills a temporary file beside path and renames it when it is
// whole and synced.
func writeWhole(path string, write func(io.Writer) (int, error)) (rows int, err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".nosend-export-")
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temp.Name()) // gone already if the rename worked
	rows, err = write(temp)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	return rows, nil
}
