package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// helpTopics are pages of help that belong to no one command:
// nosend help exit-codes.
func helpTopics() []*cobra.Command {
	return []*cobra.Command{
		{
			Use:   "exit-codes",
			Short: "What a script learns from the exit code",
			Long: `Exit codes, the same for all commands:

  0  All is well. check: mail may be sent to every address.
  1  The answer is no. check: at least one address is suppressed; of a list
     without --only also: a row has no address. rules test: the accuracy is
     below --at-least. No other command ends with 1.
  2  An error, which standard error explains: a mistake on the command line, a
     server that doesn't answer, a file that can't be read, rules that can't be
     used (rules check), something left that couldn't be understood (dead-letters
     replay). The answer isn't known, so don't send. What stands on standard
     output may be cut short; a file named with --output, or as an argument of
     export or backup, is as it was before, and so is the database after restore
     and compact.

So the one safe way to ask before a mail is to send on 0 and on nothing else:

  nosend check user@example.com && send-the-mail

Data alone goes to standard output, so that it can be piped; messages, tables
that sum up and progress bars go to standard error.`,
		},
		{
			Use:   "settings",
			Short: "Where settings come from: flags, environment, file",
			Long: `Settings are the flags of serve, and --url, --token, --rules and --db of the
other commands. Each can stand in one of three places; the first that has it counts:

  1. the command line:  nosend serve --db /var/lib/nosend/nosend.db
  2. the environment:   NOSEND_DB=/var/lib/nosend/nosend.db
     (NOSEND_, then the flag in capitals with _ for -; empty counts as not set)
  3. a YAML file, named with --config or NOSEND_CONFIG, a setting on each line:

       db: /var/lib/nosend/nosend.db
       listen: 0.0.0.0:8025
       log-format: json

A line that isn't a setting is an error that names the file and the line. Flags
that say what one call is about, such as --until, can't stand in the file.

Secrets are better set in the environment than on the command line, which other
users of the machine can see: NOSEND_TOKEN, NOSEND_CMC_SECRET.

nosend serve --help lists the settings with their defaults.`,
		},
	}
}

// withTopics has help complete commands and topics.
func withTopics(help *cobra.Command) *cobra.Command {
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		found, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		for _, sub := range found.Commands() {
			if !sub.Hidden && strings.HasPrefix(sub.Name(), typed) {
				out = append(out, sub.Name()+"\t"+sub.Short)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	return help
}
