package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeChecks answers checks: suppressed is every address that begins with
// "gone". answer says how the n-th request is answered; 0 is 200.
func fakeChecks(t *testing.T, answer func(n int) int) string {
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if code := answer(n); code != 0 {
			http.Error(w, "no", code)
			return
		}
		var asked []string
		if json.NewDecoder(r.Body).Decode(&asked) != nil || len(asked) > listChunk {
			http.Error(w, "not what was agreed", http.StatusBadRequest)
			return
		}
		var out []map[string]any
		for _, a := range asked {
			out = append(out, map[string]any{"address": a, "suppressed": strings.HasPrefix(a, "gone")})
		}
		_ = json.NewEncoder(w).Encode(out)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func always(int) int { return 0 }

func runCheck(ctx context.Context, in io.Reader, args ...string) (code int, out, err string) {
	var stdout, stderr bytes.Buffer
	code = run(ctx, append([]string{"check"}, args...), func(string) string { return "" }, in, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// people is a CSV list of n rows; every third must not be mailed.
func people(n int) string {
	var b strings.Builder
	b.WriteString("id,email\r\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,%s%d@example.com\r\n", i, []string{"gone", "user", "user"}[i%3], i)
	}
	return b.String()
}

func TestCheckListInChunks(t *testing.T) {
	code, out, messages := runCheck(t.Context(), strings.NewReader(people(3*listChunk+2)), "--url", fakeChecks(t, always), "--only", "suppressed")
	assert.Equal(t, exitOK, code, messages)
	lines := strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n")
	require.Len(t, lines, listChunk+2)
	assert.Equal(t, "3000,gone3000@example.com", lines[listChunk+1])
	assert.Equal(t, "nosend: 3002 rows: 2001 may be mailed, 1001 are suppressed, 0 have no address\n", messages)
}

// TestCheckListFailsInTheMiddle: exit code 2, and no file that looks whole.
func TestCheckListFailsInTheMiddle(t *testing.T) {
	url := fakeChecks(t, func(n int) int {
		if n >= 3 {
			return http.StatusInternalServerError // nobody asks again
		}
		return 0
	})
	dir := t.TempDir()
	path := filepath.Join(dir, "clean.csv")
	code, _, messages := runCheck(t.Context(), strings.NewReader(people(5*listChunk)), "--url", url, "--output", path)
	assert.Equal(t, exitError, code)
	assert.Contains(t, messages, "nosend: error: check: ")
	assert.NotContains(t, messages, "rows:")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)

	code, out, _ := runCheck(t.Context(), iotest.TimeoutReader(strings.NewReader(people(20_000))), "--url", fakeChecks(t, always), "--only", "sendable")
	assert.Equal(t, exitError, code, "a list that can't be read to its end")
	assert.Less(t, strings.Count(out, "\n"), 20_000)
}

// TestCheckListWaitsForABusyServer, but not for ever.
func TestCheckListWaitsForABusyServer(t *testing.T) {
	url := fakeChecks(t, func(n int) int {
		if n == 2 {
			return http.StatusTooManyRequests
		}
		return 0
	})
	code, _, messages := runCheck(t.Context(), strings.NewReader(people(2*listChunk)), "--url", url, "--only", "sendable")
	assert.Equal(t, exitOK, code, messages)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	code, _, _ = runCheck(ctx, strings.NewReader(people(1)), "--url", fakeChecks(t, func(int) int { return 429 }), "--only", "sendable")
	assert.Equal(t, exitError, code)
}

// TestCheckListNamesSomeFaults: a list of the wrong kind doesn't flood the
// terminal.
func TestCheckListNamesSomeFaults(t *testing.T) {
	code, out, messages := runCheck(t.Context(), strings.NewReader(strings.Repeat("nobody\n", 500)), "--url", fakeChecks(t, always), "--only", "sendable")
	assert.Equal(t, exitOK, code)
	assert.Empty(t, out)
	assert.Equal(t, shownFaults+2, strings.Count(messages, "\n"))
	assert.Contains(t, messages, "nosend: line 100: not a mail address")
	assert.Contains(t, messages, "nosend: 400 more lines without an address are not named\n")
}

// endlessList is a list that nobody keeps.
type endlessList struct {
	rows, next int
	rest       string
}

func (e *endlessList) Read(p []byte) (int, error) {
	if e.rest == "" && e.next == e.rows {
		return 0, io.EOF
	}
	if e.rest == "" {
		e.next++
		e.rest = fmt.Sprintf("user%d@example.com\n", e.next)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestCheckListMemory: a list takes no more memory than a chunk.
func TestCheckListMemory(t *testing.T) {
	rows := 300_000
	if testing.Short() {
		rows = 60_000
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var most uint64
	before := heap()
	url := fakeChecks(t, func(n int) int {
		if n%20 == 0 {
			most = max(most, heap())
		}
		return 0
	})
	var messages bytes.Buffer
	code := run(t.Context(), []string{"check", "--url", url}, func(string) string { return "" }, &endlessList{rows: rows}, io.Discard, &messages)
	assert.Equal(t, exitOK, code, messages.String())
	assert.Contains(t, messages.String(), fmt.Sprint(rows, " rows"))
	assert.NotZero(t, most)
	assert.Less(t, most, before+6<<20)
}

// FuzzTable: the cells are those that encoding/csv reads, the rows together
// are the list, and the line numbers are right.
func FuzzTable(f *testing.F) {
	for _, list := range []string{"email,name\na@x.jp,\"A, B\"\r\n\r\n\"b@x.jp\",\"x\n\"\"y\"\"\"\n", "name;mail\n1;a@x.jp", "email\na@x.jp\n",
		"email\tname\na@x.jp\tA\n", "\uFEFFemail,x\n\"a@x.jp\",\"\"\"\"\n", "\n \nemail,\"na\nme\"\na@x.jp,1"} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if strings.Contains(strings.ReplaceAll(list, "\r\n", "\n"), "\r") {
			return // encoding/csv has its own way with a CR that ends no line
		}
		table, err := newTable(strings.NewReader(list), "")
		if err != nil || table.header == nil {
			return
		}
		reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(list, "\uFEFF")))
		reader.Comma, reader.FieldsPerRecord = rune(table.comma), -1
		for blank := true; blank; {
			header, err := reader.Read()
			if err != nil {
				return
			}
			blank = strings.TrimSpace(strings.Join(header, "")) == "" && len(header) == 1
		}
		whole := table.header.text + table.header.ending
		for {
			want, err := reader.Read()
			if err != nil && err != io.EOF {
				return // encoding/csv is stricter
			}
			r, have := table.read()
			for have == nil && strings.Trim(r.text, "\r") == "" {
				whole += r.text + r.ending
				r, have = table.read()
			}
			require.Equal(t, err, have)
			if err == io.EOF {
				break
			}
			whole += r.text + r.ending
			line, _ := reader.FieldPos(0)
			require.Equal(t, line, r.line)
			cell := ""
			if table.column < len(want) {
				cell = strings.TrimSpace(want[table.column])
			}
			require.Equal(t, strings.ReplaceAll(cell, "\r", ""), strings.ReplaceAll(cellOf(r.text, table.comma, table.column), "\r", ""))
		}
		require.True(t, strings.HasSuffix(list, whole), "%q", whole)
	})
}

func TestTableRefuses(t *testing.T) {
	for list, want := range map[string]string{
		"":                      "it is empty",
		"\n\r\n \n":             "it is empty",
		"\xff\xfea\x00@\x00":    "UTF-16",
		"a@x.jp,Taro\n":         "no column",
		"name,street\nTaro,1\n": "no column",
		"email\n\"" + strings.Repeat("x\n", maxRow) + "\n": "has more than",
	} {
		table, err := newTable(strings.NewReader(list), "")
		for err == nil {
			_, err = table.next()
		}
		assert.ErrorContains(t, err, want)
	}
}

// TestAddressColumns: the surest name wins, if only one column has it.
func TestAddressColumns(t *testing.T) {
	for names, want := range map[string][]int{
		"name,address,E-mail": {2}, "address,name": {0}, "Email Address,mail": {0}, "to,MAIL": {1}, "氏名,メールアドレス": {1}, "recipient": {0},
		"name,email2": nil, "e_mail,id,E-Mail": {0, 2}, "address,mail,address": {1},
	} {
		assert.Equal(t, want, addressColumns(strings.Split(names, ",")), names)
	}
}

func TestMeter(t *testing.T) {
	m := &meter{things: "rows", size: 1000, read: 250}
	assert.Equal(t, "nosend: [#######                       ]  25%, 10 rows, 30s left", m.line(10, 10*time.Second))
	m.read = 2000 // the file has grown
	assert.Equal(t, "nosend: [##############################] 100%, 10 rows, 0s left", m.line(10, time.Second))
	m.size = 0
	assert.Equal(t, "nosend: 10 rows", m.line(10, time.Second))
	var out bytes.Buffer
	newMeter(&out, 10).show(1)
	assert.Empty(t, out.String(), "not on a terminal")
	m = &meter{out: &out, things: "rows", size: 1000}
	m.show(1)
	m.show(2)
	m.clear()
	m.clear()
	assert.Equal(t, "\r\x1b[Knosend: 1 rows\r\x1b[K", out.String())
}
