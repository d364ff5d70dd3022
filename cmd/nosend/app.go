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

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/metrics"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
	"github.com/nosend/nosend/suppress/classify"
)

// app is the server's parts, wired together.
type app struct {
	parts
	pace       pace
	log        *slog.Logger
	tokenFault string // the last one that was logged
	store      *boltstore.Store
	list       *suppress.List
	handler    http.Handler
	profiler   net.Listener // nil: no profiles
}

// parts are what the settings name, read and found good before anything is
// opened for writing.
type parts struct {
	serveSettings
	certificate *liveCertificate // nil: no HTTPS
	zone        *time.Location
	rules       *liveRules
	tokenFile   *api.Tokens
}

func readParts(s serveSettings) (ps parts, err error) {
	ps.serveSettings = s
	if ps.zone, err = loadZone(s.cmcZone); err != nil {
		return ps, err
	}
	if s.maxBody < 1 || s.maxBody > api.GreatestBody {
		return ps, fmt.Errorf("setting max-body: it is %d, allowed are 1 to %d", s.maxBody, api.GreatestBody)
	}
	if s.db == "" {
		return ps, hinted{errors.New("setting db: it is empty"), "name a file, such as nosend.db"}
	}
	if ps.rules, err = readRules(s.rules); err != nil {
		return ps, err
	}
	if ps.certificate, err = readCertificate(s.tlsCert, s.tlsKey); err != nil {
		return ps, err
	}
	if ps.tokenFile, err = api.OpenTokens(s.tokens); err != nil {
		return ps, err
	}
	return ps, checkListen(s, ps.tokenFile.Required())
}

func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if name == "" || err != nil { // "" would be UTC
		return nil, hinted{fmt.Errorf("setting cmc-zone: there is no time zone %q", name), "names look like Asia/Tokyo or UTC"}
	}
	return zone, nil
}

// How many dead letters are kept, and how many bytes of them at least.
const (
	keptLetters     = 10_000
	keptLetterBytes = 64 << 20
)

// open opens the database and wires the parts, all or none.
func open(ps parts, log *slog.Logger) (*app, error) {
	m := metrics.New(metrics.Config{Version: version(), Sources: providers(), Routes: api.RoutePaths()})
	store, err := boltstore.Open(ps.db, boltstore.Options{OnCommit: m.Commit})
	if err != nil {
		return nil, err
	}
	a := &app{parts: ps, pace: usualPace(), log: log, store: store}
	if err := a.wire(m); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return a, nil
}

func (a *app) wire(m *metrics.Metrics) (err error) {
	a.list, err = suppress.New(suppress.Config{
		Store: a.store, Classifier: a.rules, Observer: m,
		// The largest body can always be kept.
		Letters:  suppress.LetterLimits{Count: keptLetters, Bytes: max(keptLetterBytes, 2*a.maxBody)},
		SpoolDir: filepath.Dir(a.db), // there may be no other folder that can be written, nor one with the space
	})
	if err != nil {
		return err
	}
	m.Watch(a.list, a.store.Size)
	a.handler, err = api.New(api.Config{
		List: a.list, Classifier: a.rules, Tokens: a.tokenFile, Observer: m, Metrics: m.Handler(), StoreSize: a.store.Size,
		Log: a.log, MaxBody: a.maxBody, Version: version(),
		Sources: map[string]api.Source{"cmc": {Secret: a.cmcSecret, Settings: webhook.Settings{Zone: a.zone}}},
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
