package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nosend/nosend/api"
)

// serveSettings are the flags of serve.
type serveSettings struct {
	listen, db, tokens, rules string
	tlsCert, tlsKey           string
	maxBody                   int64
	cmcSecret, cmcZone        string
	logFormat, logLevel       string
	profileListen             string
}

func (p *program) serveCommand() *cobra.Command {
	var s serveSettings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server until SIGTERM or SIGINT: then it answers what is in flight and
stops. A second signal stops it at once. SIGHUP reads the rules and the certificate
anew; a file that is bad is reported in the log, and the old one stays in force.

With port 0 the system chooses a port; the first line of the log names it.`,
		Example: `  nosend serve
  nosend serve --listen 0.0.0.0:8025 --tls-cert cert.pem --tls-key key.pem
  NOSEND_CMC_SECRET=... nosend serve --db /var/lib/nosend/nosend.db`,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context(), s) },
	}
	s.define(cmd.Flags())
	return cmd
}

func (s *serveSettings) define(f *pflag.FlagSet) {
	f.StringVar(&s.listen, "listen", "127.0.0.1:8025", "address and port to listen on")
	f.StringVar(&s.db, "db", "nosend.db", "database file; made if it isn't there")
	f.StringVar(&s.tokens, "tokens", defaultTokens, "token file; nobody needs a token as long as it isn't there")
	f.StringVar(&s.rules, "rules", "", "file with classification rules that go before the built-in ones")
	f.StringVar(&s.tlsCert, "tls-cert", "", "certificate chain (PEM) for HTTPS")
	f.StringVar(&s.tlsKey, "tls-key", "", "private key (PEM) for HTTPS")
	f.Int64Var(&s.maxBody, "max-body", api.DefaultMaxBody, "greatest webhook body after inflating, in bytes")
	f.StringVar(&s.cmcSecret, "cmc-secret", "", "secret that Customers Mail Cloud sends (better set as NOSEND_CMC_SECRET)")
	f.StringVar(&s.cmcZone, "cmc-zone", "Asia/Tokyo", "time zone chosen in the console of Customers Mail Cloud")
	f.StringVar(&s.profileListen, "profile-listen", "", "address and port for Go's profiles, of this machine only")
	f.StringVar(&s.logFormat, "log-format", "auto", "text, json, or auto: text on a terminal")
	f.StringVar(&s.logLevel, "log-level", "info", "debug, info, warn or error")
}

// serve checks every setting before it touches the database, and closes the
// database after everything that uses it has ended.
func (p *program) serve(ctx context.Context, s serveSettings) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	told := awaitHangups(p.err)
	log, err := p.newLog(s.logFormat, s.logLevel)
	if err != nil {
		return err
	}
	ps, err := readParts(s)
	if err != nil {
		return err
	}
	a, err := open(ps, log)
	if err != nil {
		return err
	}
	if err := errors.Join(p.serveApp(ctx, stop, a, told), a.store.Close()); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

func (p *program) serveApp(ctx context.Context, stop context.CancelFunc, a *app, told *hangups) error {
	listener, err := a.openPort()
	if err != nil {
		return err
	}
	if a.profiler, err = openProfiles(a.profileListen); err != nil {
		return errors.Join(err, listener.Close())
	}
	p.greet(a, listener.Addr())
	return a.run(ctx, stop, listener, told)
}
