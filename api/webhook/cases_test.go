package webhook

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

var update = flag.Bool("update", false, "rewrite the want files of testdata/webhooks from what the code does")

// casesDir holds a folder per provider, with a folder per case:
//
//	headers     Name: value, one a line
//	body        as it came
//	want.json   what the batch holds, or
//	want.error  the message of the error
//	README      why the case exists
const casesDir = "../../testdata/webhooks"

func TestCases(t *testing.T) {
	for _, provider := range Providers() {
		for _, name := range folders(t, filepath.Join(casesDir, provider.Name)) {
			t.Run(provider.Name+"/"+name, func(t *testing.T) {
				runCase(t, provider, filepath.Join(casesDir, provider.Name, name))
			})
		}
	}
}

func runCase(t *testing.T, provider Provider, dir string) {
	readme := readFile(t, dir, "README")
	assert.NotEmpty(t, strings.TrimSpace(string(readme)), "README says why the case exists")

	batch, err := provider.Parse(readRequest(t, dir), Settings{})
	if err != nil {
		require.ErrorIs(t, err, ErrMalformed)
		golden(t, dir, "want.error", "want.json", []byte(err.Error()+"\n"))
		return
	}
	assert.Equal(t, provider.Name, batch.Source)
	golden(t, dir, "want.json", "want.error", showBatch(t, batch))
	replayLetters(t, provider, batch)
}

// replayLetters checks that the provider reads its own letters, and finds in
// them what it found the first time.
func replayLetters(t *testing.T, provider Provider, batch suppress.Batch) {
	for _, letter := range batch.Letters {
		again, err := provider.Parse(letterRequest(letter), Settings{})
		require.NoError(t, err, "%s", letter.Body)
		assert.Empty(t, again.Events)
		require.Len(t, again.Letters, 1)
		assert.Equal(t, string(letter.Body), string(again.Letters[0].Body))
	}
}

// golden compares with the file want, or rewrites it; its opposite must not
// be there.
func golden(t *testing.T, dir, want, opposite string, got []byte) {
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join(dir, want), got, 0o644))
		_ = os.Remove(filepath.Join(dir, opposite))
		return
	}
	assert.NoFileExists(t, filepath.Join(dir, opposite), "%s", got)
	assert.Equal(t, string(readFile(t, dir, want)), string(got))
}

// TestCasesComplete checks that no provider goes untested, and that a case
// shows what its name says.
func TestCasesComplete(t *testing.T) {
	var names []string
	for _, provider := range Providers() {
		names = append(names, provider.Name)
	}
	assert.True(t, slices.IsSorted(names), "Providers is ordered by name")
	assert.ElementsMatch(t, names, folders(t, casesDir), "one folder per provider")

	for _, name := range names {
		for mandatory, holds := range mandatoryCases() {
			dir := filepath.Join(casesDir, name, mandatory)
			if assert.DirExists(t, dir, "every provider has this case") {
				assert.True(t, holds(t, dir), "%s doesn't show what its name says", dir)
			}
		}
	}
}

// mandatoryCases are the cases that every provider must have, with what they
// must show. Providers that sign add one with a bad signature.
func mandatoryCases() map[string]func(*testing.T, string) bool {
	return map[string]func(*testing.T, string) bool{
		"ok": func(t *testing.T, dir string) bool {
			want := readWant(t, dir)
			return len(want.Events) > 0 && len(want.Letters) == 0
		},
		"several-recipients": func(t *testing.T, dir string) bool {
			recipients := map[string]bool{}
			for _, event := range readWant(t, dir).Events {
				recipients[event.Recipient] = true
			}
			return len(recipients) > 1
		},
		"ignored-event": func(t *testing.T, dir string) bool { return len(readWant(t, dir).Ignored) > 0 },
		"bad-event": func(t *testing.T, dir string) bool {
			want := readWant(t, dir)
			return len(want.Events) > 0 && want.Rejected > 0 && len(want.Letters) > 0
		},
		"malformed": func(t *testing.T, dir string) bool { return len(readFile(t, dir, "want.error")) > 0 },
	}
}
