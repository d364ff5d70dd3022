package api

import (
	"bytes"
	"io"

	"github.com/nosend/nosend/suppress"
)

const (
	// answersInMemory is how long an answer may get before it goes to a
	// temporary file: some thousand addresses don't need one.
	answersInMemory = 1 << 20
	// pendingAnswers is how much memory all of them may take together, in bytes.
	pendingAnswers = 64 << 20
	// answersFirst is how much memory an answer gets to begin with.
	answersFirst = 16 << 10
)

// answers keeps an answer until the request has been read to its end: a client
// that writes everything before it reads would otherwise wait for ever, as
// would the server. Short answers stay in memory, as far as all of them
// together may take it; the others are spooled.
type answers struct {
	list   *suppress.List
	take   func(int64) bool // reports whether so much more memory may be used
	give   func(int64)
	memory []byte
	spool  *suppress.Spool
}

// Write implements io.Writer.
func (a *answers) Write(p []byte) (int, error) {
	if a.spool == nil && !a.fits(len(p)) {
		spool, err := a.list.NewSpool()
		if err != nil {
			return 0, err
		}
		a.spool = spool
		if _, err := spool.Write(a.memory); err != nil {
			return 0, err
		}
		a.forget()
	}
	if a.spool != nil {
		return a.spool.Write(p)
	}
	a.memory = append(a.memory, p...)
	return len(p), nil
}

// fits makes room in memory for n more bytes, if it may.
func (a *answers) fits(n int) bool {
	if len(a.memory)+n <= cap(a.memory) {
		return true
	}
	size := max(answersFirst, 2*cap(a.memory))
	for size < len(a.memory)+n {
		size *= 2
	}
	if size > answersInMemory || !a.take(int64(size-cap(a.memory))) {
		return false
	}
	a.memory = append(make([]byte, 0, size), a.memory...)
	return true
}

// finish returns all that was written, and its length.
func (a *answers) finish() (io.Reader, int64, error) {
	if a.spool == nil {
		return bytes.NewReader(a.memory), int64(len(a.memory)), nil
	}
	return a.spool, a.spool.Size(), a.spool.Rewind()
}

func (a *answers) forget() {
	a.give(int64(cap(a.memory)))
	a.memory = nil
}

func (a *answers) close() {
	a.forget()
	if a.spool != nil {
		_ = a.spool.Close() // it has no name and goes away with its descriptor
	}
}
