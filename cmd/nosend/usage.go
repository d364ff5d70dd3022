package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usage is a mistake on the command line.
func usage(cmd *cobra.Command, err error) error {
	return hinted{err, cmd.CommandPath() + " --help shows how it is used"}
}

// explainFlag puts a mistake in a flag into plain words.
func explainFlag(cmd *cobra.Command, err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := invalid.GetFlag()
		return usage(cmd, fmt.Errorf("--%s is %q, %w", f.Name, invalid.GetValue(), explainValue(f, invalid.Unwrap())))
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedShortnames() != "" {
		return hinted{fmt.Errorf("there is no flag -%s", unknown.GetSpecifiedShortnames()),
			"in front of an address that begins with a hyphen write --"}
	} else if ok {
		return usage(cmd, fmt.Errorf("there is no flag --%s", unknown.GetSpecifiedName()))
	}
	return usage(cmd, err)
}

// explainValue says what a flag's value must be.
func explainValue(f *pflag.Flag, err error) error {
	switch {
	case errors.Is(err, strconv.ErrRange):
		return errors.New("which is too large")
	case f.Value.Type() == "int64", f.Value.Type() == "int":
		return errors.New("it must be a whole number")
	case f.Value.Type() == "bool":
		return errors.New("it must be true or false")
	}
	return err
}

// asGroup makes a command that only has subcommands show its help, and refuse
// a subcommand that isn't there.
func asGroup(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.DisableFlagsInUseLine = true
	cmd.SuggestionsMinimumDistance = 2
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownCommand(cmd, args[0])
	}
	return cmd
}

func unknownCommand(group *cobra.Command, name string) error {
	hint := group.CommandPath() + " --help lists the commands"
	if near := group.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %s %s? %s", group.CommandPath(), near[0], hint)
	}
	return hinted{fmt.Errorf("there is no command %q", group.CommandPath()+" "+name), hint}
}

// helpCommand differs from cobra's in that it refuses a command that isn't
// there.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Show how a command is used",
		Example: `  nosend help token create`,
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(found, rest[0])
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

// needs refuses a command line without, say, an address.
func needs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		return usage(cmd, fmt.Errorf("%s needs %s", cmd.CommandPath(), what))
	}
}

// atMost refuses a command line with more arguments than a command has.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return usage(cmd, fmt.Errorf("%s has no use for %q", cmd.CommandPath(), args[n]))
	}
}
