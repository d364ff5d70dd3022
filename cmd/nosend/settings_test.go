package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPrecedence tries every setting of serve in every combination of places.
func TestPrecedence(t *testing.T) {
	var s serveSettings
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.define(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		for places := range 8 {
			t.Run(fmt.Sprintf("%s/%03b", f.Name, places), func(t *testing.T) { checkPrecedence(t, f, places) })
		}
	})
}

// checkPrecedence sets a flag in the places whose bit is set: 1 is the file, 2
// the environment, 4 the command line.
func checkPrecedence(t *testing.T, f *pflag.Flag, places int) {
	values := map[int]string{0: f.DefValue, 1: "111", 2: "222", 4: "444"}
	want := values[0]
	env, args := map[string]string{}, []string{"serve"}
	if places&1 != 0 {
		want = values[1]
		file := filepath.Join(t.TempDir(), "nosend.yaml")
		require.NoError(t, os.WriteFile(file, []byte(f.Name+": "+want), 0o600))
		env["NOSEND_CONFIG"] = file
	}
	if places&2 != 0 {
		want = values[2]
		env["NOSEND_"+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))] = want
	}
	if places&4 != 0 {
		want = values[4]
		args = append(args, "--"+f.Name, want)
	}
	p := &program{getenv: func(name string) string { return env[name] }, in: strings.NewReader(""), out: io.Discard, err: io.Discard}
	root := p.rootCommand()
	got := ""
	serve, _, err := root.Find([]string{"serve"})
	require.NoError(t, err)
	serve.RunE = func(cmd *cobra.Command, _ []string) error {
		got = cmd.Flags().Lookup(f.Name).Value.String()
		return nil
	}
	root.SetArgs(args)
	require.NoError(t, root.Execute())
	assert.Equal(t, want, got)
}

// TestReadSettings: what is no fault.
func TestReadSettings(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []setting
	}{
		"empty":         {"", nil},
		"comment":       {"# nothing\n", nil},
		"null":          {"---\n", nil},
		"number, bool":  {"a: 010\nb: yes\n", []setting{{"a", "010", "f:1"}, {"b", "yes", "f:2"}}},
		"quoted":        {"a: \"x\\ty\"\nb: ''\n", []setting{{"a", "x\ty", "f:1"}, {"b", "", "f:2"}}},
		"after a blank": {"\n\na: x\n", []setting{{"a", "x", "f:3"}}},
		"one line":      {"{b: x, a: y}", []setting{{"b", "x", "f:1"}, {"a", "y", "f:1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readSettings("f", strings.NewReader(test.text))
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

// FuzzReadSettings: whatever the file holds, the answer is settings with their
// lines, or one line that says what is wrong.
func FuzzReadSettings(f *testing.F) {
	for _, text := range []string{"", "db: nosend.db\nlisten: 127.0.0.1:8025\n", "a: [1]", "a: &x 1\nb: *x", "---\n---\n",
		"? a\n: b", "\xff", "a: |\n  b\n", "!!map {a: b}", "a: {<<: *a}", "%YAML 1.1\n---\na: b", "- a", "a: !!null x"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := readSettings("f", bytes.NewReader(text))
		if err != nil {
			assert.Empty(t, got)
			assert.True(t, strings.HasPrefix(err.Error(), "f:"), "%q doesn't begin with the file", err)
			return
		}
		seen := map[string]bool{}
		for _, s := range got {
			var line int
			_, err := fmt.Sscanf(s.where, "f:%d", &line)
			assert.NoError(t, err)
			assert.Positive(t, line)
			assert.False(t, seen[s.name], "%q twice", s.name)
			seen[s.name] = true
		}
	})
}
