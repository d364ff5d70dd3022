package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/nosend/nosend/api/client"
)

// hinted is an error with advice.
type hinted struct {
	error
	hint string
}

// Unwrap lets errors.Is see what happened.
func (h hinted) Unwrap() error { return h.error }

// complain prints an error, and advice if there is any. An error of several
// lines is several errors.
func (p *program) complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(p.err, "nosend: error: %s\n", escaped(line, ""))
	}
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(p.err, "nosend: hint: %s\n", hint)
	}
}

// hintFor is the advice that goes with an error.
func hintFor(err error) string {
	if h, ok := errors.AsType[hinted](err); ok {
		return h.hint
	}
	if answer, ok := errors.AsType[*client.Error](err); ok {
		return hintForAnswer(answer.Status)
	}
	return hintForFault(err)
}

func hintForAnswer(status int) string {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "set --token, or NOSEND_TOKEN; tokens are made with: nosend token create"
	case status >= 300 && status < 400:
		return "the server sends callers elsewhere; name its real address with --url, or NOSEND_URL"
	}
	return ""
}

// hintForFault is for what the network or the system reports.
func hintForFault(err error) string {
	if _, unknown := errors.AsType[*net.DNSError](err); unknown {
		return "is the name right? name the server with --url, or NOSEND_URL"
	}
	if _, untrusted := errors.AsType[x509.UnknownAuthorityError](err); untrusted {
		return "the server's certificate is not trusted here; name the file of its authority in SSL_CERT_FILE"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "is the server running? start it with: nosend serve; or name another one with --url, or NOSEND_URL"
	case errors.Is(err, context.DeadlineExceeded):
		return "the server is too busy, or can't be reached from here; its log says more"
	case errors.Is(err, syscall.EADDRINUSE):
		return "another program listens there, perhaps another nosend; choose another address with --listen"
	case errors.Is(err, fs.ErrPermission):
		return "check who owns the file and its folder"
	}
	return ""
}
