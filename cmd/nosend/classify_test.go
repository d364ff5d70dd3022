package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress/classify"
)

// lineClassifier is classify on lines, without a terminal.
func lineClassifier(t testing.TB, s classifySettings) func(io.Reader, io.Writer) error {
	c, err := classify.New()
	require.NoError(t, err)
	p := &program{out: io.Discard, err: io.Discard}
	return func(in io.Reader, out io.Writer) error {
		l := replyLines{name: "standard input", known: s.known, form: s.form(p, c), meter: newMeter(p.err, 0)}
		return l.classify(in, out)
	}
}

// FuzzClassifyLines: the lines of JSON before the first bad one are answered,
// each once, with its id, in order; the bad one is named by its number.
func FuzzClassifyLines(f *testing.F) {
	for _, text := range []string{
		`{"id":"a","text":"550 5.1.1 user unknown"}` + "\n" + `{"id":"b","text":"x","status":"4.2.2"}`,
		"\n\n{}\r\n", "null", `{"id":1}`, `{"id":"a"`, "\xff", `{"ID":"a","id":"b"}`, `{"id":"\ud800"}`, `{"text":"<\u0000>"}`, "[]", `{}{}`,
	} {
		f.Add([]byte(text))
	}
	classify := lineClassifier(f, classifySettings{asJSON: true})
	f.Fuzz(func(t *testing.T, text []byte) {
		var out bytes.Buffer
		err := classify(bytes.NewReader(text), &out)
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

// TestClassifyInTurns: a program, or a person, may write a line and wait for its
// answer before writing the next one.
func TestClassifyInTurns(t *testing.T) {
	inTurns(t, classifySettings{}, "550 5.1.1 user unknown\n", "hard\tuser_unknown\t", func(out io.Writer) io.Writer { return out })
	inTurns(t, classifySettings{asJSON: true}, `{"id":"\u202e","text":"550 5.1.1 user unknown"}`+"\n", `{"id":"\u202e","class":"hard"`,
		func(out io.Writer) io.Writer { return &terminalSafe{out: out} })
}

func inTurns(t *testing.T, s classifySettings, question, answer string, through func(io.Writer) io.Writer) {
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	defer time.AfterFunc(patience, func() { _ = answers.CloseWithError(errors.New("no answer comes")) }).Stop()
	done := make(chan error, 1)
	classify := lineClassifier(t, s)
	go func() { done <- classify(in, through(out)) }()
	read := bufio.NewReader(answers)
	for range 3 {
		_, err := io.WriteString(ask, question)
		require.NoError(t, err)
		line, err := read.ReadString('\n')
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(line, answer), line)
	}
	require.NoError(t, ask.Close())
	require.NoError(t, <-done)
}

// TestClassifyLongLine: a line without end is refused before it fills the
// memory, and is named.
func TestClassifyLongLine(t *testing.T) {
	in := "550 no\n" + strings.Repeat("x", maxLine+1)
	var out bytes.Buffer
	err := lineClassifier(t, classifySettings{})(strings.NewReader(in), &out)
	require.EqualError(t, err, "standard input, line 2: it has more than 16777216 bytes")
	assert.Equal(t, 1, strings.Count(out.String(), "\n"))
}

// TestClassifyMemory: many lines take no more memory than one.
func TestClassifyMemory(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	classify := lineClassifier(t, classifySettings{explain: true})
	before, most := heap(), uint64(0)
	answers := &watchedWriter{every: 50, look: func() { most = max(most, heap()) }}
	require.NoError(t, classify(&endlessReplies{left: 30_000}, answers))
	assert.Greater(t, answers.writes, 100)
	assert.Less(t, most, before+8<<20)
}

// endlessReplies is input that nobody keeps.
type endlessReplies struct {
	left int
	rest string
}

func (e *endlessReplies) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.left == 0 {
			return 0, io.EOF
		}
		e.left--
		e.rest = fmt.Sprintf("550 5.1.1 <user%d@example.com>: user unknown\r\n", e.left)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// watchedWriter forgets what is written, and looks around now and then.
type watchedWriter struct {
	writes, every int
	look          func()
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.writes++; w.writes%w.every == 0 {
		w.look()
	}
	return len(p), nil
}

// TestMeanings: every category has one, and says what its bounces do.
func TestMeanings(t *testing.T) {
	for _, c := range classify.Categories() {
		assert.NotEmpty(t, meaning(c), c)
	}
	for want, v := range map[string]struct {
		class     classify.Class
		category  classify.Category
		permanent bool
		domain    string
	}{
		"suppresses the address on the first message, until released":                                                 {classify.Hard, classify.UserUnknown, true, "example.com"},
		"suppresses the address after 2 messages on 2 days, until released":                                           {classify.Hard, classify.UserUnknown, true, "docomo.ne.jp"},
		"suppresses the address on the first message, for 30 days, then 120 days, then until released":                {classify.Hard, classify.HostUnknown, true, ""},
		"suppresses the address after 3 messages on 3 days within 90 days, for 30 days, then 120 days, then 360 days": {classify.Soft, classify.MailboxDisabled, true, ""},
		"suppresses the address after 3 messages on 3 days within 90 days, for 14 days, then 60 days, then 120 days":  {classify.Unknown, classify.Uncategorized, true, ""},
		"never suppresses the address: it is counted only":                                                            {classify.Unknown, classify.Uncategorized, false, ""},
	} {
		assert.Equal(t, want, effect(&classify.Verdict{Class: v.class, Category: v.category, Permanent: v.permanent}, v.domain))
	}
}

// TestExplainerOnTerminal: marks are colours, and nothing of the text is lost.
func TestExplainerOnTerminal(t *testing.T) {
	c, err := classify.New()
	require.NoError(t, err)
	for _, text := range []string{
		"host mx.example.org[192.0.2.1] said: 550 no such user. Original message follows: x",
		"550 \x1b[2J mailbox full", "hello", "",
	} {
		e := c.Explain(classify.Input{Text: text})
		plain := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString((&explainer{colour: true}).marked(text, &e), "")
		assert.Equal(t, escaped(text, ""), plain)
	}
	e := c.Explain(classify.Input{Text: "550 mailbox full"})
	assert.Equal(t, "550 \x1b[1;7mmailbox full\x1b[0m", (&explainer{colour: true}).marked("550 mailbox full", &e))
}
