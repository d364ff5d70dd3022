package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
)

// defaultTokens is the token file, in the current folder as the database is.
const defaultTokens = "nosend.tokens"

func (p *program) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make, list and revoke tokens",
		Long: `Tokens stand, hashed, in a file that the server reads; it notices a change
within a second. As soon as the file is there every request needs a token, also
after the last token was revoked.`,
		Example: `  nosend token create --name mailer --role read
  nosend token list
  nosend token revoke mailer`,
	}
	path := cmd.PersistentFlags().String("tokens", defaultTokens, "token file")
	cmd.AddCommand(p.tokenCreate(path), p.tokenList(path), p.tokenRevoke(path))
	return asGroup(cmd)
}

func (p *program) tokenCreate(path *string) *cobra.Command {
	var token api.Token
	var role string
	cmd := &cobra.Command{
		Use:   "create --name NAME --role ROLE [--source SOURCE]",
		Short: "Make a token and print it, this once",
		Long: `Roles: read (look up, export, classify), write (also suppress, allow, release),
webhook (post the webhooks of one source), admin (everything).`,
		Example: `  nosend token create --name mailer --role read
  nosend token create --name cmc --role webhook --source cmc`,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			token.Role = api.Role(role)
			if err := checkToken(token); err != nil {
				return usage(cmd, err)
			}
			return p.createToken(*path, token)
		},
	}
	cmd.Flags().StringVar(&token.Name, "name", "", "name, for the audit trail")
	cmd.Flags().StringVar(&role, "role", "", "read, write, webhook or admin")
	cmd.Flags().StringVar(&token.Source, "source", "", "whose webhooks, for the role webhook")
	return cmd
}

// checkToken names the flag that is wrong.
func checkToken(t api.Token) error {
	switch {
	case t.Name == "":
		return errors.New("--name is missing: a name for the token, such as mailer")
	case !slices.Contains(api.Roles(), t.Role):
		return fmt.Errorf("--role is %q, allowed are read, write, webhook, admin", t.Role)
	case t.Role == api.RoleWebhook && !slices.Contains(providers(), t.Source):
		return fmt.Errorf("--source is %q, a webhook token is for one of: %s", t.Source, strings.Join(providers(), ", "))
	case t.Role != api.RoleWebhook && t.Source != "":
		return errors.New("--source is only for the role webhook")
	}
	return nil
}

// createToken takes a token that nobody has seen back.
func (p *program) createToken(path string, token api.Token) error {
	tokens, err := api.OpenTokens(path)
	if err != nil {
		return err
	}
	secret, err := tokens.Create(token, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(p.err, "nosend: this is the only time the token is shown")
	if _, err := fmt.Fprintln(p.out, secret); err != nil {
		return errors.Join(fmt.Errorf("the token could not be shown, so it was revoked: %w", err), tokens.Revoke(token.Name))
	}
	return nil
}

func (p *program) tokenList(path *string) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the tokens",
		Example: `  nosend token list`,
		Args:    atMost(0),
		RunE: func(*cobra.Command, []string) error {
			tokens, err := api.OpenTokens(*path)
			if err != nil {
				return err
			}
			if !tokens.Required() {
				fmt.Fprintf(p.err, "nosend: there is no token file %s, so nobody needs a token\n", *path)
			}
			table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "NAME\tROLE\tSOURCE\tCREATED")
			for _, t := range tokens.List() {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", escaped(t.Name, ""), t.Role, t.Source, t.Created.Format(time.RFC3339))
			}
			return table.Flush()
		},
	}
}

func (p *program) tokenRevoke(path *string) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke NAME...",
		Short:   "Revoke tokens",
		Example: `  nosend token revoke mailer`,
		Args:    needs("the name of a token"),
		RunE: func(_ *cobra.Command, args []string) error {
			tokens, err := api.OpenTokens(*path)
			if err != nil {
				return err
			}
			for _, name := range args {
				if err := tokens.Revoke(name); err != nil {
					return hinted{err, "nosend token list shows their names"}
				}
				fmt.Fprintf(p.err, "nosend: revoked %s\n", escaped(name, ""))
			}
			return nil
		},
	}
}
