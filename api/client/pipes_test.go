package client_test

import (
	"context"
	"net"
	"sync"
)

// pipes is a listener whose connections are in memory.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
	mutex    sync.Mutex
	refuse   []error // what the next connections fail with
	made     int     // connections that were made
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.refuse) > 0 {
		err := p.refuse[0]
		p.refuse = p.refuse[1:]
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	here, there := net.Pipe()
	select {
	case p.accepted <- there:
		p.made++
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// connections says how many were made.
func (p *pipes) connections() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.made
}

// Accept implements net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr implements net.Listener.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }
