package webhook

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

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
