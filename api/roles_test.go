package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
)

// everybody who may ask, in the order of the columns below.
var everybody = []string{"nobody", "stranger", "revoked", "read", "write", "cmc", "other source", "admin"}

// expected is the answer to each of them: + is 200, 1 is 401, 3 is 403.
var expected = map[string]string{
	"GET /suppressed":                  "111++33+",
	"GET /suppressed.csv":              "111++33+",
	"GET /suppressed.ndjson":           "111++33+",
	"POST /suppressed/check":           "111++33+",
	"GET /suppressed/{address}/events": "111++33+",
	"GET /suppressed/{address}":        "111++33+",
	"PUT /suppressed/{address}":        "1113+33+",
	"DELETE /suppressed/{address}":     "1113+33+",
	"POST /webhooks/{provider}":        "11111+1+",
	"POST /classify":                   "111++33+",
	"POST /reclassify":                 "1113333+",
	"GET /changes":                     "111++33+",
	"GET /dead-letters":                "1113+33+",
	"POST /dead-letters/replay":        "1113+33+",
	"GET /dead-letters/{id}":           "1113+33+",
	"DELETE /dead-letters/{id}":        "1113+33+",
	"POST /dead-letters/{id}/replay":   "1113+33+",
	"GET /status":                      "111++33+",
	"GET /backup":                      "1113333+",
	"GET /metrics":                     "++++++++",
	"GET /healthz":                     "++++++++",
	"GET /readyz":                      "++++++++",
	"GET /openapi.yaml":                "++++++++",
	"GET /":                            "++++++++",
}

// TestRoles goes through every route and everybody, with the token as Bearer
// and as the password of Basic.
func TestRoles(t *testing.T) {
	s := serve(t, withMetrics)
	secrets := s.oneOfEach()
	all := samples(t)
	codes := map[byte]int{'+': http.StatusOK, '1': http.StatusUnauthorized, '3': http.StatusForbidden}
	for _, route := range api.Routes() {
		row := route.Method + " " + route.Path
		require.Len(t, expected[row], len(everybody), row)
		for i, who := range everybody {
			for _, basic := range []bool{false, true} {
				s.suppress("gone@x.jp")
				target := all[row].on(s)
				r := s.request(route.Method, target, nil)
				if all[row].body != "" {
					r = s.request(route.Method, target, newBody(all[row].body))
				}
				present(r, secrets[who], basic)
				got := s.send(r)
				require.Equal(t, codes[expected[row][i]], got.StatusCode, "%s by %s: %s", row, who, got.body)
				if got.StatusCode != http.StatusOK {
					s.problem(got, got.StatusCode)
				}
				challenge := got.Header.Get("WWW-Authenticate")
				assert.Equal(t, got.StatusCode == http.StatusUnauthorized, challenge != "", row)
			}
		}
	}
	assert.Contains(t, s.log.String(), `by=write`, "the log names who did it")
}

// oneOfEach makes a token for everybody.
func (s *server) oneOfEach() map[string]string {
	s.t.Helper()
	secrets := map[string]string{"stranger": "hush-unknown", "revoked": s.token("revoked", api.RoleAdmin, "")}
	for _, role := range []api.Role{api.RoleRead, api.RoleWrite, api.RoleAdmin} {
		secrets[string(role)] = s.token(string(role), role, "")
	}
	secrets["cmc"] = s.token("cmc", api.RoleWebhook, "cmc")
	secrets["other source"] = s.token("other source", api.RoleWebhook, "ses")
	require.NoError(s.t, s.tokens.Revoke("revoked"))
	return secrets
}

func present(r *http.Request, secret string, basic bool) {
	switch {
	case secret == "":
	case basic:
		r.SetBasicAuth("anybody", secret)
	default:
		r.Header.Set("Authorization", "bearer  "+secret)
	}
}

// TestTokensAreForHeaders: a look-up takes no token from the address, where
// every proxy would log it.
func TestTokensAreForHeaders(t *testing.T) {
	s := serve(t)
	secret := s.token("reader", api.RoleRead, "")
	s.problem(s.get("/suppressed/a@x.jp?token="+secret), http.StatusUnauthorized)
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic", "Basic !", secret, "Token " + secret} {
		s.problem(s.get("/suppressed/a@x.jp", "Authorization", header), http.StatusUnauthorized)
	}
}
