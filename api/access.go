package api

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// LocalName stands in the audit trail where no token is needed.
const LocalName = "local"

// guard protects a server without tokens, which listens on loopback only, from
// requests that others made it relay: through a proxy in front of it, or from a
// web page: one whose host name was rebound to this machine, or one that posts
// a form to it.
func (s *Server) guard(r *http.Request) error {
	if s.Tokens.Required() {
		return nil
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || strings.HasPrefix(name, "X-Forwarded-") {
			return problem(http.StatusForbidden, "the request came through a proxy (header %s), but no token is configured; make one with: nosend token create", name)
		}
	}
	if !IsLoopback(r.Host) {
		return problem(http.StatusForbidden, "the Host is %q, but without a token only localhost, 127.0.0.1 and [::1] are served; make one with: nosend token create", r.Host)
	}
	if new(http.CrossOriginProtection).Check(r) != nil {
		return problem(http.StatusForbidden, "the request comes from a web page of another site, but no token is configured; make one with: nosend token create")
	}
	return nil
}

// IsLoopback reports whether a host, with or without a port, is this machine
// for itself only.
func IsLoopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// authorize finds out who asks, and whether that one may.
func (s *Server) authorize(r *http.Request, need Role) (by string, err error) {
	if !s.Tokens.Required() {
		return LocalName, nil
	}
	presented := presentedSecrets(r)
	if len(presented) == 0 {
		return "", problem(http.StatusUnauthorized, "this needs a token with the role %s; send it as Authorization: Bearer TOKEN", need)
	}
	for _, secret := range presented {
		token, ok := s.Tokens.find(secret)
		if ok && token.Role.may(need) {
			return token.Name, nil
		}
		if ok {
			err = problem(http.StatusForbidden, "token %q has the role %s, this needs %s", token.Name, token.Role, need)
		}
	}
	if err == nil {
		err = problem(http.StatusUnauthorized, "the token is not known; it may have been revoked")
	}
	return "", err
}

// authorizeSource does the same for the webhook of a source, which also has
// the source's own secret.
func (s *Server) authorizeSource(source string, presented []string) (by string, ok bool) {
	secret := s.Sources[source].Secret
	if secret == "" && !s.Tokens.Required() {
		return LocalName, true
	}
	for _, p := range presented {
		if p == "" {
			continue
		}
		if secret != "" && subtle.ConstantTimeCompare([]byte(hashSecret(p)), []byte(hashSecret(secret))) == 1 {
			return source, true
		}
		token, known := s.Tokens.find(p)
		if known && (token.Role == RoleAdmin || token.Role == RoleWebhook && token.Source == source) {
			return token.Name, true
		}
	}
	return "", false
}

// presentedSecrets reads Authorization: a Bearer token, or the password of
// Basic, or user and password together as they were configured.
func presentedSecrets(r *http.Request) []string {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(rest) != "" {
		return []string{strings.TrimSpace(rest)}
	}
	if user, password, ok := r.BasicAuth(); ok {
		return []string{password, user + ":" + password}
	}
	return nil
}
