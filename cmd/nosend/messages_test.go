package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// TestComplain: every error says so, one line each, then what to do.
func TestComplain(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"plain":              {errors.New("no"), "nosend: error: no\n"},
		"hinted":             {fmt.Errorf("serve: %w", hinted{errors.New("no"), "try yes"}), "nosend: error: serve: no\nnosend: hint: try yes\n"},
		"two":                {errors.Join(errors.New("a"), hinted{errors.New("b"), "c"}), "nosend: error: a\nnosend: error: b\nnosend: hint: c\n"},
		"control characters": {errors.New("a\x1b[2Jb"), `nosend: error: a\x1b[2Jb` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			(&program{err: &out}).complain(test.err)
			assert.Equal(t, test.want, out.String())
		})
	}
}

// TestHintFor: what each error advises, by some of its words.
func TestHintFor(t *testing.T) {
	answer := func(status int) error { return &client.Error{Problem: api.Problem{Status: status}} }
	for _, test := range []struct {
		err  error
		want string
	}{
		{answer(401), "NOSEND_TOKEN"},
		{answer(403), "NOSEND_TOKEN"},
		{answer(301), "real address"},
		{answer(404), ""},
		{&net.DNSError{Err: "no such host"}, "is the name right?"},
		{x509.UnknownAuthorityError{}, "SSL_CERT_FILE"},
		{os.NewSyscallError("connect", syscall.ECONNREFUSED), "is the server running?"},
		{os.NewSyscallError("bind", syscall.EADDRINUSE), "--listen"},
		{context.DeadlineExceeded, "too busy"},
		{&os.PathError{Op: "open", Err: syscall.EACCES}, "who owns"},
		{errors.New("something else"), ""},
	} {
		if got := hintFor(fmt.Errorf("wrapped: %w", test.err)); test.want == "" {
			assert.Empty(t, got)
		} else {
			assert.Contains(t, got, test.want)
		}
	}
}

// TestGreeting: each line can be copied into a shell as it is.
func TestGreeting(t *testing.T) {
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8025}
	everywhere := &net.TCPAddr{IP: net.IPv6unspecified, Port: 443}
	plain := serveSettings{db: "/data/nosend.db", tokens: defaultTokens}
	secure := serveSettings{db: "/data/nosend.db", tokens: "/etc/tokens", tlsCert: "cert.pem"}
	for name, test := range map[string]struct {
		settings    serveSettings
		tokenNeeded bool
		addr        net.Addr
		want        []string
	}{
		"first steps": {plain, false, loopback, []string{
			"listening on http://127.0.0.1:8025", "the list is in /data/nosend.db",
			"no token is set: only this machine is served; make one with: nosend token create --name mailer --role read",
			"try: curl http://127.0.0.1:8025/suppressed/user@example.com"}},
		"for others": {secure, true, everywhere, []string{
			"listening on https://[::]:443", "the list is in /data/nosend.db", "requests need a token from /etc/tokens",
			"try: curl https://localhost:443/suppressed/user@example.com -H 'Authorization: Bearer TOKEN'"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, greeting(test.settings, test.tokenNeeded, test.addr))
		})
	}
}
