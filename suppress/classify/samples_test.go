package classify

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample is one labelled reply of testdata/replies.
type sample struct {
	at       string // file:line
	rule     string
	class    Class
	category Category
	in       Input
}

// newClassifier returns a classifier with the built-in rules.
func newClassifier(tb testing.TB) *Classifier {
	tb.Helper()
	c, err := New()
	require.NoError(tb, err)
	return c
}

func readSamples(tb testing.TB) []sample {
	tb.Helper()
	names, err := filepath.Glob("../../testdata/replies/*.tsv")
	require.NoError(tb, err)
	var all []sample
	for _, name := range names {
		all = append(all, readSampleFile(tb, name)...)
	}
	return all
}

func readSampleFile(tb testing.TB, name string) []sample {
	tb.Helper()
	file, err := os.Open(name)
	require.NoError(tb, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma = '\t'
	rows, err := reader.ReadAll()
	require.NoError(tb, err, name)
	require.Equal(tb, []string{"rule", "class", "category", "status", "code", "domain", "source", "provider_code", "text"}, rows[0], name)
	var samples []sample
	for i, f := range rows[1:] {
		code := 0
		if f[4] != "" {
			code, err = strconv.Atoi(f[4])
			require.NoError(tb, err)
		}
		samples = append(samples, sample{
			at:   fmt.Sprintf("%s:%d", filepath.Base(name), i+2),
			rule: f[0], class: Class(f[1]), category: Category(f[2]),
			in: Input{Status: f[3], Code: code, Domain: f[5], Source: f[6], ProviderCode: f[7], Text: f[8]},
		})
	}
	return samples
}

func TestSamples(t *testing.T) {
	c := newClassifier(t)
	samples := readSamples(t)
	assert.GreaterOrEqual(t, len(samples), 600)
	for _, s := range samples {
		v := c.Classify(s.in)
		assert.Equal(t, s.category, v.Category, "%s: %q by %s on %q", s.at, s.in.Text, v.Rule, v.Matched)
		assert.Equal(t, s.class, v.Class, "%s: %q", s.at, s.in.Text)
		assert.Equal(t, s.rule, v.Rule, "%s: %q", s.at, s.in.Text)
		assert.Contains(t, s.in.Text+" "+s.in.Status+" "+strconv.Itoa(s.in.Code)+" "+s.in.ProviderCode+" 4.1.1", v.Matched, s.at)
	}
}

// receivers.tsv has what single receivers and programs answer, in their shapes.
func TestSamplesCoverReceivers(t *testing.T) {
	receivers := map[string]bool{}
	for _, s := range readSamples(t) {
		receivers[s.in.Domain] = true
	}
	assert.GreaterOrEqual(t, len(receivers), 60)
}

// A rule that no sample names is dead or untested; one whose sample another
// rule decides is shadowed, which TestSamples reports.
func TestEveryRuleHasASample(t *testing.T) {
	named := map[string]bool{}
	for _, s := range readSamples(t) {
		named[s.rule] = true
	}
	for _, r := range newClassifier(t).Rules() {
		assert.True(t, named[r.ID], "%s:%d: no line of testdata/replies names rule %s", r.File, r.Line, r.ID)
	}
}

func TestEveryCategoryHasSamples(t *testing.T) {
	count := map[Category]int{}
	for _, s := range readSamples(t) {
		count[s.category]++
	}
	for _, c := range Categories() {
		assert.GreaterOrEqual(t, count[c], 3, "category %s", c)
	}
}

// Wrapping a reply as relays do must not change what it says.
func TestWrappersDoNotMatter(t *testing.T) {
	c := newClassifier(t)
	for _, s := range readSamples(t) {
		if c.Classify(s.in).Basis != BasisText {
			continue
		}
		for _, wrap := range []string{
			"host mx.example.net[192.0.2.77] said: %s",
			"smtp; %s",
			"Diagnostic-Code: smtp; %s",
			"<someone@example.net>: %s",
			"%s (in reply to RCPT TO command)",
		} {
			if strings.HasSuffix(wrap, "command)") && namesCommand(s.in.Text) {
				continue
			}
			in := s.in
			in.Text = fmt.Sprintf(wrap, s.in.Text)
			assert.Equal(t, s.class, c.Classify(in).Class, "%s: %q", s.at, in.Text)
		}
	}
}

func namesCommand(text string) bool {
	return strings.Contains(text, "in reply to") || strings.Contains(text, "after ")
}
