package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api/client"
)

// Exit codes.
const (
	exitOK         = 0
	exitSuppressed = 1 // check: at least one address must not be mailed
	exitError      = 2
)

// errSuppressed ends check with its own exit code, without a message.
var errSuppressed = errors.New("suppressed")

// hinted is an error with advice.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

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
	case errors.Is(err, errSuppressed):
		return exitSuppressed
	}
	p.complain(err)
	return exitError
}

func (p *program) complain(err error) {
	fmt.Fprintf(p.err, "nosend: error: %s\n", err)
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(p.err, "nosend: hint: %s\n", hint)
	}
}

// hintFor is the advice that goes with an error.
func hintFor(err error) string {
	if h, ok := errors.AsType[hinted](err); ok {
		return h.hint
	}
	if answer, ok := errors.AsType[*client.Error](err); ok {
		switch answer.Status {
		case http.StatusUnauthorized, http.StatusForbidden:
			return "set --token, or NOSEND_TOKEN; tokens are made with: nosend token create"
		}
		return ""
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "is the server running? start it with: nosend serve; or name another one with --url, or NOSEND_URL"
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return "another program listens there, perhaps another nosend; choose another address with --listen"
	}
	if errors.Is(err, fs.ErrPermission) {
		return "check who owns the file and its folder"
	}
	return ""
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "nosend",
		Short: "Keep the list of addresses that mail must not be sent to",
		Long: `nosend takes in the bounce webhooks of mail providers, decides which addresses
must not be mailed any more, and answers before each mail.

Every flag can also be set in the environment (--db as NOSEND_DB) or in a YAML
file named with --config (db: nosend.db). The flag goes before the environment,
the environment before the file.

Exit codes: 0 all is well (check: may send), 1 check: don't send, 2 error.`,
		Example: `  nosend serve
  nosend check user@example.com && echo "may send"
  nosend export list.csv`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.settle(cmd) },
	}
	root.PersistentFlags().String("config", "", "YAML file with settings")
	root.AddCommand(p.serveCommand(), p.checkCommand(), p.addCommand(), p.removeCommand(), p.exportCommand(),
		p.classifyCommand(), p.tokenCommand(), p.versionCommand())
	return root
}

// remote adds the flags of a command that talks to a server, and returns its
// client.
func remote(cmd *cobra.Command) func() *client.Client {
	url := cmd.Flags().String("url", "http://127.0.0.1:8025", "the server")
	token := cmd.Flags().String("token", "", "token for the server")
	return func() *client.Client { return &client.Client{URL: *url, Token: *token} }
}
