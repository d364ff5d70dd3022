package suppress

import (
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

// appendCSV appends one line. It is our own because encoding/csv drops a lone
// CR of a cell, and takes twice the time.
func appendCSV(line []byte, cells []string) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		if !strings.ContainsAny(cell, "\",\r\n") {
			line = append(line, cell...)
			continue
		}
		line = append(line, '"')
		line = append(line, strings.ReplaceAll(cell, `"`, `""`)...)
		line = append(line, '"')
	}
	return append(line, "\r\n"...)
}
