// Package api serves the list over HTTP: look-ups, decisions by people,
// webhooks and exports. Its routes stand in one table, [Routes].
package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"golang.org/x/sync/semaphore"

	"github.com/nosend/nosend/api/webhook"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// DefaultMaxBody is the greatest webhook body, after inflating, in bytes.
const DefaultMaxBody = 10 << 20

// pendingBodies is how many bodies of the greatest size may be in memory at
// once; more requests than that are told to come again.
const pendingBodies = 16

// Observer is told how requests were answered. Its methods are called
// concurrently and must be quick.
type Observer interface {
	// Request: a request was answered. route is a Route's Path, or "other".
	Request(route, method string, code int, took time.Duration)
	// Webhook: a source's webhook was answered; result is one of ok,
	// unauthorized, malformed, too_large, overloaded, error.
	Webhook(source, result string)
	// Lookup: an address was looked up; result is one of suppressed, clear,
	// invalid, error.
	Lookup(result string)
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
	Classifier *classify.Classifier
	Tokens     *Tokens
	Sources    map[string]Source // by the provider's name
	Observer   Observer
	Metrics    http.Handler // serves GET /metrics; nil: there is none
	Log        *slog.Logger // nil: nothing is logged
	MaxBody    int64        // 0 is DefaultMaxBody
	Version    string
}

// Server answers requests. It is an http.Handler.
type Server struct {
	Config
	router    *mux.Router
	providers map[string]webhook.Provider
	bodies    *semaphore.Weighted // bytes of request bodies that may be in memory
}

// New makes a Server. It refuses settings for a source that no provider has.
func New(c Config) (*Server, error) {
	if c.MaxBody == 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{Config: c, providers: map[string]webhook.Provider{}, bodies: semaphore.NewWeighted(pendingBodies * c.MaxBody)}
	for _, p := range webhook.Providers() {
		s.providers[p.Name] = p
	}
	for name := range c.Sources {
		if _, ok := s.providers[name]; !ok {
			return nil, fmt.Errorf("source %q is configured, but nosend reads only %s", name, strings.Join(providerNames(), ", "))
		}
	}
	s.router = s.newRouter()
	return s, nil
}

func providerNames() []string {
	var names []string
	for _, p := range webhook.Providers() {
		names = append(names, p.Name)
	}
	return names
}

// newRouter matches on the encoded path and cleans nothing, for an address may
// hold any character: "a/b@x.jp" arrives as a%2Fb@x.jp.
func (s *Server) newRouter() *mux.Router {
	r := mux.NewRouter().UseEncodedPath().SkipClean(true)
	for _, route := range Routes() {
		pattern := strings.ReplaceAll(route.Path, "{address}", "{address:.+}")
		r.Handle(pattern, s.handler(route)).Methods(route.methods()...)
	}
	r.NotFoundHandler = s.endpoint(notFound)
	r.MethodNotAllowedHandler = s.endpoint(s.methodNotAllowed)
	return r
}

// ServeHTTP implements http.Handler. What counts and logs stands here, outside
// the router, so that it also sees what no route takes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	rec := &recorder{ResponseWriter: w, route: "other"}
	s.serve(rec, r)
	s.finish(rec, r, time.Since(started))
	if rec.aborted {
		panic(http.ErrAbortHandler) // net/http's way to break off the connection
	}
}

func (s *Server) serve(rec *recorder, r *http.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			s.fail(rec, r, fmt.Errorf("handler panicked: %v\n%s", fault, debug.Stack()))
		}
	}()
	if err := s.guard(r); err != nil {
		s.fail(rec, r, err)
		return
	}
	s.router.ServeHTTP(rec, r)
}

// finish counts and logs one request. Successful look-ups aren't logged, and
// nothing that may hold an address is.
func (s *Server) finish(rec *recorder, r *http.Request, took time.Duration) {
	s.Observer.Request(rec.route, r.Method, rec.status(), took)
	if rec.quiet && rec.status() < http.StatusInternalServerError {
		return
	}
	level := slog.LevelInfo
	if rec.status() >= http.StatusInternalServerError || rec.aborted {
		level = slog.LevelError
	}
	args := []any{"method", r.Method, "route", rec.route, "status", rec.status(), "bytes", rec.bytes, "ms", float64(took.Microseconds()) / 1000}
	if rec.by != "" {
		args = append(args, "by", rec.by)
	}
	if rec.aborted {
		args = append(args, "aborted", true)
	}
	s.Log.Log(r.Context(), level, "request", append(args, rec.notes...)...)
}

// recorder sees what a handler answers.
type recorder struct {
	http.ResponseWriter
	route   string
	by      string // who asked: the token's name
	code    int
	bytes   int64
	quiet   bool  // not worth a line in the log
	aborted bool  // the answer was broken off
	notes   []any // more for the log, in pairs
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}
