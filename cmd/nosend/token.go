package main

import (
	"fmt"
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
within a second. As soon as the file is there every request needs a token.`,
	}
	path := cmd.PersistentFlags().String("tokens", defaultTokens, "token file")
	cmd.AddCommand(p.tokenCreate(path), p.tokenList(path), p.tokenRevoke(path))
	return cmd
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
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tokens, err := api.OpenTokens(*path)
			if err != nil {
				return err
			}
			token.Role = api.Role(role)
			secret, err := tokens.Create(token, time.Now())
			if err != nil {
				return err
			}
			fmt.Fprintln(p.err, "nosend: this is the only time the token is shown")
			fmt.Fprintln(p.out, secret)
			return nil
		},
	}
	cmd.Flags().StringVar(&token.Name, "name", "", "name, for the audit trail")
	cmd.Flags().StringVar(&role, "role", "", "read, write, webhook or admin")
	cmd.Flags().StringVar(&token.Source, "source", "", "whose webhooks, for the role webhook")
	return cmd
}

func (p *program) tokenList(path *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the tokens",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tokens, err := api.OpenTokens(*path)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "NAME\tROLE\tSOURCE\tCREATED")
			for _, t := range tokens.List() {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", printable(t.Name), t.Role, t.Source, t.Created.Format(time.RFC3339))
			}
			return table.Flush()
		},
	}
}

func (p *program) tokenRevoke(path *string) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke NAME",
		Short:   "Revoke a token",
		Example: `  nosend token revoke mailer`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			tokens, err := api.OpenTokens(*path)
			if err != nil {
				return err
			}
			return tokens.Revoke(args[0])
		},
	}
}
