package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// ticking shows on a terminal that a work goes on of which nobody knows how
// far it is, and for how long it has. The returned function ends that, and
// takes the line away.
func (p *program) ticking(what string) (stop func()) {
	if !onTerminal(p.err) {
		return func() {}
	}
	return tick(p.err, what)
}

func tick(out io.Writer, what string) (stop func()) {
	var clock sync.WaitGroup
	done, started := make(chan struct{}), time.Now()
	clock.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(out, "\r\x1b[K")
				return
			case <-ticker.C:
				fmt.Fprintf(out, "\r\x1b[Knosend: %s, for %s", what, time.Since(started).Round(time.Second))
			}
		}
	})
	return sync.OnceFunc(func() { close(done); clock.Wait() })
}
