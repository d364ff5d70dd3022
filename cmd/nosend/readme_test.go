package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress/classify"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	return string(text)
}

// TestReadmeListsEverySetting with its environment variable and default.
func TestReadmeListsEverySetting(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `--.*$").FindAllString(readme(t), -1)
	(&program{}).serveCommand().Flags().VisitAll(func(f *pflag.Flag) {
		want := regexp.MustCompile("`--" + f.Name + "`.*`NOSEND_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")) + "`")
		var found string
		for _, row := range rows {
			if want.MatchString(row) {
				found = row
			}
		}
		if assert.NotEmpty(t, found, f.Name) && f.DefValue != "" {
			assert.Contains(t, found, "`"+f.DefValue+"`")
		}
	})
}

func TestReadmeListsEveryRoute(t *testing.T) {
	for _, r := range api.Routes() {
		assert.Regexp(t, "`"+r.Method+" "+regexp.QuoteMeta(r.Path)+"[?`]", readme(t))
	}
}

func TestReadmeListsEveryMetric(t *testing.T) {
	golden, err := os.ReadFile("../../testdata/metrics/exposition.txt")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(string(golden), -1) {
		assert.Contains(t, readme(t), "`"+m[1]+"`")
	}
}

func TestReadmeListsEveryCategory(t *testing.T) {
	for _, c := range classify.Categories() {
		assert.Contains(t, readme(t), "`"+string(c)+"`")
	}
}

// TestReadmeListsEveryCommand in the table of commands.
func TestReadmeListsEveryCommand(t *testing.T) {
	p, text := &program{}, readme(t)
	for _, cmd := range p.rootCommand().Commands() {
		row := regexp.MustCompile("(?m)^\\| .*`" + cmd.Name() + "`.* \\|$")
		assert.True(t, cmd.IsAdditionalHelpTopicCommand() || row.MatchString(text), cmd.Name())
	}
}

// TestReadmeListsEveryFormat of an export, and every filter.
func TestReadmeListsEveryFormat(t *testing.T) {
	text := readme(t)
	for _, name := range append(formatNames(), api.FilterParams()...) {
		assert.True(t, strings.Contains(text, "`"+name+"`"), name)
	}
}

// TestReadmeShowsGoThatRuns: each block of Go is part of an example, which is
// run.
func TestReadmeShowsGoThatRuns(t *testing.T) {
	examples, err := os.ReadFile("../../api/client/example_test.go")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		assert.True(t, strings.Contains(string(examples), block[1]), block[1])
	}
}
