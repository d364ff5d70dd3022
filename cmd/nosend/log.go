package main

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
)

// newLog writes text on a terminal and JSON elsewhere, unless told otherwise.
func (p *program) newLog(format, level string) (*slog.Logger, error) {
	var options slog.HandlerOptions
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("setting log-level: it is %q, allowed are debug, info, warn, error", level)
	}
	options.Level = l
	switch {
	case format == "text" || format == "auto" && onTerminal(p.err):
		return slog.New(slog.NewTextHandler(p.err, &options)), nil
	case format == "json" || format == "auto":
		return slog.New(slog.NewJSONHandler(p.err, &options)), nil
	}
	return nil, fmt.Errorf("setting log-format: it is %q, allowed are auto, text, json", format)
}

// greet says what a new user wants to know: in plain words to a person, and
// else in the log. Whoever starts the server on port 0 reads the port there.
func (p *program) greet(a *app, addr net.Addr) {
	say := func(line string) { a.log.Info(line) }
	if onTerminal(p.err) {
		say = func(line string) { fmt.Fprintln(p.err, "nosend: "+line) }
	}
	for _, line := range greeting(a.serveSettings, a.tokenFile.Required(), addr) {
		say(line)
	}
}

func greeting(s serveSettings, tokenNeeded bool, addr net.Addr) []string {
	scheme := "http"
	if s.tlsCert != "" {
		scheme = "https"
	}
	data, err := filepath.Abs(s.db)
	if err != nil {
		data = s.db
	}
	lines := []string{"listening on " + scheme + "://" + addr.String(), "the list is in " + data}
	try := "try: curl " + scheme + "://" + reachable(addr) + "/suppressed/user@example.com"
	if tokenNeeded {
		return append(lines, "requests need a token from "+s.tokens, try+" -H 'Authorization: Bearer TOKEN'")
	}
	create := "nosend token create --name mailer --role read"
	if s.tokens != defaultTokens {
		create += " --tokens " + s.tokens
	}
	return append(lines, "no token is set: only this machine is served; make one with: "+create, try)
}

// reachable is an address that this machine can call: 0.0.0.0 is none.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	return fmt.Sprintf("localhost:%d", tcp.Port)
}
