package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/nosend/nosend/suppress/classify"
)

// maxLine bounds one line of input, in bytes.
const maxLine = 16 << 20

// showEvery is after how many replies the meter is looked at.
const showEvery = 256

// replyLines is input with a reply on each line, on its way.
type replyLines struct {
	name  string         // what errors call the input
	known classify.Input // what is known of each reply apart from its line
	form  form
	meter *meter
	tally tally
}

// classify answers each line before it waits for another one, so that a
// program can ask and read in turns.
func (l *replyLines) classify(in io.Reader, out io.Writer) error {
	defer l.meter.clear()
	buffered := bufio.NewWriter(out)
	lines := bufio.NewScanner(flushing{l.meter.reading(in), buffered})
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 1
	for ; lines.Scan(); n++ {
		if err := l.answer(buffered, n, lines.Bytes()); err != nil {
			return errors.Join(fmt.Errorf("%s, line %d: %w", l.name, n, err), buffered.Flush())
		}
		if n%showEvery == 0 {
			l.meter.show(l.tally.total)
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("it has more than %d bytes", maxLine)
	}
	if err != nil {
		err = fmt.Errorf("%s, line %d: %w", l.name, n, err)
	}
	return errors.Join(err, buffered.Flush())
}

// answer answers one line; empty ones are passed over.
func (l *replyLines) answer(out io.Writer, n int, line []byte) error {
	if n == 1 {
		if isUTF16(line) {
			return errors.New("it is written in UTF-16; save it as UTF-8")
		}
		line = bytes.TrimPrefix(line, []byte("\uFEFF")) // the mark of UTF-8
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	id, in, err := l.form.read(line, l.known)
	if err != nil {
		return err
	}
	e := l.form.judge(in)
	l.tally.add(&e.Verdict)
	return l.form.write(out, id, in.Text, &e)
}

func isUTF16(start []byte) bool {
	return bytes.HasPrefix(start, []byte{0xFF, 0xFE}) || bytes.HasPrefix(start, []byte{0xFE, 0xFF})
}

// flushing is input that flushes the output before it waits.
type flushing struct {
	io.Reader
	out *bufio.Writer
}

// Read implements io.Reader.
func (f flushing) Read(b []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(b)
}
