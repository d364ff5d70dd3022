package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pieces are all that a splitter makes of a body.
type pieces struct {
	texts []string
	long  []bool
	err   error
}

func splitAll(split func(*bufio.Reader) splitter, in io.Reader) (out pieces) {
	s := split(bufio.NewReaderSize(in, askedBuffer))
	for {
		piece, long, err := s.next()
		if err != nil {
			if err != io.EOF {
				out.err = err
			}
			return out
		}
		out.texts, out.long = append(out.texts, string(piece)), append(out.long, long)
	}
}

// FuzzLines: lines are those that bytes.Split makes, however they arrive; long
// ones are cut, and said to be long.
func FuzzLines(f *testing.F) {
	for _, n := range []int{maxAsked - 1, maxAsked, maxAsked + 1, askedBuffer - 1, askedBuffer, askedBuffer + 1, 3 * askedBuffer} {
		long := strings.Repeat("a", n)
		f.Add([]byte("x\n" + long + "\ny"))
		f.Add([]byte(strings.Repeat(" ", n) + "\r\n" + long))
	}
	f.Add([]byte("a@x.jp\r\n\r\n\n b@x.jp \n\xff\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var want pieces
		for line := range bytes.SplitAfterSeq(body, []byte("\n")) {
			switch text := bytes.TrimSpace(line); {
			case len(line) > askedBuffer || len(line) == askedBuffer && line[len(line)-1] != '\n':
				want.texts, want.long = append(want.texts, string(bytes.TrimSpace(line[:maxAsked]))), append(want.long, true)
			case len(text) > 0:
				want.texts, want.long = append(want.texts, string(text[:min(len(text), maxAsked)])), append(want.long, len(text) > maxAsked)
			}
		}
		require.Equal(t, want, splitAll(splitLines, bytes.NewReader(body)))
		require.Equal(t, want, splitAll(splitLines, iotest.HalfReader(bytes.NewReader(body))))
		broken := splitAll(splitLines, iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(body))))
		if len(body) > 1 {
			require.ErrorIs(t, broken.err, iotest.ErrTimeout, "a body that breaks off has no end")
		}
	})
}

// FuzzElements: elements are those that encoding/json finds, and what it finds
// wrong is found wrong.
func FuzzElements(f *testing.F) {
	for _, body := range []string{"[]", " [ ] ", `["a@x.jp", {"address":"b@x.jp"} ,17,null]`, `["\"", "\\", "]", "},{"]`, "[1,]", "[,1]", "[1] 2", "[[1,2],[]]",
		"[1", "1", `["a`, "", "[}]", "[{]", "[\f]", "[\u00a01]", `["` + strings.Repeat("a", 2*maxAsked) + `",1]`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		have := splitAll(splitElements, bytes.NewReader(body))
		ok := have.err == nil
		for i, text := range have.texts {
			ok = ok && (have.long[i] || json.Valid([]byte(text)))
		}
		var want []json.RawMessage
		if err := json.Unmarshal(body, &want); err != nil || want == nil {
			require.True(t, !ok || slices.Contains(have.long, true), "%q is no array", body)
			return
		}
		require.True(t, ok, "%v", have.err)
		require.Len(t, have.texts, len(want))
		for i, text := range have.texts {
			require.Equal(t, len(want[i]) > maxAsked, have.long[i])
			assert.Equal(t, string(want[i][:min(len(want[i]), maxAsked)]), text)
		}
	})
}
