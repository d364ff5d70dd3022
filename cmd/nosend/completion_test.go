package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// newRoot is the program's commands as a run has them.
func newRoot() *cobra.Command {
	p := &program{getenv: func(string) string { return "" }, in: strings.NewReader(""), out: new(bytes.Buffer), err: new(bytes.Buffer)}
	root := p.rootCommand()
	root.InitDefaultHelpCmd()
	return root
}

// TestFlagsComplete: every value and every file that completion knows belongs
// to a flag, and no flag says that it is a file without being completed.
func TestFlagsComplete(t *testing.T) {
	seen := map[string]bool{}
	for cmd := range commands(newRoot()) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			_, done := cmd.GetFlagCompletionFunc(f.Name)
			seen[f.Name] = seen[f.Name] || done
			if strings.HasPrefix(f.Usage, "file ") || strings.Contains(f.Usage, " file ") && f.Value.Type() == "string" {
				assert.True(t, done, "%s --%s: %s", cmd.CommandPath(), f.Name, f.Usage)
			}
		})
	}
	for _, name := range append(fileFlags(), strings.Fields("category class format log-format log-level mail only origin role source state")...) {
		assert.True(t, seen[name], "no command completes --%s", name)
	}
}

// completions asks as a shell does.
func completions(t *testing.T, line ...string) (values []string, directive string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), append([]string{cobra.ShellCompNoDescRequestCmd}, line...), func(string) string { return "" },
		strings.NewReader(""), &out, new(bytes.Buffer))
	assert.Zero(t, code)
	values = strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	return values[:len(values)-1], values[len(values)-1]
}

func TestCompletions(t *testing.T) {
	const noFile, file = ":4", ":0"
	for line, want := range map[string]struct {
		values    string
		directive string
	}{
		"check|--only|":                 {"sendable suppressed", noFile},
		"check|--only=se":               {"sendable", noFile},
		"check|--file|":                 {"", file},
		"check|--output|x":              {"", file},
		"check|--column|":               {"", noFile},
		"check|":                        {"", file},
		"check|--config|":               {"", file},
		"serve|--db|":                   {"", file},
		"serve|--listen|":               {"", noFile},
		"serve|--log-format|":           {"auto text json", noFile},
		"serve|--tls-key|":              {"", file},
		"token|create|--role|w":         {"write webhook", noFile},
		"token|create|--source|":        {strings.Join(providers(), " "), noFile},
		"export|":                       {"", file},
		"export|--state|suppressed,rel": {"suppressed,released", noFile},
		"list|--class|":                 {"hard soft unknown none", noFile},
		"list|--origin|m":               {"manual", noFile},
		"list|--category|mailbox_f":     {"mailbox_full", noFile},
		"completion|":                   {"bash zsh fish", noFile},
		"completion|bash|":              {"", noFile},
		"help|tok":                      {"token", noFile},
		"help|token|":                   {"create list revoke", noFile},
		"help|sett":                     {"settings", noFile},
		"help|check|":                   {"", noFile},
		"help|nothing|":                 {"", noFile},
		"add|--note|":                   {"", noFile},
		"classify|":                     {"", noFile},
	} {
		values, directive := completions(t, strings.Split(line, "|")...)
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		assert.Equal(t, strings.Fields(want.values), append([]string{}, values...), line)
		assert.Equal(t, want.directive, directive, line)
	}
}

// TestCompletionNeedsNoSettings: a broken settings file doesn't break the Tab
// key, nor help.
func TestCompletionNeedsNoSettings(t *testing.T) {
	broken := func(name string) string { return map[string]string{"NOSEND_CONFIG": "/missing/file"}[name] }
	for _, line := range []string{"__complete check --on", "completion bash", "help settings", "help check"} {
		var out, messages bytes.Buffer
		code := run(t.Context(), strings.Fields(line), broken, strings.NewReader(""), &out, &messages)
		assert.Zero(t, code, "%s: %s", line, &messages)
		assert.NotEmpty(t, out.String(), line)
	}
}
