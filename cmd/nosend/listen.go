package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"

	"github.com/nosend/nosend/api"
)

// checkListen refuses what isn't an address, and to serve others than this
// machine as long as nobody needs a token.
func checkListen(s serveSettings, tokenNeeded bool) error {
	host, port, err := net.SplitHostPort(s.listen)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return hinted{fmt.Errorf("setting listen: %q is not an address and a port", s.listen),
			"write it as 127.0.0.1:8025, or as 0.0.0.0:8025 for every network of this machine"}
	}
	if !tokenNeeded && !api.IsLoopback(host) {
		return hinted{fmt.Errorf("setting listen: %s can be reached by others, but no token is configured in %s", s.listen, s.tokens),
			"make one with: nosend token create --name mailer --role read; or listen on 127.0.0.1"}
	}
	return nil
}

// openPort opens the port, for HTTPS if there is a certificate.
func (a *app) openPort() (net.Listener, error) {
	l, err := net.Listen("tcp", a.listen)
	if errors.Is(err, fs.ErrPermission) {
		return nil, hinted{fmt.Errorf("setting listen: %w", err), "ports below 1024 are for programs with more rights; choose another one with --listen"}
	}
	if err != nil {
		return nil, fmt.Errorf("setting listen: %w", err)
	}
	if a.certificate != nil {
		l = tls.NewListener(l, a.certificate.config())
	}
	return l, nil
}
