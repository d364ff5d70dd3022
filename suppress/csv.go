package suppress

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// CSVHeader is the first line of an export (RFC 4180, UTF-8).
func CSVHeader() []string {
	return []string{"address", "class", "category", "state", "reason", "source", "origin", "rule", "since", "until", "count", "note"}
}

// csvRow is one entry as a line of an export, by what it means at a time. An
// entry that is only watched shows its latest bounce.
func csvRow(a *Answer) []string {
	r := &a.Reason
	if r.Origin == "" && a.Last != nil {
		r = a.Last
	}
	return []string{
		a.Address.String(), string(a.Class), string(a.Category), string(a.Standing), guardCell(r.Text), r.Source,
		string(r.Origin), r.Rule, csvTime(r.Since), csvTime(r.Until), strconv.Itoa(a.Bounces), guardCell(r.Note),
	}
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// guardCell keeps spreadsheet programs from running a cell that others wrote
// as a formula: one ' goes in front. Import takes it off again.
// (OWASP, "CSV Injection".)
func guardCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@'\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// csvWriter writes entries as lines.
type csvWriter struct{ w *csv.Writer }

func newCSVWriter(w io.Writer) (*csvWriter, error) {
	c := &csvWriter{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c, c.w.Write(CSVHeader())
}

func (c *csvWriter) write(a *Answer) error { return c.w.Write(csvRow(a)) }

func (c *csvWriter) flush() error {
	c.w.Flush()
	return c.w.Error()
}
