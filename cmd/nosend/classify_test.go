package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress/classify"
)

// FuzzClassifyLines: the lines of JSON before the first bad one are answered,
// each once, with its id, in order; the bad one is named by its number.
func FuzzClassifyLines(f *testing.F) {
	for _, text := range []string{
		`{"id":"a","text":"550 5.1.1 user unknown"}` + "\n" + `{"id":"b","text":"x","status":"4.2.2"}`,
		"\n\n{}\r\n", "null", `{"id":1}`, `{"id":"a"`, "\xff", `{"ID":"a","id":"b"}`, `{"id":"\ud800"}`, `{"text":"<\u0000>"}`, "[]", `{}{}`,
	} {
		f.Add([]byte(text))
	}
	c, err := classify.New()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text []byte) {
		var out bytes.Buffer
		err := classifyLines(bytes.NewReader(text), &out, c, form{readJSON, writeJSON})
		ids, bad := wantedIDs(text)
		if bad > 0 {
			assert.ErrorContains(t, err, fmt.Sprintf("standard input, line %d: ", bad))
		} else {
			assert.NoError(t, err)
		}
		var got []string
		for answers := json.NewDecoder(&out); ; {
			var v verdict
			if err := answers.Decode(&v); err == io.EOF {
				break
			} else if !assert.NoError(t, err) {
				return
			}
			assert.NotEmpty(t, v.Class)
			assert.NotEmpty(t, v.Category)
			got = append(got, v.ID)
		}
		assert.Equal(t, ids, got)
	})
}

// wantedIDs reads the input another way: all lines at once.
func wantedIDs(text []byte) (ids []string, bad int) {
	for n, line := range bytes.Split(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var fields map[string]json.RawMessage
		var r reply
		if json.Unmarshal(line, &fields) != nil || fields == nil || json.Unmarshal(line, &r) != nil {
			return ids, n + 1
		}
		ids = append(ids, r.ID)
	}
	return ids, 0
}

// TestClassifyInTurns: a program may write a line and wait for its answer
// before it writes the next one.
func TestClassifyInTurns(t *testing.T) {
	c, err := classify.New()
	require.NoError(t, err)
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	defer time.AfterFunc(patience, func() { _ = answers.CloseWithError(errors.New("no answer comes")) }).Stop()
	done := make(chan error, 1)
	go func() { done <- classifyLines(in, out, c, form{readText, writeText}) }()
	read := bufio.NewReader(answers)
	for range 3 {
		_, err := io.WriteString(ask, "550 5.1.1 user unknown\n")
		require.NoError(t, err)
		line, err := read.ReadString('\n')
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(line, "hard\tuser_unknown\t"), line)
	}
	require.NoError(t, ask.Close())
	require.NoError(t, <-done)
}

// TestClassifyLongLine: a line without end is refused before it fills the
// memory, and is named.
func TestClassifyLongLine(t *testing.T) {
	c, err := classify.New()
	require.NoError(t, err)
	in := "550 no\n" + strings.Repeat("x", maxLine+1)
	var out bytes.Buffer
	err = classifyLines(strings.NewReader(in), &out, c, form{readText, writeText})
	require.EqualError(t, err, "standard input, line 2: it has more than 16777216 bytes")
	assert.Equal(t, 1, strings.Count(out.String(), "\n"))
}

// TestPrintable: what servers write can't play with the terminal.
func TestPrintable(t *testing.T) {
	assert.Equal(t, "a [31m b  c é", printable("a\x1b[31m b\x7f\u009bc é"))
}
