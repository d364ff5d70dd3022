package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// call is one system call of a trace made with strace -f -y. begin and end are
// the numbers of the lines where it was seen to begin and to return: what
// began on a later line than another returned on did begin after it.
type call struct {
	name, file, text string
	begin, end       int // end is 0 if it never returned
}

// Lines that strace -f writes: of a call that nothing came between, of the two
// halves of another one.
type straceForms struct{ whole, first, second *regexp.Regexp }

func newStraceForms() straceForms {
	return straceForms{
		whole:  regexp.MustCompile(`^(\d+) +[\d.]+ (\w+)\(\d+<([^>]*)>(.*)$`),
		first:  regexp.MustCompile(`^(\d+) +[\d.]+ (\w+)\(\d+<([^>]*)>(.*)<unfinished \.\.\.>$`),
		second: regexp.MustCompile(`^(\d+) +[\d.]+ <\.\.\. (\w+) resumed>(.*)$`),
	}
}

// readTrace reads the calls that name a file, in the order in which they began.
func readTrace(in io.Reader) (calls []*call, err error) {
	forms, open := newStraceForms(), map[string]*call{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if m := forms.second.FindStringSubmatch(line); m != nil {
			if c := open[m[1]]; c != nil && c.name == m[2] {
				c.text, c.end = c.text+m[3], n
				delete(open, m[1])
			}
		} else if m := forms.first.FindStringSubmatch(line); m != nil {
			c := &call{name: m[2], file: m[3], text: m[4], begin: n}
			calls, open[m[1]] = append(calls, c), c
		} else if m := forms.whole.FindStringSubmatch(line); m != nil {
			calls = append(calls, &call{name: m[2], file: m[3], text: m[4], begin: n, end: n})
		}
	}
	return calls, lines.Err()
}

// transaction is the writes of one commit of bbolt: data, then one meta page.
type transaction struct {
	data []*call
	meta *call
}

// history is what a trace says about the database and the webhooks.
type history struct {
	transactions []transaction
	syncs        []*call          // that succeeded
	answers      map[string]*call // the 200 of each webhook that recorded something, by its marker
}

// newHistory sorts calls out. The requests' queries hold markers; an answer
// belongs to the request last read on its connection.
func newHistory(calls []*call, database string) history {
	h := history{answers: map[string]*call{}}
	marker, asked, current := regexp.MustCompile(`m=(trace-\d+)`), map[string]string{}, transaction{}
	for _, c := range calls {
		onDatabase := strings.HasSuffix(c.file, database)
		switch {
		case onDatabase && c.name == "pwrite64" && isMeta(c):
			current.meta = c
			h.transactions, current = append(h.transactions, current), transaction{}
		case onDatabase && c.name == "pwrite64":
			current.data = append(current.data, c)
		case onDatabase && strings.HasSuffix(c.name, "sync") && strings.HasSuffix(c.text, "= 0"):
			h.syncs = append(h.syncs, c)
		case c.name == "read" && marker.MatchString(c.text):
			asked[c.file] = marker.FindStringSubmatch(c.text)[1]
		case c.name == "write" && strings.Contains(c.text, `"HTTP/1.1 200`) && strings.Contains(c.text, `\"recorded\":1`):
			h.answers[asked[c.file]] = c
		}
	}
	return h
}

// isMeta reports whether a write is to one of the two meta pages, which begin
// the file.
func isMeta(c *call) bool {
	m := regexp.MustCompile(`, \d+, (\d+) ?\) += \d+$`).FindStringSubmatch(c.text)
	if m == nil {
		return false // it never returned, so nothing can have relied on it
	}
	offset, err := strconv.Atoi(m[1])
	return err == nil && offset < 2*os.Getpagesize()
}

// faults lists the answers that left before their data was safe: the pages
// that hold the marker and the meta page that makes them count must have been
// written and synced, in this order.
func (h *history) faults() (out []string) {
	for marker, answer := range h.answers {
		tx := h.transactionOf(marker)
		switch {
		case tx == nil || tx.meta.end == 0 || tx.meta.end >= answer.begin:
			out = append(out, fmt.Sprintf("%s: answered on line %d, before it was written", marker, answer.begin))
		case !h.synced(tx.data[len(tx.data)-1].end, tx.meta.begin):
			out = append(out, fmt.Sprintf("%s: its data was not synced before its meta page was written on line %d", marker, tx.meta.begin))
		case !h.synced(tx.meta.end, answer.begin):
			out = append(out, fmt.Sprintf("%s: answered on line %d, before what was written on line %d was synced", marker, answer.begin, tx.meta.end))
		}
	}
	return out
}

// transactionOf is the first one with the marker in its data.
func (h *history) transactionOf(marker string) *transaction {
	for i, tx := range h.transactions {
		for _, c := range tx.data {
			if strings.Contains(c.text, marker) {
				return &h.transactions[i]
			}
		}
	}
	return nil
}

// synced reports whether a sync began after one line and returned before
// another.
func (h *history) synced(after, before int) bool {
	for _, s := range h.syncs {
		if s.begin > after && s.end < before {
			return true
		}
	}
	return false
}
