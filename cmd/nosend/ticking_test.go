package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestTick: a line that is written anew each second, and taken away.
func TestTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		stop := tick(&out, "reading nosend.db")
		time.Sleep(2500 * time.Millisecond) // in a bubble: it takes none
		stop()
		stop()
		assert.Equal(t, "\r\x1b[Knosend: reading nosend.db, for 1s\r\x1b[Knosend: reading nosend.db, for 2s\r\x1b[K", out.String())
	})
}
