package main

import (
	"github.com/spf13/cobra"
)

func (p *program) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the classification rules, and check and measure your own",
		Long: `Rules say what a server's reply means. The first one that holds decides; your own
stand in a file that is named with --rules, or NOSEND_RULES, and are tried before
the built-in ones. To write some: make a file, check it, measure it on replies of
your own, and send the server SIGHUP, which reads it anew.

A rule is a line with five columns, with tabs between them. The first line names
the columns; lines that begin with # are comments:

  id        a name of your own: a-z, 0-9 and -; lines with the same one, each
            below the other, are one rule
  category  what such replies mean (nosend rules list --help has the categories);
            policy/hard also says the class, where it isn't the usual one
  codes     tests of the codes, with spaces between; may be empty
  words     what must be found in the reply; may be empty
  note      what the rule is about

Codes, of which one must hold, and none of those with ! in front:

  550  550-559  5xx  4xx         the reply code
  5.1.1  5.1.x  x.1.1            the enhanced status code
  !5.7.1                         anything else
  domain=example.org             the recipient's domain, or one above it
  source=cmc  command=DATA       who reported it; which command was answered

Words, in lower case and without accents:

  user unknown                   one after the other
  user|mailbox unknown           either word
  user is? unknown               a word that may be missing
  user .. unknown                up to six words between
  @ unknown                      @ an address, % an IP number, ~ a host name, # a number
  user & unknown                 both, anywhere
  user & !sender                 the first, and the second nowhere
  user unknown ; no user         either of the two

Many built-in rules use sets of words, such as $who unknown. Yours may too: a
set that isn't there is an error that names all that are.`,
		Example: `  printf 'id\tcategory\tcodes\twords\tnote\n' > own.tsv
  printf 'lunch\tserver_error\t\tback after lunch\tour partner gateway\n' >> own.tsv
  nosend rules check own.tsv
  nosend classify --explain --rules own.tsv "550 back after lunch"
  nosend rules test --rules own.tsv labelled.jsonl
  nosend rules list full`,
	}
	cmd.AddCommand(p.rulesList(), p.rulesCheck(), p.rulesTest())
	return asGroup(cmd)
}
