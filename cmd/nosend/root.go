package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes.
const (
	exitOK    = 0
	exitNo    = 1 // the answer is no: at least one address must not be mailed (check)
	exitError = 2
)

// errNo ends a command whose answer is no with its own exit code,
// without a message.
var errNo = errors.New("no")

// program is what every subcommand works with.
type program struct {
	getenv   func(string) string
	in       io.Reader
	out, err io.Writer
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) int {
	p := &program{getenv: getenv, in: in, out: out, err: errOut}
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errNo):
		return exitNo
	}
	p.complain(err)
	return exitError
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "nosend",
		Short: "Keep the list of addresses that mail must not be sent to",
		Long: `nosend takes in the bounce webhooks of mail providers, decides which addresses
must not be mailed any more, and answers before each mail.

Settings (the flags of serve, and --url and --token) can also stand in the
environment (--db as NOSEND_DB) or in a file: nosend help settings

Exit codes: 0 all is well (check: may send), 1 check: don't send, 2 error.
What scripts should know of them: nosend help exit-codes`,
		Example: `  nosend serve
  nosend check user@example.com && echo "may send"
  nosend check --only sendable < list.csv > clean.csv
  nosend classify --explain "552 5.2.2 mailbox full"
  nosend completion bash --help`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if needsNoSettings(cmd) {
				return nil
			}
			return p.settle(cmd)
		},
	}
	root.SetVersionTemplate(versionLine())
	root.SetFlagErrorFunc(explainFlag)
	root.PersistentFlags().String("config", "", "YAML file with settings")
	root.AddCommand(p.serveCommand(), p.checkCommand(), p.addCommand(), p.removeCommand(), p.showCommand(), p.listCommand(), p.exportCommand(), p.statusCommand(),
		p.classifyCommand(), p.rulesCommand(), p.reclassifyCommand(), p.deadLettersCommand(), p.backupCommand(), p.restoreCommand(), p.verifyCommand(), p.compactCommand(), p.tokenCommand(), p.completionCommand(), p.versionCommand())
	root.AddCommand(helpTopics()...)
	root.SetHelpCommand(withTopics(helpCommand()))
	completeAll(root)
	return asGroup(root)
}

// interruptible is for commands that have something to tidy up: the first
// signal ends ctx, a second one the process at once.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// onTerminal reports whether a stream is a person's.
func onTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
