package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/metrics"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
	"github.com/nosend/nosend/suppress/classify"
)

// app is the server's parts, wired together.
type app struct {
	log        *slog.Logger
	tokens     *api.Tokens
	tokenFault string // the last one that was logged
	store      *boltstore.Store
	list       *suppress.List
	handler    http.Handler
}

// open makes all parts, or none.
func open(s serveSettings, log *slog.Logger) (*app, error) {
	zone, err := time.LoadLocation(s.cmcZone)
	if err != nil {
		return nil, hinted{fmt.Errorf("setting cmc-zone: %w", err), "names look like Asia/Tokyo or UTC"}
	}
	if s.maxBody < 1 {
		return nil, fmt.Errorf("setting max-body: it is %d, it must be at least 1", s.maxBody)
	}
	classifier, err := loadClassifier(s.rules)
	if err != nil {
		return nil, err
	}
	tokens, err := api.OpenTokens(s.tokens)
	if err != nil {
		return nil, err
	}
	m := metrics.New(metrics.Config{Version: version(), Sources: providers(), Routes: api.RoutePaths()})
	a := &app{log: log, tokens: tokens}
	if a.store, err = boltstore.Open(s.db, boltstore.Options{OnCommit: m.Commit}); err != nil {
		return nil, err
	}
	if err := a.wire(s, zone, classifier, m); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	return a, nil
}

func (a *app) wire(s serveSettings, zone *time.Location, c *classify.Classifier, m *metrics.Metrics) (err error) {
	a.list, err = suppress.New(suppress.Config{Store: a.store, Classifier: c, Observer: m})
	if err != nil {
		return err
	}
	m.Watch(a.list, a.store.Size)
	a.handler, err = api.New(api.Config{
		List: a.list, Classifier: c, Tokens: a.tokens, Observer: m, Metrics: m.Handler(),
		Log: a.log, MaxBody: s.maxBody, Version: version(),
		Sources: map[string]api.Source{"cmc": {Secret: s.cmcSecret, Settings: webhook.Settings{Zone: zone}}},
	})
	return err
}

func providers() []string {
	var names []string
	for _, p := range webhook.Providers() {
		names = append(names, p.Name)
	}
	return names
}

// loadClassifier puts the user's rules, if there are any, before the built-in
// ones.
func loadClassifier(rules string) (*classify.Classifier, error) {
	if rules == "" {
		return classify.New()
	}
	f, err := os.Open(rules)
	if err != nil {
		return nil, fmt.Errorf("setting rules: %w", err)
	}
	defer f.Close()
	return classify.NewWithRules(rules, f)
}

// newLog writes text on a terminal and JSON elsewhere, unless told otherwise.
func (p *program) newLog(format, level string) (*slog.Logger, error) {
	var options slog.HandlerOptions
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("setting log-level: it is %q, allowed are debug, info, warn, error", level)
	}
	options.Level = l
	switch {
	case format == "text" || format == "auto" && p.onTerminal():
		return slog.New(slog.NewTextHandler(p.err, &options)), nil
	case format == "json" || format == "auto":
		return slog.New(slog.NewJSONHandler(p.err, &options)), nil
	}
	return nil, fmt.Errorf("setting log-format: it is %q, allowed are auto, text, json", format)
}

func (p *program) onTerminal() bool {
	f, ok := p.err.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// greet says what a new user wants to know, in plain words.
func (p *program) greet(a *app, s serveSettings, addr net.Addr) {
	scheme := "http"
	if s.tlsCert != "" {
		scheme = "https"
	}
	url := scheme + "://" + addr.String()
	data, err := filepath.Abs(s.db)
	if err != nil {
		data = s.db
	}
	lines := []string{"listening on " + url, "the list is in " + data}
	if a.tokens.Required() {
		lines = append(lines, "requests need a token from "+s.tokens)
	} else {
		lines = append(lines, "no token is set: only this machine is served; make one with: nosend token create --name mailer --role read")
	}
	lines = append(lines, "try: curl "+url+"/suppressed/user@example.com")
	for _, line := range lines {
		if p.onTerminal() {
			fmt.Fprintln(p.err, "nosend: "+line)
		} else {
			a.log.Info(line)
		}
	}
}
