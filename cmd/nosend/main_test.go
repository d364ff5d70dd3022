package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// raceVariable holds the settings of the race detector.
const raceVariable = "GORACE"

// TestMain puts this test binary as "nosend" in front of the PATH: run under
// that name it is the program, in a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv(raceVariable) == "" {
		// Each program under the race detector would sleep a second at its end.
		_ = os.Setenv(raceVariable, "atexit_sleep_ms=0")
	}
	testscript.Main(m, map[string]func(){"nosend": main})
}
