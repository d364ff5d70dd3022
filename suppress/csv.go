package suppress

import (
	"strconv"
	"strings"
	"time"
)

// CSVHeader is the first line of our own CSV (RFC 4180, UTF-8).
func CSVHeader() []string {
	return []string{"address", "class", "category", "state", "reason", "source", "origin", "rule", "since", "until", "count", "note"}
}

func csvFormat() Format {
	return Format{
		Name:      "csv",
		MediaType: csvWithHeader,
		Title:     "nosend's own CSV, every column",
		Header:    appendCSV(nil, CSVHeader()),
		Append:    appendEntry,
	}
}

// appendEntry appends an entry as a line of our own CSV. One that is only
// watched shows its latest bounce.
func appendEntry(line []byte, a *Answer) []byte {
	r := a.Shown()
	line = appendAddress(line, a.Address)
	for _, cell := range [...]string{
		string(a.Class), string(a.Category), string(a.Standing), guardCell(r.Text), r.Source, string(r.Origin), r.Rule,
	} {
		line = appendCell(append(line, ','), cell)
	}
	line = appendTime(append(line, ','), r.Since)
	line = appendTime(append(line, ','), r.Until)
	line = strconv.AppendInt(append(line, ','), int64(a.Bounces), 10)
	line = appendCell(append(line, ','), guardCell(r.Note))
	return append(line, "\r\n"...)
}

func appendTime(line []byte, t time.Time) []byte {
	if t.IsZero() {
		return line
	}
	return t.UTC().AppendFormat(line, time.RFC3339)
}

// guardCell keeps spreadsheet programs from running a cell that others wrote
// as a formula: one ' goes in front. Import takes it off again.
// (OWASP, "CSV Injection".)
func guardCell(s string) string {
	if s != "" && strings.IndexByte("=+-@'\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

// appendCSV appends one line of cells.
func appendCSV(line []byte, cells []string) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		line = appendCell(line, cell)
	}
	return append(line, "\r\n"...)
}

// appendCell appends one cell, in quotes if it needs them. It is our own
// because encoding/csv drops a lone CR, and takes twice the time.
func appendCell(line []byte, cell string) []byte {
	if !needsQuotes(cell) {
		return append(line, cell...)
	}
	line = append(line, '"')
	for i := range len(cell) {
		if cell[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, cell[i])
	}
	return append(line, '"')
}

func needsQuotes(cell string) bool { return strings.ContainsAny(cell, "\",\r\n") }

// appendAddress appends the normalised address as a cell.
func appendAddress(line []byte, a Address) []byte {
	if needsQuotes(a.local) || needsQuotes(a.domain) {
		return appendCell(line, a.String())
	}
	line = append(append(line, a.local...), '@')
	return append(line, a.domain...)
}
