package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// TestStrangersDontKeepOthersOut: bodies of those who have shown no secret take
// their own share of the memory.
func TestStrangersDontKeepOthersOut(t *testing.T) {
	s := serve(t, withMaxBody(1000), withSecret("hush"))
	for range 8 {
		s.beginBody()
	}
	s.problem(s.post(asJSON, bounces(1)), http.StatusTooManyRequests)
	known := s.do(http.MethodPost, "/webhooks/cmc?token=hush", bounces(1), "Content-Type", asJSON)
	assert.Equal(t, http.StatusOK, known.StatusCode)
}

// TestSecretOfABrokenForm opens it, so that what is wrong is said and the body
// kept, without the secret.
func TestSecretOfABrokenForm(t *testing.T) {
	const secret = "hush & 100%"
	for name, body := range map[string]string{
		"event that can't be decoded": "api_key=" + url.QueryEscape(secret) + "&event_type=bounces&event=%zz",
		"event that isn't there":      "event_type=bounces&api_key=" + url.QueryEscape(secret),
	} {
		s := serve(t, withSecret(secret))
		s.problem(s.post(asForm, body), http.StatusBadRequest)
		letters, _, err := s.list.DeadLetters(context.Background(), 0, 10)
		require.NoError(t, err)
		require.Len(t, letters, 1, name)
		assert.Contains(t, string(letters[0].Body), "api_key=***")
		assert.NotContains(t, string(letters[0].Body), "hush")
	}
}

// TestChangesBeyondTheLast: a reader of another database must notice.
func TestChangesBeyondTheLast(t *testing.T) {
	s := serve(t)
	s.suppress("a@x.jp")
	assert.Equal(t, http.StatusOK, s.get("/changes?after=1").StatusCode)
	assert.Contains(t, s.problem(s.get("/changes?after=999"), http.StatusBadRequest), "begin again with after=0")
}

// TestUnreadableNewTokenFile closes the server rather than leave it open.
func TestUnreadableNewTokenFile(t *testing.T) {
	s := serve(t)
	require.NoError(t, os.WriteFile(s.path, []byte("not JSON"), 0o600))
	require.Error(t, s.tokens.Reload())
	assert.Equal(t, http.StatusUnauthorized, s.asks("hush"))
}

// TestTokensOfOtherProcesses: each has its own lock, as another process has;
// none loses what the other wrote.
func TestTokensOfOtherProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.tokens")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			tokens, err := api.OpenTokens(path)
			if assert.NoError(t, err) {
				_, err = tokens.Create(api.Token{Name: fmt.Sprint(i), Role: api.RoleRead}, monday)
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	tokens, err := api.OpenTokens(path)
	require.NoError(t, err)
	assert.Len(t, tokens.List(), 20)
}

// TestTokenFileKeepsItsOwner, so that root can make the tokens of a server that
// runs as somebody else.
func TestTokenFileKeepsItsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can make files of others")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chown(dir, 65534, 65534))
	path := filepath.Join(dir, "nosend.tokens")
	tokens, err := api.OpenTokens(path)
	require.NoError(t, err)
	_, err = tokens.Create(api.Token{Name: "reader", Role: api.RoleRead}, monday)
	require.NoError(t, err)
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.EqualValues(t, 65534, info.Sys().(*syscall.Stat_t).Uid, strings.TrimPrefix(name, dir))
	}
}

// TestBodiesThatCantBeInflated are kept as they came, from whoever has shown a
// secret, and from nobody else.
func TestBodiesThatCantBeInflated(t *testing.T) {
	for encoding, status := range map[string]int{"gzip": http.StatusBadRequest, "br": http.StatusUnsupportedMediaType} {
		s := serve(t, withSecret("hush"))
		headers := []string{"Content-Type", asJSON, "Content-Encoding", encoding}
		s.problem(s.do(http.MethodPost, "/webhooks/cmc", "not compressed", headers...), status)
		letters, _, err := s.list.DeadLetters(context.Background(), 0, 10)
		require.NoError(t, err)
		assert.Empty(t, letters)
		detail := s.problem(s.do(http.MethodPost, "/webhooks/cmc?token=hush", "not compressed", headers...), status)
		assert.Contains(t, detail, "; the body is kept as a dead letter")
		letters, _, err = s.list.DeadLetters(context.Background(), 0, 10)
		require.NoError(t, err)
		require.Len(t, letters, 1)
		assert.Equal(t, "not compressed", string(letters[0].Body))
	}
}

// TestUntilThatIsNoTime says how to write one.
func TestUntilThatIsNoTime(t *testing.T) {
	s := serve(t)
	detail := s.problem(s.do(http.MethodPut, "/suppressed/a@x.jp", `{"until":"2027-01-01"}`), http.StatusBadRequest)
	assert.Equal(t, `the body can't be read at byte 22: "2027-01-01" is not a time; write it as "2030-01-31T00:00:00Z" (RFC 3339)`, detail)
}
