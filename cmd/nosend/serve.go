package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/api"
)

const (
	// sweepEvery is how often ended holds leave the gauges.
	sweepEvery = 15 * time.Second
	// tokensEvery is how often the token file is looked at.
	tokensEvery = time.Second
	// drainTime is how long requests in flight may take after a signal.
	drainTime = 30 * time.Second
)

// serveSettings are the flags of serve.
type serveSettings struct {
	listen, db, tokens, rules string
	tlsCert, tlsKey           string
	maxBody                   int64
	cmcSecret, cmcZone        string
	logFormat, logLevel       string
}

func (p *program) serveCommand() *cobra.Command {
	var s serveSettings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server until SIGTERM or SIGINT: then it answers what is in flight and
stops. A second signal stops it at once.`,
		Example: `  nosend serve
  nosend serve --listen 0.0.0.0:8025 --tls-cert cert.pem --tls-key key.pem
  NOSEND_CMC_SECRET=... nosend serve --db /var/lib/nosend/nosend.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context(), s) },
	}
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:8025", "address and port to listen on")
	f.StringVar(&s.db, "db", "nosend.db", "database file; made if it isn't there")
	f.StringVar(&s.tokens, "tokens", defaultTokens, "token file; nobody needs a token as long as it isn't there")
	f.StringVar(&s.rules, "rules", "", "file with classification rules that go before the built-in ones")
	f.StringVar(&s.tlsCert, "tls-cert", "", "certificate chain (PEM) for HTTPS")
	f.StringVar(&s.tlsKey, "tls-key", "", "private key (PEM) for HTTPS")
	f.Int64Var(&s.maxBody, "max-body", api.DefaultMaxBody, "greatest webhook body after inflating, in bytes")
	f.StringVar(&s.cmcSecret, "cmc-secret", "", "secret that Customers Mail Cloud sends (better set as NOSEND_CMC_SECRET)")
	f.StringVar(&s.cmcZone, "cmc-zone", "Asia/Tokyo", "time zone chosen in the console of Customers Mail Cloud")
	f.StringVar(&s.logFormat, "log-format", "auto", "text, json, or auto: text on a terminal")
	f.StringVar(&s.logLevel, "log-level", "info", "debug, info, warn or error")
	return cmd
}

func (p *program) serve(ctx context.Context, s serveSettings) (err error) {
	log, err := p.newLog(s.logFormat, s.logLevel)
	if err != nil {
		return err
	}
	a, err := open(s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.store.Close()) }()
	listener, err := a.listen(s)
	if err != nil {
		return err
	}
	p.greet(a, s, listener.Addr())
	return a.run(ctx, listener)
}

// listen refuses to serve others than this machine as long as nobody needs a
// token.
func (a *app) listen(s serveSettings) (net.Listener, error) {
	if !a.tokens.Required() && !api.IsLoopback(s.listen) {
		return nil, hinted{fmt.Errorf("setting listen: %s can be reached by others, but no token is configured in %s", s.listen, s.tokens),
			"make one with: nosend token create --name mailer --role read; or listen on 127.0.0.1"}
	}
	config, err := tlsConfig(s.tlsCert, s.tlsKey)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return nil, fmt.Errorf("setting listen: %w", err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	return l, nil
}

// tlsConfig allows TLS 1.2, for Customers Mail Cloud speaks nothing newer.
func tlsConfig(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	if cert == "" || key == "" {
		return nil, errors.New("settings tls-cert and tls-key go together; only one of them is set")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("settings tls-cert, tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// run serves until a signal or a fault, then drains.
func (a *app) run(ctx context.Context, l net.Listener) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	server := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
	}
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error { return a.every(ctx, sweepEvery, a.sweep) })
	group.Go(func() error { return a.every(ctx, tokensEvery, a.reloadTokens) })
	group.Go(func() error {
		<-ctx.Done()
		stop() // from here on a second signal ends the process at once
		a.log.Info("stopping: answering what is in flight")
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		return server.Shutdown(drain)
	})
	err := group.Wait()
	a.log.Info("stopped")
	return err
}

// every runs a chore until ctx ends. A chore that fails is tried again.
func (a *app) every(ctx context.Context, interval time.Duration, chore func(context.Context)) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			chore(ctx)
		}
	}
}

func (a *app) sweep(ctx context.Context) {
	if n, err := a.list.Sweep(ctx); err != nil && ctx.Err() == nil {
		a.log.Error("sweep failed", "error", err)
	} else if n > 0 {
		a.log.Info("holds ended", "entries", n)
	}
}

// reloadTokens logs a fault once, not every second.
func (a *app) reloadTokens(context.Context) {
	err := a.tokens.Reload()
	if message := fmt.Sprint(err); message != a.tokenFault {
		a.tokenFault = message
		if err != nil {
			a.log.Error("token file not read", "error", err)
		}
	}
}
