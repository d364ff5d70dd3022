// Command openapi uses a nosend server through a client that a generator made
// from api/openapi.yaml. Each step calls operations and looks at what comes
// back in the client's own types. The script run beside it makes client.go.
//
//	openapi PATH-OF-NOSEND
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// patience bounds everything together.
const patience = 2 * time.Minute

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(nosend string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	folder, err := os.MkdirTemp("", "nosend-openapi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	token, err := newToken(ctx, nosend, folder)
	if err != nil {
		return err
	}
	url, stop, err := serve(ctx, nosend, folder)
	if err != nil {
		return err
	}
	return errors.Join(follow(ctx, url, token), stop())
}

func newToken(ctx context.Context, nosend, folder string) (string, error) {
	cmd := exec.CommandContext(ctx, nosend, "token", "create", "--name", "aiko", "--role", "admin")
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("token create: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// serve starts a server on a free port, and returns its address when it
// listens.
func serve(ctx context.Context, nosend, folder string) (url string, stop func() error, err error) {
	cmd := exec.CommandContext(ctx, nosend, "serve", "--listen", "127.0.0.1:0", "--db", filepath.Join(folder, "nosend.db"))
	cmd.Dir = folder
	log, err := cmd.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	}
	greeting := regexp.MustCompile(`listening on (http://[0-9.:]+)`)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if found := greeting.FindStringSubmatch(lines.Text()); found != nil {
			go drain(lines)
			return found[1], stop, nil
		}
	}
	return "", nil, errors.Join(errors.New("the server doesn't say where it listens"), stop())
}

// drain reads on, so that the server can write its log.
func drain(lines *bufio.Scanner) {
	for lines.Scan() {
	}
}

// follow takes the steps, one after the other.
func follow(ctx context.Context, url, token string) error {
	bearer := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	client, err := NewClientWithResponses(url, WithRequestEditorFn(bearer))
	if err != nil {
		return err
	}
	stranger, err := NewClientWithResponses(url)
	if err != nil {
		return err
	}
	v := &visitor{ctx: ctx, client: client, stranger: stranger}
	for _, s := range steps() {
		s.take(v)
		if v.failed != nil {
			return fmt.Errorf("%s: %w", s.name, v.failed)
		}
		fmt.Println("ok ", s.name)
	}
	return nil
}
