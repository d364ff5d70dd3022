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

const (
	// sweepEvery is how often ended holds leave the gauges.
	sweepEvery = 15 * time.Second
	// tokensEvery is how often the token file is looked at.
	tokensEvery = time.Second
	// drainTime is how long requests in flight may take after a signal.
	drainTime = 30 * time.Second
)

// run serves until ctx ends or the server fails, then drains. When it returns
// the chores have ended too. It calls stop before it says that it is stopping:
// whoever then sends a second signal can't wait.
func (a *app) run(ctx context.Context, stop context.CancelFunc, l net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	server := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error { return every(ctx, sweepEvery, a.sweep) })
	group.Go(func() error { return every(ctx, tokensEvery, a.reloadTokens) })
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
