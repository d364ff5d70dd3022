package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the scripts of testdata/cli: what a person types, and what
// it prints. Beside testscript's own commands they have
//
//	server FLAGS...     starts a server in $WORK; sets URL, NOSEND_URL and ADDR
//	terminate           ends it with SIGTERM; it must stop without an error
//	hangup              sends it SIGHUP
//	crash               ends it with SIGKILL
//	log PATTERN         the server has written this; "! log": it has not
//	get [HEADER:VALUE...] PATH
//	post [HEADER:VALUE...] PATH FILE    a request; prints status and body
//	exits CODE COMMAND...    runs a command that ends with this code
//	eventually CODE COMMAND...    the same, tried until it does
//	certificate CERT KEY     makes a certificate for 127.0.0.1
//	fake KIND           starts a server that isn't nosend, or breaks off
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/cli",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Values[serverKey] = &scriptServer{}
			e.Setenv(raceVariable, os.Getenv(raceVariable))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server":      scriptStart,
			"terminate":   scriptTerminate,
			"hangup":      scriptHangup,
			"crash":       scriptCrash,
			"log":         scriptLog,
			"get":         scriptGet,
			"post":        scriptPost,
			"exits":       scriptExits,
			"eventually":  scriptEventually,
			"certificate": scriptCertificate,
			"fake":        scriptFake,
		},
	})
}

const serverKey = "server"

// scriptServer is the server of one script.
type scriptServer struct{ *process }

func serverOf(ts *testscript.TestScript) *scriptServer {
	return ts.Value(serverKey).(*scriptServer)
}

func scriptStart(ts *testscript.TestScript, _ bool, flags []string) {
	var env []string
	for _, name := range []string{"PATH", "TMPDIR", raceVariable, "NOSEND_CONFIG", "NOSEND_DB", "NOSEND_TOKENS", "NOSEND_CMC_SECRET"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	p, err := startProcess(ts.MkAbs("."), env, nil, flags...)
	ts.Check(err)
	ts.Defer(p.kill)
	serverOf(ts).process = p
	ts.Setenv("URL", p.url)
	ts.Setenv("NOSEND_URL", p.url)
	ts.Setenv("ADDR", p.url[strings.LastIndex(p.url, "/")+1:])
}

func scriptTerminate(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(serverOf(ts).stop()) }

func scriptHangup(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(serverOf(ts).signal(syscall.SIGHUP))
}

func scriptCrash(ts *testscript.TestScript, _ bool, _ []string) { serverOf(ts).kill() }

func scriptLog(ts *testscript.TestScript, not bool, args []string) {
	if not {
		if text, _ := serverOf(ts).stderr.read(); regexp.MustCompile(args[0]).MatchString(text) {
			ts.Fatalf("the server has written %s:\n%s", args[0], text)
		}
		return
	}
	_, err := serverOf(ts).await(args[0])
	ts.Check(err)
}

func scriptGet(ts *testscript.TestScript, _ bool, args []string) {
	scriptRequest(ts, http.MethodGet, args, nil)
}

func scriptPost(ts *testscript.TestScript, _ bool, args []string) {
	last := len(args) - 1
	scriptRequest(ts, http.MethodPost, args[:last], strings.NewReader(ts.ReadFile(args[last])))
}

// scriptRequest sends a request: headers first, then the path.
func scriptRequest(ts *testscript.TestScript, method string, args []string, body io.Reader) {
	last := len(args) - 1
	req, err := http.NewRequest(method, ts.Getenv("URL")+args[last], body)
	ts.Check(err)
	for _, header := range args[:last] {
		name, value, _ := strings.Cut(header, ":")
		req.Header.Set(name, strings.TrimSpace(value))
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	_, err = io.WriteString(ts.Stdout(), strconv.Itoa(resp.StatusCode)+" "+string(answer))
	ts.Check(err)
}

func scriptExits(ts *testscript.TestScript, _ bool, args []string) {
	if got := scriptRun(ts, args[1:]); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func scriptEventually(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(patience)
	for strconv.Itoa(scriptRun(ts, args[1:])) != args[0] {
		if time.Now().After(deadline) {
			ts.Fatalf("it never exits with %s", args[0])
		}
	}
}

// scriptRun runs a command and returns its exit code.
func scriptRun(ts *testscript.TestScript, line []string) int {
	err := ts.Exec(line[0], line[1:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}
