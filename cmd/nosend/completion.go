package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// shells are those that completion writes a script for.
func shells() []string { return []string{"bash", "zsh", "fish"} }

func (p *program) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the script by which your shell completes nosend's commands",
		Long: `Print a script. Once your shell reads it, the Tab key completes commands, flags
and what flags can be set to. SHELL is bash, zsh or fish; put the script where
the shell looks for it, and start a new one:

bash, with the package bash-completion:
  nosend completion bash > ~/.local/share/bash-completion/completions/nosend
  (that folder may have to be made; for all users: /etc/bash_completion.d/nosend)
zsh, with "autoload -U compinit && compinit" in ~/.zshrc:
  nosend completion zsh > "${fpath[1]}/_nosend"
fish:
  nosend completion fish > ~/.config/fish/completions/nosend.fish

To try it first, in this shell only:
  source <(nosend completion bash)
  source <(nosend completion zsh)
  nosend completion fish | source`,
		Example: `  nosend completion bash > ~/.local/share/bash-completion/completions/nosend
  nosend completion zsh > "${fpath[1]}/_nosend"
  nosend completion fish > ~/.config/fish/completions/nosend.fish`,
		ValidArgs: shells(),
		Args:      cobra.MatchAll(needs("the name of a shell: "+strings.Join(shells(), ", ")), atMost(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch args[0] {
			case "bash":
				return cmd.Root().GenBashCompletionV2(p.out, true)
			case "zsh":
				return cmd.Root().GenZshCompletion(p.out)
			case "fish":
				return cmd.Root().GenFishCompletion(p.out, true)
			}
			return usage(cmd, fmt.Errorf("there is no script for the shell %q, only for %s", args[0], strings.Join(shells(), ", ")))
		},
	}
}

// needsNoSettings reports whether a command does its work whatever stands in
// the settings file: Tab and help must not fail because of it.
func needsNoSettings(cmd *cobra.Command) bool {
	return slices.Contains([]string{cobra.ShellCompRequestCmd, "completion", "help"}, cmd.Name())
}

// completeWith has the shell complete a flag with some values; behind a tab
// each may have a description. A flag that takes several completes each. That
// the flag isn't there is a mistake in the program, which a test finds.
func completeWith(cmd *cobra.Command, flag string, values func() []string) {
	complete := func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		front := ""
		if _, several := cmd.Flag(flag).Value.(pflag.SliceValue); several {
			front = typed[:strings.LastIndexByte(typed, ',')+1]
		}
		var out []string
		for _, v := range values() {
			if strings.HasPrefix(front+v, typed) {
				out = append(out, front+v)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}

// completeAll gives all commands what the shell needs to complete them: the
// values of flags by their names, files where a file is wanted (a flag of
// fileFlags, FILE in the usage), and nothing for the rest: no file is an
// address. What a command has set itself stays.
func completeAll(root *cobra.Command) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	for cmd := range commands(root) {
		flags := cmd.LocalFlags()
		flags.VisitAll(func(f *pflag.Flag) {
			if _, done := cmd.GetFlagCompletionFunc(f.Name); done {
				return
			}
			if values := flagValues(cmd, f.Name); values != nil {
				completeWith(cmd, f.Name, values)
			} else if slices.Contains(fileFlags(), f.Name) {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, completeFile)
			}
		})
		if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && strings.Contains(cmd.Use, "FILE") {
			cmd.ValidArgsFunction = completeFile
		}
	}
}

func completeFile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// commands are a command and all below it.
func commands(root *cobra.Command) func(yield func(*cobra.Command) bool) {
	return func(yield func(*cobra.Command) bool) {
		var walk func(*cobra.Command) bool
		walk = func(cmd *cobra.Command) bool {
			if !yield(cmd) {
				return false
			}
			return !slices.ContainsFunc(cmd.Commands(), func(sub *cobra.Command) bool { return !walk(sub) })
		}
		walk(root)
	}
}
