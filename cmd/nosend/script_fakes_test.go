package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nosend/nosend/api"
)

// scriptFake starts a server that answers like something else than a healthy
// nosend:
//
//	broken    breaks off in the middle of an export
//	foreign   answers everything with an empty JSON object
//	moved     sends everybody elsewhere, to where GET would be answered
//	page      answers everything with a web page
//	rotten    answers with a digest that is right, and something else than a backup
//	altered   answers with a digest that is wrong
func scriptFake(ts *testscript.TestScript, _ bool, args []string) {
	page := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	elsewhere := httptest.NewServer(page(`{"address":"user@example.com","suppressed":false}`))
	ts.Defer(elsewhere.Close)
	kinds := map[string]http.Handler{
		"broken":  http.HandlerFunc(breakOff),
		"foreign": page(`{}`),
		"moved":   http.RedirectHandler(elsewhere.URL, http.StatusMovedPermanently),
		"page":    page("<html></html>"),
		"rotten":  digested("Dear reader", "Dear reader"),
		"altered": digested("Dear reader", "Dear writer"),
	}
	if kinds[args[0]] == nil {
		ts.Fatalf("no such fake: %s", args[0])
	}
	fake := httptest.NewServer(kinds[args[0]])
	ts.Defer(fake.Close)
	ts.Setenv("NOSEND_URL", fake.URL)
}

// digested answers with a text, and the digest of what was to be sent.
func digested(text, sent string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		sum := sha256.Sum256([]byte(sent))
		w.Header().Set(api.HeaderDigest, api.Digest(sum[:]))
		_, _ = io.WriteString(w, text)
	}
}

// breakOff announces more than it sends.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100000")
	w.Header().Set("X-Total-Count", "2")
	_, _ = io.WriteString(w, "address,class,category\r\nhalf@example.com,hard,us")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// scriptCertificate writes a certificate for 127.0.0.1 that is its own
// authority, and its key.
func scriptCertificate(ts *testscript.TestScript, _ bool, args []string) {
	cert, key, err := makeCertificate()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), cert, 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), key, 0o600))
}

func makeCertificate() (cert, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "127.0.0.1"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IsCA:         true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}
