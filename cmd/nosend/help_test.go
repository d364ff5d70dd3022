package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHelpTeaches: every command says in a line what it is for, shows how it is
// used, and explains itself where the line doesn't say it all.
func TestHelpTeaches(t *testing.T) {
	obvious := strings.Fields("dead-letters/list dead-letters/show help token/list token/revoke version")
	for cmd := range commands(newRoot()) {
		path := cmd.CommandPath()
		assert.NotEmpty(t, cmd.Short, path)
		assert.False(t, strings.HasSuffix(cmd.Short, "."), "%s: %s", path, cmd.Short)
		assert.Regexp(t, `^[A-Z]`, cmd.Short, path)
		if cmd.IsAdditionalHelpTopicCommand() {
			assert.NotEmpty(t, cmd.Long, path)
			continue
		}
		assert.Regexp(t, `(?m)^  nosend`, cmd.Example, path)
		name := strings.ReplaceAll(strings.TrimPrefix(path, "nosend "), " ", "/")
		assert.True(t, cmd.Long != "" || slices.Contains(obvious, name), "%s explains nothing", path)
		for line := range strings.SplitSeq(cmd.Long+"\n"+cmd.Example, "\n") {
			if !strings.HasPrefix(line, "  ") { // a list may
				assert.LessOrEqual(t, utf8.RuneCountInString(line), 84, "%s: it doesn't fit on a terminal: %s", path, line)
			}
			assert.Equal(t, strings.TrimRight(line, " "), line, path)
		}
	}
}

// TestExamplesWork: every example is one that nosend would take: the command is
// there, and so are its flags and arguments. An example shows its command.
func TestExamplesWork(t *testing.T) {
	for cmd := range commands(newRoot()) {
		shown := cmd.IsAdditionalHelpTopicCommand()
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if cmd.Example != "" {
				assert.Regexp(t, `^  \S`, line, cmd.CommandPath())
			}
			shown = checkExample(t, cmd, line) || shown
		}
		assert.True(t, shown, "no example of %s shows it", cmd.CommandPath())
		for line := range strings.SplitSeq(cmd.Long, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "nosend ") && strings.HasPrefix(line, "  ") {
				checkExample(t, cmd, line)
			}
		}
	}
}

// TestExitCodesAreListed: the page on exit codes names every command that says
// of itself that it can end with 1.
func TestExitCodesAreListed(t *testing.T) {
	page, _, err := newRoot().Find([]string{"exit-codes"})
	require.NoError(t, err)
	ones := page.Long[strings.Index(page.Long, "\n  1  "):strings.Index(page.Long, "\n  2  ")]
	own := regexp.MustCompile(`Exit codes: 0 [^.]*, 1 `)
	found := 0
	for cmd := range commands(newRoot()) {
		if cmd.HasParent() && own.MatchString(cmd.Long) {
			found++
			assert.Contains(t, ones, strings.TrimPrefix(cmd.CommandPath(), "nosend ")+": ")
		}
	}
	assert.Equal(t, 2, found, "check and rules test")
}

// checkExample reports whether the line uses the command or one below it.
func checkExample(t *testing.T, cmd *cobra.Command, line string) (shown bool) {
	for _, words := range shellCommands(line) {
		if words[0] != "nosend" {
			continue
		}
		found, err := exampleFault(words[1:])
		assert.NoError(t, err, "%s: %s", cmd.CommandPath(), line)
		shown = shown || found == cmd.CommandPath() || strings.HasPrefix(found, cmd.CommandPath()+" ")
	}
	return shown
}

// exampleFault parses a command line as the program does, and returns the path
// of the command that it is for.
func exampleFault(words []string) (path string, err error) {
	found, rest, err := newRoot().Find(words)
	if err != nil {
		return "", err
	}
	found.InitDefaultHelpFlag()
	if err := found.ParseFlags(rest); err != nil {
		return found.CommandPath(), err
	}
	if help, err := found.Flags().GetBool("help"); err == nil && help {
		return found.CommandPath(), nil
	}
	if found.HasSubCommands() && found.Flags().NArg() > 0 {
		return found.CommandPath(), unknownCommand(found, found.Flags().Arg(0))
	}
	return found.CommandPath(), found.ValidateArgs(found.Flags().Args())
}

// shellCommands cuts a line into the commands that a shell would run, without
// what is redirected and without variables in front.
func shellCommands(line string) (out [][]string) {
	var command []string
	var word strings.Builder
	quote, inWord, redirected := rune(0), false, false
	endWord := func() {
		variable := len(command) == 0 && strings.Contains(word.String(), "=")
		if inWord && !redirected && !variable {
			command = append(command, word.String())
		}
		redirected = redirected && !inWord
		inWord = false
		word.Reset()
	}
	endCommand := func() {
		endWord()
		if len(command) > 0 {
			out = append(out, command)
		}
		command, redirected = nil, false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case r == ' ':
			endWord()
		case r == '<' || r == '>':
			endWord()
			redirected = true
		case strings.ContainsRune("|&;()", r):
			endCommand()
		default:
			inWord = true
			word.WriteRune(r)
		}
	}
	endCommand()
	return out
}

func TestShellCommands(t *testing.T) {
	for line, want := range map[string][][]string{
		`  nosend add --note "asked by phone" a@x.jp`:     {{"nosend", "add", "--note", "asked by phone", "a@x.jp"}},
		`nosend check a@x.jp && echo "may send"`:          {{"nosend", "check", "a@x.jp"}, {"echo", "may send"}},
		`nosend check --only sendable < in.csv > out`:     {{"nosend", "check", "--only", "sendable"}},
		`NOSEND_DB='a b' nosend serve; nosend version`:    {{"nosend", "serve"}, {"nosend", "version"}},
		`zcat x.gz | nosend classify --file - >/dev/null`: {{"zcat", "x.gz"}, {"nosend", "classify", "--file", "-"}},
		`source <(nosend completion zsh)`:                 {{"source"}, {"nosend", "completion", "zsh"}},
		`nosend add --note "" a`:                          {{"nosend", "add", "--note", "", "a"}},
	} {
		assert.Equal(t, want, shellCommands(line), line)
	}
}

// TestExampleFaults: what can be wrong with an example is seen.
func TestExampleFaults(t *testing.T) {
	for line, want := range map[string]string{
		"check a@x.jp":               "",
		"help exit-codes":            "",
		"completion bash --help":     "",
		"chek a@x.jp":                "there is no command",
		"token crate":                "there is no command",
		"check --onyl sendable":      "unknown flag: --onyl",
		"add --note x":               "needs an address",
		"export a b":                 "has no use for",
		"serve --max-body ten":       "invalid argument",
		"dead-letters show":          "needs the id",
		"dead-letters replay --allx": "unknown flag",
	} {
		_, err := exampleFault(strings.Fields(line))
		if want == "" {
			assert.NoError(t, err, line)
			continue
		}
		require.Error(t, err, line)
		assert.Contains(t, err.Error(), want, line)
	}
}
