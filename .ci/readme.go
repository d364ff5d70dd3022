// Command readme follows README.md line by line: it clones the repository into
// an empty folder, runs there every command of its console blocks, in order,
// and compares what they print with what README says.
//
//	```console          commands behind "$ ", each with its output
//	```console server   the same, but left running; the output is awaited
//
// In the output, "..." stands for anything within a line; a line of only "..."
// for any number of lines.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// patience is how long a server may take to say what README promises; it
// includes compiling it.
const patience = 3 * time.Minute

type block struct {
	server bool
	line   int
	steps  []step
}

type step struct {
	line    int
	command string
	want    []string
}

func main() {
	if err := follow(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func follow() error {
	folder, err := os.MkdirTemp("", "nosend-readme-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	clone := filepath.Join(folder, "nosend")
	if out, err := exec.Command("git", "clone", "-q", ".", clone).CombinedOutput(); err != nil {
		return fmt.Errorf("clone: %w: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(clone, "README.md"))
	if err != nil {
		return err
	}
	commands := 0
	for _, b := range blocks(string(text)) {
		run := runBlock
		if b.server {
			run = startServer
		}
		stop, err := run(clone, b)
		if stop != nil {
			defer stop()
		}
		if err != nil {
			return err
		}
		commands += len(b.steps)
	}
	if commands == 0 {
		return fmt.Errorf("README.md has no console blocks")
	}
	fmt.Printf("followed %d commands\n", commands)
	return nil
}

func blocks(text string) []block {
	var out []block
	inside := false
	for n, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "```console"):
			inside = true
			out = append(out, block{server: strings.HasSuffix(line, " server"), line: n + 1})
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside && strings.HasPrefix(line, "$ "):
			b := &out[len(out)-1]
			b.steps = append(b.steps, step{line: n + 1, command: line[2:]})
		case inside:
			b := &out[len(out)-1]
			s := &b.steps[len(b.steps)-1]
			if len(s.want) == 0 && !complete(s.command) {
				s.command += "\n" + line
				continue
			}
			s.want = append(s.want, line)
		}
	}
	return out
}

// complete reports whether the shell would run a command, rather than wait for
// its next line.
func complete(command string) bool {
	return exec.Command("bash", "-n", "-c", command).Run() == nil
}

// runBlock runs each command in a shell of its own.
func runBlock(folder string, b block) (func(), error) {
	for _, s := range b.steps {
		cmd := exec.Command("bash", "-c", s.command)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
			return nil, err // a command that fails is judged by what it prints
		}
		got := strings.TrimRight(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n")
		if !pattern(s.want).MatchString(got) {
			return nil, fmt.Errorf("README.md:%d: $ %s\nshould print:\n%s\nprinted:\n%s", s.line, s.command, strings.Join(s.want, "\n"), got)
		}
		fmt.Printf("ok  README.md:%d: %s\n", s.line, strings.SplitN(s.command, "\n", 2)[0])
	}
	return nil, nil
}

// startServer runs the block's one command on a terminal, as a person would,
// and waits until it has printed what README says.
func startServer(folder string, b block) (func(), error) {
	s := b.steps[0]
	cmd := exec.Command("script", "-qfec", s.command, "/dev/null")
	cmd.Dir = folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	keyboard, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop := func() { // Ctrl-C, which reaches the server through whatever started it
		_, _ = keyboard.Write([]byte{3})
		_ = cmd.Wait()
	}
	if err := await(out, s); err != nil {
		return stop, err
	}
	fmt.Printf("ok  README.md:%d: %s\n", s.line, s.command)
	go io.Copy(io.Discard, out)
	return stop, nil
}

func await(out io.Reader, s step) error {
	found := make(chan error, 1)
	var got bytes.Buffer
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			got.WriteString(strings.TrimRight(lines.Text(), "\r") + "\n")
			if pattern(s.want).MatchString(strings.TrimRight(got.String(), "\n")) {
				found <- nil
				return
			}
		}
		found <- fmt.Errorf("README.md:%d: $ %s\nended with:\n%s", s.line, s.command, got.String())
	}()
	select {
	case err := <-found:
		return err
	case <-time.After(patience):
		return fmt.Errorf("README.md:%d: $ %s\nhas not printed what it should after %s", s.line, s.command, patience)
	}
}

// pattern turns expected lines into an expression for the whole output.
func pattern(want []string) *regexp.Regexp {
	var b strings.Builder
	for i, line := range want {
		if i > 0 && want[i-1] != "..." {
			b.WriteString("\n")
		}
		if line == "..." {
			b.WriteString(`(?:.*\n)*?`)
			if i == len(want)-1 {
				b.WriteString(`.*`)
			}
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), regexp.QuoteMeta("..."), `.*?`))
	}
	return regexp.MustCompile(`^` + b.String() + `$`)
}
