package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
)

// call is a webhook with the secret in one of its places.
type call struct {
	name                string
	target, contentType string
	body                string
	headers             []string
}

// calls are all the places where a secret can stand.
func calls(t *testing.T, secret string) []call {
	basic := func(user, password string) []string {
		r, _ := http.NewRequest(http.MethodPost, "/", nil)
		r.SetBasicAuth(user, password)
		return []string{"Authorization", r.Header.Get("Authorization")}
	}
	event := eventOf("bounces", bounce(1))
	form := formOf(event) + "&api_key=" + url.QueryEscape(secret)
	withKey := fmt.Sprintf(`{"event_type":"bounces","api_key":%q,"event":%s}`, secret, event)
	query := "/webhooks/cmc?token=" + url.QueryEscape(secret)
	return []call{
		{"bearer", "/webhooks/cmc", asJSON, bounces(2), []string{"Authorization", "Bearer " + secret}},
		{"basic", "/webhooks/cmc", asJSON, bounces(2), basic("cmc", secret)},
		{"basic without a user", "/webhooks/cmc", asJSON, bounces(2), basic("", secret)},
		{"api_key in a form", "/webhooks/cmc", asForm, form, nil},
		{"api_key in JSON", "/webhooks/cmc", asJSON, withKey, nil},
		{"api_key in gzip", "/webhooks/cmc", asJSON, gzipped(t, withKey), []string{"Content-Encoding", "gzip"}},
		{"query", query, asJSON, bounces(2), nil},
		{"query beside a proxy's Authorization", query, asJSON, bounces(2), basic("proxy", "of its own")},
		{"api_key beside a proxy's Authorization", "/webhooks/cmc", asForm, form, []string{"Authorization", "Bearer of-its-own"}},
		{"api_key beside an old ?token=", "/webhooks/cmc?token=old", asForm, form, nil},
	}
}

func (s *server) call(c call) answer {
	s.t.Helper()
	return s.do(http.MethodPost, c.target, c.body, append(c.headers, "Content-Type", c.contentType)...)
}

// TestSecretInEveryPlace, as the source's own and as a token for its webhooks.
func TestSecretInEveryPlace(t *testing.T) {
	own := serve(t, withSecret("hush & 100% ü"))
	for _, c := range calls(t, "hush & 100% ü") {
		assert.Equal(t, http.StatusOK, own.call(c).StatusCode, c.name)
	}
	file := serve(t)
	secret := file.token("cmc hooks", api.RoleWebhook, "cmc")
	for _, c := range calls(t, secret) {
		assert.Equal(t, http.StatusOK, file.call(c).StatusCode, c.name)
	}
	assert.Contains(t, file.log.String(), `by="cmc hooks"`)
}

// TestUserAndPassword: a secret that was configured as both together.
func TestUserAndPassword(t *testing.T) {
	s := serve(t, withSecret("cmc:hush"))
	r := s.request(http.MethodPost, "/webhooks/cmc", strings.NewReader(bounces(1)))
	r.SetBasicAuth("cmc", "hush")
	assert.Equal(t, http.StatusOK, s.send(r).StatusCode)
}

// TestWrongSecretStoresNothing, not even a dead letter.
func TestWrongSecretStoresNothing(t *testing.T) {
	for name, s := range map[string]*server{"own": serve(t, withSecret("hush")), "file": serve(t)} {
		wrong := []string{"hus", "hush-", "HUSH", "hush2", ""}
		if name == "file" {
			wrong = append(wrong, s.token("reader", api.RoleRead, ""), s.token("writer", api.RoleWrite, ""), s.token("ses", api.RoleWebhook, "ses"))
		}
		tried := []call{
			{"none", "/webhooks/cmc", asJSON, bounces(2), nil},
			{"none, and malformed", "/webhooks/cmc", asJSON, "{", nil},
			{"another place", "/webhooks/cmc?api_key=hush&secret=hush", asJSON, bounces(1), []string{"X-Api-Key", "hush"}},
			{"second of two tokens", "/webhooks/cmc?token=guess&token=hush", asJSON, bounces(1), nil},
		}
		for _, secret := range wrong {
			tried = append(tried, calls(t, secret)...)
		}
		for _, c := range tried {
			detail := s.problem(s.call(c), http.StatusUnauthorized)
			assert.Contains(t, detail, "the secret of cmc is missing or wrong", c.name)
			assert.Equal(t, []string{"cmc unauthorized"}, s.seen.told(&s.seen.webhooks), c.name)
		}
		assert.Empty(t, s.letters(), name)
		tallies, err := s.list.Tallies(t.Context())
		assert.NoError(t, err)
		assert.Empty(t, tallies, name)
	}
}

// TestSecretBesideTokens: with a token file the source's own secret still
// works, and an admin may post.
func TestSecretBesideTokens(t *testing.T) {
	s := serve(t, withSecret("hush"))
	admin := s.token("admin", api.RoleAdmin, "")
	for _, secret := range []string{"hush", admin} {
		assert.Equal(t, http.StatusOK, s.post(asJSON, bounces(1), "Authorization", "Bearer "+secret).StatusCode)
	}
	s.problem(s.get("/suppressed/a@x.jp", "Authorization", "Bearer hush"), http.StatusUnauthorized)
}

// TestMalformedBehindASecret: only who may post can fill the dead letters.
func TestMalformedBehindASecret(t *testing.T) {
	s := serve(t, withSecret("hush"))
	s.problem(s.post(asJSON, "{", "Authorization", "Bearer hush"), http.StatusBadRequest)
	assert.Equal(t, []string{"{"}, s.letters())
}

func TestUnknownSourceIsRefused(t *testing.T) {
	_, err := api.New(api.Config{Sources: map[string]api.Source{"cnc": {}}})
	assert.EqualError(t, err, `source "cnc" is configured, but nosend reads only cmc`)
	_, err = api.New(api.Config{MaxBody: -1})
	assert.EqualError(t, err, "the greatest body is -1 bytes; it must be from 1 to 1073741824")
}
