package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typed is what a person types before pressing Tab, and words of what is on
// the screen then.
func typed() map[string][]string {
	return map[string][]string{
		"nosend ch":                      {"check"},
		"nosend export --format s":       {"sendgrid", "ses-delete", "sparkpost"},
		"nosend export --format ":        {"csv", "ndjson", "mailgun"},
		"nosend check --only ":           {"sendable", "suppressed"},
		"nosend serve --log-level de":    {"debug"},
		"nosend serve --rules own":       {"own-rules.tsv"},
		"nosend help exit":               {"exit-codes"},
		"nosend dead-letters repl":       {"replay"},
		"nosend list --state watching,r": {"released"},
		"nosend completion f":            {"fish"},
	}
}

// TestCompletionInShells: bash and zsh on a terminal, with the script that
// nosend prints for them.
func TestCompletionInShells(t *testing.T) {
	for name, setup := range map[string]string{
		"bash": `. ` + bashCompletion + `; bind 'set show-all-if-ambiguous on'; . <(nosend completion bash); PS1='rea''dy# '`,
		"zsh":  `autoload -U compinit; compinit -u -D; . <(nosend completion zsh); unset zle_bracketed_paste; setopt NO_BEEP NO_LIST_AMBIGUOUS NO_PROMPT_SP; PS1='rea''dy# '`,
	} {
		t.Run(name, func(t *testing.T) {
			needShell(t, name, "script")
			s := openShell(t, map[string]string{"bash": "bash --norc --noprofile -i", "zsh": "zsh -f -i"}[name])
			s.types("stty cols 160 rows 60\n" + setup + "\n")
			s.sees("ready# ")
			for text, words := range typed() {
				s.types(text + "\t")
				s.sees(words...)
				s.types("\x15echo $((6*7))\n") // Ctrl-U: the line is empty again
				s.sees("\n42\nready# ")
			}
			s.types("nosend show own\tzzz")
			s.sees("ownzzz") // no file is an address
		})
	}
}

// TestCompletionInFish asks fish itself what it would offer.
func TestCompletionInFish(t *testing.T) {
	needShell(t, "fish")
	ask := func(text string) string {
		cmd := exec.Command("fish", "--no-config", "-c", "nosend completion fish | source; complete -C "+"'"+text+"'")
		cmd.Dir, cmd.Env = shellFolder(t), shellEnv(t)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	for text, words := range typed() {
		offered := ask(text)
		for _, word := range words {
			assert.Contains(t, offered, word, "after %q", text)
		}
	}
	assert.NotContains(t, ask("nosend show own"), "own", "no file is an address")
}

// bashCompletion is what bash's script is built on.
const bashCompletion = "/usr/share/bash-completion/bash_completion"

// needShell skips the test where a shell is not installed; the automatic check
// has no excuse.
func needShell(t *testing.T, programs ...string) {
	skip := t.Skipf
	if os.Getenv("CI") == "true" {
		skip = t.Fatalf
	}
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			skip("%s is not installed: %v", name, err)
		}
	}
	if programs[0] == "bash" {
		if _, err := os.Stat(bashCompletion); err != nil {
			skip("the package bash-completion is not installed: %v", err)
		}
	}
}

func shellFolder(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "own-rules.tsv"), nil, 0o644))
	return dir
}

func shellEnv(t *testing.T) []string {
	home := t.TempDir()
	return append(os.Environ(), "HOME="+home, "ZDOTDIR="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "TERM=xterm", "LC_ALL=C.UTF-8")
}

// typing is a shell on a terminal of its own.
type typing struct {
	t      *testing.T
	in     io.Writer
	screen *transcript
	seen   int // bytes of the screen that belong to what was typed before
}

func openShell(t *testing.T, line string) *typing {
	s := &typing{t: t, screen: newTranscript()}
	cmd := exec.Command("script", "-qfec", line, "/dev/null")
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = shellFolder(t), shellEnv(t), s.screen, s.screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	s.in, err = cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the shell goes when its terminal does
		_ = cmd.Wait()
	})
	return s
}

func (s *typing) types(text string) {
	all, _ := s.screen.read()
	s.seen = len(all)
	_, err := io.WriteString(s.in, text)
	require.NoError(s.t, err)
}

// sees waits until all words stand on the screen. Colours and the like don't
// count.
func (s *typing) sees(words ...string) {
	s.t.Helper()
	control := regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|[\x00-\x09\x0b-\x1f]`)
	deadline := time.After(patience)
	for {
		all, more := s.screen.read()
		text := control.ReplaceAllString(all[s.seen:], "")
		missing := ""
		for _, word := range words {
			if !strings.Contains(text, word) {
				missing = word
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-more:
		case <-deadline:
			require.Fail(s.t, fmt.Sprintf("%q is not on the screen:\n%q", missing, text))
		}
	}
}
