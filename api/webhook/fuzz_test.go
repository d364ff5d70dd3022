package webhook

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzCMC checks what must hold of any body: no panic, errors that callers
// recognise, events about an address, letters that can be read again.
func FuzzCMC(f *testing.F) {
	seedCases(f, "cmc")
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		r := Request{Header: http.Header{"Content-Type": {contentType}}, Body: body}
		cmcSecrets(r)
		batch, err := parseCMC(r, Settings{})
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			assert.Empty(t, batch.Events)
			assert.Empty(t, batch.Letters)
			return
		}
		for _, event := range batch.Events {
			assert.False(t, event.Recipient.IsZero())
			assert.NotEmpty(t, event.Kind)
		}
		for _, letter := range batch.Letters {
			again, err := parseCMC(letterRequest(letter), Settings{})
			require.NoError(t, err, "%q", letter.Body)
			assert.Len(t, again.Letters, 1, "%q", letter.Body)
			assert.NotEmpty(t, letter.Problem)
		}
	})
}

// seedCases begins a fuzz corpus with the bodies of the provider's cases.
func seedCases(f *testing.F, provider string) {
	dirs, err := filepath.Glob(filepath.Join(casesDir, provider, "*"))
	require.NoError(f, err)
	for _, dir := range dirs {
		r := readRequest(f, dir)
		f.Add(r.Header.Get("Content-Type"), r.Body)
	}
}
