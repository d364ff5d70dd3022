package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// drainTime is how long requests in flight may take after a signal.
const drainTime = 30 * time.Second

// pace is how often the chores run, and how long a client may take.
type pace struct {
	sweep   time.Duration // how often ended holds leave the gauges
	tokens  time.Duration // how often the token file is looked at
	head    time.Duration // how long a request's head may take
	request time.Duration // how long a request may take, with its body
}

func usualPace() pace {
	return pace{sweep: 15 * time.Second, tokens: time.Second, head: 10 * time.Second, request: time.Minute}
}

// run serves until ctx ends or the server fails, then drains. When it returns
// the chores have ended too. It calls stop before it says that it is stopping:
// whoever then sends a second signal can't wait.
func (a *app) run(ctx context.Context, stop context.CancelFunc, l net.Listener, told *hangups) error {
	group, ctx := errgroup.WithContext(ctx)
	server := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: a.pace.head,
		ReadTimeout:       a.pace.request,
		WriteTimeout:      2 * a.pace.request, // from the head of the request on; long answers extend it as they are read
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	if a.profiler != nil {
		group.Go(func() error { return a.serveProfiles(ctx) })
	}
	group.Go(func() error { return a.reloading(ctx, stop, told) })
	group.Go(func() error { return every(ctx, a.pace.sweep, a.sweep) })
	group.Go(func() error { return every(ctx, a.pace.tokens, a.reloadTokens) })
	group.Go(func() error {
		<-ctx.Done()
		stop()
		a.log.Info("stopping: answering what is in flight")
		return drain(server, drainTime)
	})
	return group.Wait()
}

// drain stops accepting and waits for the answers in flight, up to a limit.
func drain(server *http.Server, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("requests were still unanswered %s after the signal to stop; they were broken off", limit), server.Close())
	}
	return err
}

// every runs a chore until ctx ends. A chore that fails is tried again.
func every(ctx context.Context, interval time.Duration, chore func(context.Context)) error {
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
	err := a.tokenFile.Reload()
	if message := fmt.Sprint(err); message != a.tokenFault {
		a.tokenFault = message
		if err != nil {
			a.log.Error("token file not read", "error", err)
		}
	}
}
