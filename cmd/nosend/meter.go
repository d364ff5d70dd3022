package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// meterEvery is how often the bar of a meter is drawn.
const meterEvery = 200 * time.Millisecond

// meter shows how far a long work has come, on a terminal only: a bar where
// the size of the whole is known, else the rows. The libraries for it bring
// more modules than this has lines.
type meter struct {
	out     io.Writer // nil: nobody looks
	things  string    // what is counted
	size    int64     // of the input in bytes, or how many things there are; 0: not known
	read    int64     // how much of it is done
	started time.Time
	drawn   time.Time // zero: no bar stands there
}

func newMeter(out io.Writer, size int64) *meter {
	m := &meter{things: "rows", size: size, started: time.Now()}
	if onTerminal(out) {
		m.out = out
	}
	return m
}

// reading counts what is read.
func (m *meter) reading(in io.Reader) io.Reader { return metered{in, m} }

type metered struct {
	io.Reader
	meter *meter
}

// Read implements io.Reader.
func (r metered) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.meter.read += int64(n)
	return n, err
}

// show draws the bar, unless it was drawn a moment ago.
func (m *meter) show(n int) {
	if m.out == nil || time.Since(m.drawn) < meterEvery {
		return
	}
	m.drawn = time.Now()
	fmt.Fprintf(m.out, "\r\x1b[K%s", m.line(n, time.Since(m.started)))
}

// line is the bar.
func (m *meter) line(n int, took time.Duration) string {
	if m.size <= 0 || m.read == 0 {
		return fmt.Sprintf("nosend: %d %s", n, m.things)
	}
	const width = 30
	part := min(1, float64(m.read)/float64(m.size))
	full := int(part * width)
	left := time.Duration(float64(took) * (1 - part) / part).Round(time.Second)
	return fmt.Sprintf("nosend: [%s%s] %3.0f%%, %d %s, %s left",
		strings.Repeat("#", full), strings.Repeat(" ", width-full), 100*part, n, m.things, left)
}

// clear takes the bar away, so that a message can stand there.
func (m *meter) clear() {
	if m.out != nil && !m.drawn.IsZero() {
		m.drawn = time.Time{}
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}
