package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"

	"github.com/nosend/nosend/api"
)

// openProfiles opens the port for profiles, on this machine only: they tell
// what is in memory, and that may be an address. It is nil where none is set.
func openProfiles(listen string) (net.Listener, error) {
	if listen == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil || !api.IsLoopback(host) {
		return nil, hinted{fmt.Errorf("setting profile-listen: %q is not an address of this machine for itself", listen), "write it as 127.0.0.1:6060"}
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("setting profile-listen: %w", err)
	}
	return l, nil
}

// serveProfiles serves until ctx ends. Who reads a profile then doesn't hold up
// the end.
func (a *app) serveProfiles(ctx context.Context) error {
	a.log.Info("profiles are served on http://" + a.profiler.Addr().String() + "/debug/pprof/")
	context.AfterFunc(ctx, func() { _ = a.profiler.Close() })
	err := (&http.Server{Handler: profiles(), ReadHeaderTimeout: a.pace.head}).Serve(a.profiler)
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serve profiles: %w", err)
}

// profiles serves what go tool pprof asks for.
func profiles() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /debug/pprof/", pprof.Index)
	routes.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	routes.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	routes.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	routes.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return routes
}
