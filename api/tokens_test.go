package api_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// openTokens opens the server's token file as another process does.
func (s *server) openTokens() *api.Tokens {
	s.t.Helper()
	tokens, err := api.OpenTokens(s.path)
	require.NoError(s.t, err)
	return tokens
}

func (s *server) asks(secret string) int {
	s.t.Helper()
	return s.get("/suppressed/a@x.jp", "Authorization", "Bearer "+secret).StatusCode
}

func TestTokenFile(t *testing.T) {
	s := serve(t)
	assert.False(t, s.tokens.Required())
	secret := s.token("reader", api.RoleRead, "")
	assert.True(t, s.tokens.Required())
	assert.True(t, strings.HasPrefix(secret, "nosend_"))
	assert.Len(t, secret, len("nosend_")+43, "256 bits")
	info, err := os.Stat(s.path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	data, err := os.ReadFile(s.path)
	require.NoError(t, err)
	assert.NotContains(t, string(data), secret)
	assert.NotContains(t, string(data), strings.TrimPrefix(secret, "nosend_"))
	left, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), ".nosend-tokens-*"))
	require.NoError(t, err)
	assert.Empty(t, left, "no temporary file stays")
	assert.Equal(t, s.tokens.List(), s.openTokens().List())
	assert.Equal(t, "reader", s.tokens.List()[0].Name)
	assert.Equal(t, monday, s.tokens.List()[0].Created)
}

func TestTokensAreRefused(t *testing.T) {
	s := serve(t)
	s.token("reader", api.RoleRead, "")
	for want, bad := range map[string]api.Token{
		"a token needs a name": {Role: api.RoleRead},
		`token "x": role is "root", allowed are read, write, webhook, admin`:         {Name: "x", Role: "root"},
		`token "x": role webhook needs the source that it is for`:                    {Name: "x", Role: api.RoleWebhook},
		`token "x": only the role webhook has a source`:                              {Name: "x", Role: api.RoleAdmin, Source: "cmc"},
		`there is a token "reader" already; revoke it first, or choose another name`: {Name: "reader", Role: api.RoleAdmin},
	} {
		secret, err := s.tokens.Create(bad, monday)
		assert.EqualError(t, err, want)
		assert.Empty(t, secret)
	}
	assert.ErrorContains(t, s.tokens.Revoke("nobody"), `there is no token "nobody" in `)
	assert.Len(t, s.openTokens().List(), 1)
}

// TestOtherProcessChangesTokens: the server notices, new tokens at once and
// revoked ones at the next Reload.
func TestOtherProcessChangesTokens(t *testing.T) {
	s := serve(t)
	assert.Equal(t, http.StatusOK, s.asks(""))
	other := s.openTokens()
	first, err := other.Create(api.Token{Name: "first", Role: api.RoleRead}, monday)
	require.NoError(t, err)
	require.NoError(t, s.tokens.Reload())
	assert.Equal(t, http.StatusUnauthorized, s.asks(""))
	second, err := other.Create(api.Token{Name: "second", Role: api.RoleRead}, monday)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, s.asks(first))
	assert.Equal(t, http.StatusOK, s.asks(second), "no Reload is needed")
	require.NoError(t, other.Revoke("first"))
	require.NoError(t, s.tokens.Reload())
	assert.Equal(t, http.StatusUnauthorized, s.asks(first))
	require.NoError(t, other.Revoke("second"))
	require.NoError(t, s.tokens.Reload())
	assert.Equal(t, http.StatusUnauthorized, s.asks(second))
	assert.Equal(t, http.StatusUnauthorized, s.asks(""), "an empty file opens nothing")
}

// TestSameSizeSameTime: a change that leaves both as they were is noticed, for
// it is another file.
func TestSameSizeSameTime(t *testing.T) {
	s := serve(t)
	gone := s.token("aaaa", api.RoleRead, "")
	before, err := os.Stat(s.path)
	require.NoError(t, err)
	other := s.openTokens()
	require.NoError(t, other.Revoke("aaaa"))
	_, err = other.Create(api.Token{Name: "bbbb", Role: api.RoleRead}, monday)
	require.NoError(t, err)
	require.NoError(t, os.Chtimes(s.path, before.ModTime(), before.ModTime()))
	require.NoError(t, s.tokens.Reload())
	assert.Equal(t, http.StatusUnauthorized, s.asks(gone))
}

// TestBrokenTokenFile keeps the tokens that were read before.
func TestBrokenTokenFile(t *testing.T) {
	s := serve(t)
	secret := s.token("reader", api.RoleRead, "")
	whole, err := os.ReadFile(s.path)
	require.NoError(t, err)
	for _, broken := range []string{
		"", "{", "not JSON", string(whole[:len(whole)-5]), `{"tokens":[{}]}`, `{"tokens":[{"name":"x","role":"read","sha256":"00"}]}`,
		strings.Replace(string(whole), `"sha256": "`, `"sha256": "Z`, 1), strings.Replace(string(whole), `"read"`, `"root"`, 1),
		`{"tokens":[{"name":"x","role":"read","sha256":"` + strings.Repeat("F", 64) + `"}]}`,
	} {
		require.NoError(t, os.WriteFile(s.path, []byte(broken), 0o600))
		assert.ErrorContains(t, s.tokens.Reload(), "token file "+s.path, broken)
		assert.Equal(t, http.StatusOK, s.asks(secret), broken)
		assert.Equal(t, http.StatusUnauthorized, s.asks("hush"), broken)
		_, err := s.tokens.Create(api.Token{Name: "y", Role: api.RoleRead}, monday)
		assert.Error(t, err, "a broken file isn't written over")
		_, err = api.OpenTokens(s.path)
		assert.Error(t, err, "nobody starts with it")
	}
}

// TestVanishedTokenFile doesn't open the server.
func TestVanishedTokenFile(t *testing.T) {
	s := serve(t)
	secret := s.token("reader", api.RoleRead, "")
	require.NoError(t, os.Remove(s.path))
	assert.ErrorContains(t, s.tokens.Reload(), "is gone; the tokens read before stay in force")
	assert.True(t, s.tokens.Required())
	assert.Equal(t, http.StatusOK, s.asks(secret))
	assert.Equal(t, http.StatusUnauthorized, s.asks(""))
	assert.Equal(t, http.StatusUnauthorized, s.asks("hush"))
}

// TestConcurrentTokens: none that was made is lost.
func TestConcurrentTokens(t *testing.T) {
	s := serve(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			_, err := s.tokens.Create(api.Token{Name: fmt.Sprint(i), Role: api.RoleRead}, monday)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.Len(t, s.openTokens().List(), 20)
}

// TestSecretsAreComparedInConstantTime: the time of an answer can't be tested
// reliably, so the source is: files that compare secrets use crypto/subtle, and
// no comparison of hashes with ==.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	for _, name := range []string{"access.go", "tokens.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		require.NoError(t, err)
		var imports []string
		for _, i := range file.Imports {
			imports = append(imports, i.Path.Value)
		}
		assert.Contains(t, imports, `"crypto/subtle"`, name)
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.NotRegexp(t, `(SHA256|hash\w*|[sS]ecret(\([^)]*\))?) == [^"1]`, string(source), name)
	}
}
