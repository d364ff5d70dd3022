package webhook

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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

// wantBatch is how want.json shows a batch.
type wantBatch struct {
	Events   []wantEvent `json:"events"`
	Ignored  []string    `json:"ignored"`
	Rejected int         `json:"rejected"`
	Letters  []string    `json:"letters"` // their problems
}

type wantEvent struct {
	Kind         string `json:"kind"`
	Recipient    string `json:"recipient"`
	MessageID    string `json:"message_id,omitempty"`
	ProviderID   string `json:"provider_id,omitempty"`
	ProviderCode string `json:"provider_code,omitempty"`
	Text         string `json:"text,omitempty"`
	At           string `json:"at,omitempty"`
	Tag          string `json:"tag,omitempty"`
}

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

func readRequest(t testing.TB, dir string) Request {
	lines := append(readFile(t, dir, "headers"), "\r\n"...)
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(lines))).ReadMIMEHeader()
	require.NoError(t, err)
	return Request{Header: http.Header(header), Body: readFile(t, dir, "body")}
}

func letterRequest(letter suppress.DeadLetter) Request {
	return Request{Header: http.Header{"Content-Type": {letter.ContentType}}, Body: letter.Body}
}

func readWant(t *testing.T, dir string) (want wantBatch) {
	require.NoError(t, json.Unmarshal(readFile(t, dir, "want.json"), &want))
	return want
}

func showBatch(t *testing.T, batch suppress.Batch) []byte {
	want := wantBatch{Events: []wantEvent{}, Ignored: []string{}, Rejected: batch.Rejected, Letters: []string{}}
	for _, e := range batch.Events {
		want.Events = append(want.Events, showEvent(e))
	}
	for _, kind := range batch.Ignored {
		want.Ignored = append(want.Ignored, string(kind))
	}
	for _, letter := range batch.Letters {
		want.Letters = append(want.Letters, letter.Problem)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(t, enc.Encode(want))
	return out.Bytes()
}

func showEvent(e suppress.Event) wantEvent {
	want := wantEvent{
		Kind: string(e.Kind), Recipient: e.Recipient.String(), MessageID: e.MessageID, ProviderID: e.ProviderID,
		ProviderCode: e.ProviderCode, Text: e.Text, Tag: e.Tag,
	}
	if !e.At.IsZero() {
		want.At = e.At.UTC().Format(time.RFC3339Nano)
	}
	return want
}

func folders(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

func readFile(t testing.TB, dir, name string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return data
}
