package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [ADDRESS... | FILE]",
		Short: "Ask whether mail may be sent",
		Long: `Ask the server whether mail may be sent to addresses, and print one line each.

A list of addresses is read from FILE (a name without @; others with --file), or
from standard input: one on each line, or CSV with a header. The column of the
addresses is found by its name (email, mail, address, recipient ...) or given
with --column; all else in a row stays as it is. With --only sendable the list
comes back without the rows that must not be mailed, with --only suppressed
those come. Rows without an address
are in neither; they are reported with their line number. Without --only each
row gets its answer: CSV the columns nosend_suppressed (true, false, invalid),
nosend_origin and nosend_category, text the same behind tabs (suppressed, clear,
invalid). With --output a file appears, or is replaced, only when it is whole. A
list may be empty, where one of these flags says that a list is meant.

With --mail transactional, for one address as for a list, an unsubscribe doesn't
count: to ask before a receipt or a new password, not before a newsletter.

Exit codes: 0 may send to all, 1 at least one is suppressed, 2 error: the answer
isn't known, so don't send. A list: 1 also if a row has no address; with --only
always 0 unless there was an error. After an error the output is not whole.`,
		Example: `  nosend check user@example.com && echo "may send"
  nosend check --mail transactional user@example.com && echo "may send a receipt"
  nosend check --only sendable < list.csv > clean.csv
  nosend check list.csv --column "Work mail" --output checked.csv
  nosend check --url https://nosend.example.com:8025 user@example.com`,
		Args: cobra.ArbitraryArgs,
	}
	var list listSettings
	list.define(cmd.Flags())
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		isList, err := list.wanted(cmd, args, p.in)
		if err != nil {
			return err
		}
		c, err := connect()
		if err != nil {
			return err
		}
		if isList {
			ctx, stop := interruptible(cmd.Context()) // so that no temporary file is left
			defer stop()
			err := p.checkList(ctx, c, list)
			if errors.Is(err, errEmptyList) { // more likely an address was left out
				return usage(cmd, fmt.Errorf("%s needs an address", cmd.CommandPath()))
			}
			return err
		}
		return p.checkEach(cmd.Context(), c, args, suppress.Mail(list.mail))
	}
	return cmd
}

// wanted reports whether a list is to be checked, and refuses what makes no
// sense together.
func (s *listSettings) wanted(cmd *cobra.Command, args []string, in io.Reader) (bool, error) {
	if len(args) == 1 && s.file == "" && namesList(args[0]) {
		s.file, args = args[0], nil
	}
	switch {
	case s.only != "" && s.only != api.OnlySendable && s.only != api.OnlySuppressed:
		return false, usage(cmd, fmt.Errorf("--only is %q, it must be sendable or suppressed", s.only))
	case s.mail != "" && s.mail != string(suppress.MailTransactional):
		return false, usage(cmd, fmt.Errorf("--mail is %q, it must be %s, or left out", s.mail, suppress.MailTransactional))
	case len(args) > 0 && s.meant():
		return false, usage(cmd, errors.New("--file, --only, --column and --output are for lists; here addresses are given as arguments too"))
	case len(args) > 0:
		return false, nil
	case s.file == "" && !hasInput(in):
		return false, usage(cmd, fmt.Errorf("%s needs an address", cmd.CommandPath()))
	}
	return true, nil
}

// namesList reports whether an argument is a file's name and no address.
func namesList(arg string) bool {
	if arg == "-" || strings.ContainsRune(arg, '@') {
		return arg == "-"
	}
	info, err := os.Stat(arg)
	return err == nil && !info.IsDir()
}

// hasInput reports whether a pipe or a file stands behind standard input,
// rather than a terminal or /dev/null.
func hasInput(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return in != nil
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice == 0
}

// checkEach looks addresses up one by one. What is no address is found here:
// the server's sentence is for those who write paths.
func (p *program) checkEach(ctx context.Context, c *client.Client, addresses []string, mail suppress.Mail) error {
	suppressed := false
	for _, a := range addresses {
		var answer api.Lookup
		_, err := suppress.ParseListed(a)
		if err == nil {
			answer, err = c.LookupFor(ctx, a, mail)
		}
		if err != nil {
			return fmt.Errorf("check %s: %w", a, err)
		}
		suppressed = suppressed || answer.Suppressed
		if _, err := fmt.Fprintln(p.out, checkLine(&answer)); err != nil {
			return err
		}
	}
	if suppressed {
		return errNo
	}
	return nil
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
