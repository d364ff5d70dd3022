package client_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// trickle answers an export, a backup or a check letter by letter, with a pause after
// each; before the last it waits for ever if it is to stall.
func trickle(pause time.Duration, stalls bool) *trouble {
	return &trouble{next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for _, name := range []string{api.HeaderTotal, api.HeaderSuppressed, api.HeaderSendable, api.HeaderInvalid} {
			w.Header().Set(name, "5")
		}
		sum := sha256.Sum256([]byte("slow!"))
		w.Header().Set(api.HeaderDigest, api.Digest(sum[:]))
		for _, letter := range "slow" {
			_, _ = w.Write([]byte{byte(letter)})
			_ = http.NewResponseController(w).Flush()
			time.Sleep(pause)
		}
		if stalls {
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, "!")
	})}
}

// streams are the calls whose answer comes as a stream.
func streams() map[string]func(*testing.T, *client.Client, io.Writer) error {
	return map[string]func(*testing.T, *client.Client, io.Writer) error{
		"export": func(t *testing.T, c *client.Client, w io.Writer) error {
			_, err := c.Export(t.Context(), w, client.ExportOptions{})
			return err
		},
		"backup": func(t *testing.T, c *client.Client, w io.Writer) error {
			_, err := c.Backup(t.Context(), w, client.BackupOptions{})
			return err
		},
		"check": func(t *testing.T, c *client.Client, w io.Writer) error {
			_, err := c.Check(t.Context(), strings.NewReader("a@x.jp"), w, client.CheckOptions{})
			return err
		},
	}
}

// TestSlowStreams come to their end, however long they take.
func TestSlowStreams(t *testing.T) {
	for name, call := range streams() {
		bubble(t, trickle(59*time.Second, false), func(t *testing.T, c *client.Client, _ *pipes) {
			var out bytes.Buffer
			require.NoError(t, call(t, c, &out), name)
			assert.Equal(t, "slow!", out.String(), name)
		})
	}
}

// TestStalledStreams end with an error.
func TestStalledStreams(t *testing.T) {
	for name, call := range streams() {
		bubble(t, trickle(time.Second, true), func(t *testing.T, c *client.Client, _ *pipes) {
			began := time.Now()
			err := call(t, c, io.Discard)
			assert.ErrorContains(t, err, "broke off: nothing came for a minute", name)
			assert.LessOrEqual(t, time.Since(began), 70*time.Second, name)
		})
	}
}

// TestSlowReaders have all the time that they want: only the server's counts.
func TestSlowReaders(t *testing.T) {
	for name, call := range streams() {
		bubble(t, trickle(time.Second, false), func(t *testing.T, c *client.Client, _ *pipes) {
			assert.NoError(t, call(t, c, sleepy{}), name)
		})
	}
}

// sleepy is a writer that takes its time.
type sleepy struct{}

func (sleepy) Write(p []byte) (int, error) {
	time.Sleep(2 * time.Minute)
	return len(p), nil
}

// TestSlowReplay of many letters: there is nothing to be seen until its end.
func TestSlowReplay(t *testing.T) {
	f := &trouble{next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(time.Hour):
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, `{"recorded":3}`)
	})}
	bubble(t, f, func(t *testing.T, c *client.Client, _ *pipes) {
		report, err := c.ReplayLetters(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 3, report.Recorded)
		_, err = c.ReplayLetter(t.Context(), 1)
		assert.Error(t, err, "one alone is bounded")
	})
}
