// Package api serves the list over HTTP: look-ups, decisions by people,
// webhooks and exports. Its routes stand in one table, [Routes].
package api

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"golang.org/x/sync/semaphore"

	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

const (
	// DefaultMaxBody is the greatest webhook body, after inflating, in bytes.
	DefaultMaxBody = 10 << 20
	// GreatestBody is the most that it may be set to: several bodies of this
	// size must fit into memory at once.
	GreatestBody = 1 << 30
)

// Observer is told how requests were answered. Its methods are called
// concurrently and must be quick.
type Observer interface {
	// Request: a request was answered. route is a Route's Path, or "other".
	Request(route, method string, code int, took time.Duration)
	// Webhook: a source's webhook was answered; result is one of ok,
	// unauthorized, malformed, too_large, overloaded, error.
	Webhook(source, result string)
	// Lookups: n addresses were looked up; result is one of suppressed, clear,
	// invalid, error.
	Lookups(result string, n int)
}

// Classifier explains what a reply means. Its methods are called concurrently.
// A *classify.Classifier is one.
type Classifier interface {
	Explain(in classify.Input) classify.Explanation
	Rules() []classify.Rule
}

// Source is what is configured for one source of webhooks.
type Source struct {
	// Secret that its requests must present; "": a token with the role
	// webhook is enough, or nothing where no token is configured.
	Secret   string
	Settings webhook.Settings
}

// Config is what a Server works with. List, Classifier, Tokens and Observer
// are required.
type Config struct {
	List       *suppress.List
	Classifier Classifier
	Tokens     *Tokens
	Sources    map[string]Source // by the provider's name
	Observer   Observer
	Metrics    http.Handler                    // serves GET /metrics; nil: there is none
	StoreSize  func() (bytes int64, err error) // nil: not known
	Log        *slog.Logger                    // nil: nothing is logged
	MaxBody    int64                           // 0 is DefaultMaxBody
	Version    string
}

// Server answers requests. It is an http.Handler.
type Server struct {
	Config
	router    *mux.Router
	lookups   http.Handler // GET /suppressed/{address}, ahead of the router
	started   time.Time
	noStore   []string // values of headers, shared by all answers; nothing changes them
	typeJSON  []string
	last      lastHeard
	providers map[string]webhook.Provider
	bodies    *semaphore.Weighted // bytes of memory that request bodies may take
	unproven  *semaphore.Weighted // the same for requests that have shown no secret
	answers   *semaphore.Weighted // bytes of memory that the answers to checks may take
	stall     time.Duration       // how long a client may take for one chunk of an export or a check
}

// New makes a Server. It refuses settings for a source that no provider has,
// and a MaxBody that makes no sense.
func New(c Config) (*Server, error) {
	if c.MaxBody == 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.MaxBody < 1 || c.MaxBody > GreatestBody {
		return nil, fmt.Errorf("the greatest body is %d bytes; it must be from 1 to %d", c.MaxBody, GreatestBody)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		Config: c, providers: map[string]webhook.Provider{}, stall: exportStall,
		last: newLastHeard(), noStore: []string{"no-store"}, typeJSON: []string{"application/json"},
		bodies:   semaphore.NewWeighted(pendingBodies * (c.MaxBody + 1)),
		unproven: semaphore.NewWeighted(unprovenBodies * (c.MaxBody + 1)),
		answers:  semaphore.NewWeighted(pendingAnswers),
	}
	for _, p := range webhook.Providers() {
		s.providers[p.Name] = p
	}
	for name := range c.Sources {
		if _, ok := s.providers[name]; !ok {
			return nil, fmt.Errorf("source %q is configured, but nosend reads only %s", name, strings.Join(providerNames(), ", "))
		}
	}
	s.router, s.started = s.newRouter(), c.List.Clock().UTC()
	return s, nil
}

func providerNames() []string {
	var names []string
	for _, p := range webhook.Providers() {
		names = append(names, p.Name)
	}
	return names
}

// addressPattern lets slashes that nobody escaped stand before the last @ only.
// After it they end the address, or PUT /suppressed/a@x.jp/events would
// suppress an address of the domain "x.jp/events".
const addressPattern = "{address:(?:.*(?:@|%40))?[^/]+}"

// wrongMethod names the routes that answer 405.
const wrongMethod = "wrong method"

// newRouter matches on the encoded path and cleans nothing, for an address may
// hold any character: "a/b@x.jp" arrives as a%2Fb@x.jp.
func (s *Server) newRouter() *mux.Router {
	r := mux.NewRouter().UseEncodedPath().SkipClean(true)
	r.NotFoundHandler = s.endpoint(notFound)
	r.MethodNotAllowedHandler = s.endpoint(s.methodNotAllowed)
	for _, route := range Routes() {
		pattern := strings.NewReplacer("{address}", addressPattern, "{id}", "{id:[0-9]+}").Replace(route.Path)
		handler := s.handler(route)
		if route.Method == http.MethodGet && route.Path == lookupPath {
			s.lookups = handler
		}
		r.Handle(pattern, handler).Methods(route.methods()...)
		if pattern == route.Path && strings.HasPrefix(pattern, "/suppressed/") {
			// "check" is no address, so the look-ups further down don't get it.
			r.Handle(pattern, r.MethodNotAllowedHandler).Name(wrongMethod)
		}
	}
	return r
}

// ServeHTTP implements http.Handler. What counts and logs stands here, outside
// the router, so that it also sees what no route takes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	rec := &recorder{ResponseWriter: w, route: "other"}
	w.Header()["Cache-Control"] = s.noStore // an old "not suppressed" is no answer
	s.serve(rec, r)
	s.finish(rec, r, time.Since(started))
	if rec.aborted {
		panic(http.ErrAbortHandler) // net/http's way to break off the connection
	}
}

func (s *Server) serve(rec *recorder, r *http.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			s.fail(rec, panicked(fault))
		}
	}()
	if err := cmp.Or(checkPath(r.URL.EscapedPath()), s.guard(r)); err != nil {
		s.fail(rec, err)
		return
	}
	if _, plain := plainLookup(r); plain {
		s.lookups.ServeHTTP(rec, r)
		return
	}
	s.router.ServeHTTP(rec, r)
}

// maxPath is the longest path, in bytes: an address has at most 320, three
// times that when each is escaped.
const maxPath = 2048

// checkPath refuses paths that no route can mean. An empty part is what a base
// URL with a slash too many makes: "//user@example.com" must not be answered as
// another address, which nobody has suppressed.
func checkPath(path string) error {
	if len(path) > maxPath {
		return problem(http.StatusRequestURITooLong, "the path has %d bytes, at most %d are allowed", len(path), maxPath)
	}
	for _, part := range []string{"//", "/./", "/../"} {
		if strings.Contains(path, part) {
			return problem(http.StatusBadRequest, "the path holds %s; drop it, or write %%2F for a slash in an address", part)
		}
	}
	return nil
}
