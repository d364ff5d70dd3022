package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/nosend/nosend/suppress/classify"
)

// liveRules are the classifier in force. SIGHUP puts another one in its place;
// a reply is judged by one of them from beginning to end.
type liveRules struct {
	file    string // of the user's rules; "": there are none
	current atomic.Pointer[classify.Classifier]
}

func readRules(file string) (*liveRules, error) {
	l := &liveRules{file: file}
	return l, l.read()
}

// read reads the file. If it is bad, the rules stay as they were.
func (l *liveRules) read() error {
	c, err := loadClassifier(l.file)
	if err == nil {
		l.current.Store(c)
	}
	return err
}

// Classify implements suppress.Classifier.
func (l *liveRules) Classify(in classify.Input) classify.Verdict {
	return l.current.Load().Classify(in)
}

// Explain implements api.Classifier.
func (l *liveRules) Explain(in classify.Input) classify.Explanation {
	return l.current.Load().Explain(in)
}

// Rules implements api.Classifier.
func (l *liveRules) Rules() []classify.Rule { return l.current.Load().Rules() }

// liveCertificate is the certificate in force. SIGHUP puts a renewed one in its
// place.
type liveCertificate struct {
	cert, key string // files
	current   atomic.Pointer[tls.Certificate]
}

// readCertificate returns nil where no certificate is set.
func readCertificate(cert, key string) (*liveCertificate, error) {
	switch {
	case cert == "" && key == "":
		return nil, nil
	case cert == "":
		return nil, errors.New("setting tls-cert is missing: tls-key is set, and they go together")
	case key == "":
		return nil, errors.New("setting tls-key is missing: tls-cert is set, and they go together")
	}
	l := &liveCertificate{cert: cert, key: key}
	return l, l.read()
}

// read reads the files. If they are bad, the certificate stays as it was.
func (l *liveCertificate) read() error {
	pair, err := tls.LoadX509KeyPair(l.cert, l.key)
	if err != nil {
		return fmt.Errorf("settings tls-cert and tls-key: %w", err)
	}
	l.current.Store(&pair)
	return nil
}

// config allows TLS 1.2, for Customers Mail Cloud speaks nothing newer.
func (l *liveCertificate) config() *tls.Config {
	return &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return l.current.Load(), nil },
		MinVersion:     tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}
}

// hangups are the SIGHUPs from now on. They would end the process if nobody
// asked for them, so ask early.
type hangups struct {
	signals chan os.Signal
	from    any // the stream that a person reads, if one does
}

// awaitHangups begins to take SIGHUPs.
func awaitHangups(out any) *hangups {
	h := &hangups{signals: make(chan os.Signal, 1)} // one that waits stands for all
	if onTerminal(out) {
		h.from = out
	}
	signal.Notify(h.signals, syscall.SIGHUP)
	return h
}

// closed reports whether the terminal is gone, as SIGHUP says by its first
// meaning: then the person who started the server has left.
func (h *hangups) closed() bool { return h.from != nil && !onTerminal(h.from) }

// reloading reads rules and certificate anew at each SIGHUP, until ctx ends.
func (a *app) reloading(ctx context.Context, stop context.CancelFunc, h *hangups) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.signals:
			if h.closed() {
				stop()
				return nil
			}
			a.reload()
		}
	}
}

// reload takes what is good; what is bad stays as it was.
func (a *app) reload() {
	if err := a.rules.read(); err != nil {
		a.log.Error("rules not read: the old ones stay", "error", err)
	} else {
		a.log.Info("rules read", "file", a.rules.file, "rules", len(a.rules.Rules()))
	}
	if a.certificate == nil {
		return
	}
	if err := a.certificate.read(); err != nil {
		a.log.Error("certificate not read: the old one stays", "error", err)
	} else {
		a.log.Info("certificate read", "file", a.certificate.cert)
	}
}
