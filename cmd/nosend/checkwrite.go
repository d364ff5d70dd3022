package main

import (
	"errors"
	"fmt"

	"github.com/nosend/nosend/api"
)

// The columns that check adds to CSV.
const (
	columnSuppressed = "nosend_suppressed"
	columnOrigin     = "nosend_origin"
	columnCategory   = "nosend_category"
)

// write counts one row and prints it, if it is wanted. answer is nil for a row
// without an address.
func (l *listCheck) write(r row, answer *api.Checked) error {
	if r.fault == nil && answer.Error != "" {
		r.fault = errors.New(answer.Error)
	}
	kind := api.OnlySendable
	l.total++
	switch {
	case r.fault != nil:
		kind = ""
		l.reportFault(r)
	case !answer.MaySend():
		kind = api.OnlySuppressed
		l.suppressed++
	}
	switch {
	case l.only == "":
		return l.writeAnswer(r, kind, answer)
	case l.only == kind:
		_, err := l.out.WriteString(r.text + r.ending)
		return err
	}
	return nil
}

func (l *listCheck) reportFault(r row) {
	if l.invalid++; l.invalid <= shownFaults {
		l.meter.clear()
		fmt.Fprintf(l.messages, "nosend: line %d: %s\n", r.line, escaped(r.fault.Error(), ""))
	}
}

// writeHeader prints the header of CSV as it was, or with the columns of the
// answers.
func (l *listCheck) writeHeader() error {
	t := l.table
	if t.header == nil {
		return nil
	}
	header := t.header.text
	if l.only == "" {
		if t.has(columnSuppressed) {
			return hinted{errors.New("check: the list has a column " + columnSuppressed + " already"), "take it out, or use --only"}
		}
		for _, name := range []string{columnSuppressed, columnOrigin, columnCategory} {
			header += string(t.comma) + name
		}
	}
	_, err := l.out.WriteString(t.mark + header + t.header.ending)
	return err
}

// writeAnswer prints a row with its answer behind it.
func (l *listCheck) writeAnswer(r row, kind string, answer *api.Checked) error {
	origin, category := "", ""
	if kind == api.OnlySuppressed && answer.Why != nil {
		origin, category = string(answer.Origin), string(answer.Category)
	}
	if l.table.comma != 0 {
		word := map[string]string{api.OnlySendable: "false", api.OnlySuppressed: "true", "": "invalid"}[kind]
		comma := string(l.table.comma)
		_, err := l.out.WriteString(r.text + comma + word + comma + origin + comma + category + r.ending)
		return err
	}
	line := escaped(r.text, "") + "\t" + map[string]string{api.OnlySendable: "clear", api.OnlySuppressed: "suppressed", "": "invalid"}[kind]
	if origin != "" {
		line += "\t" + origin + "\t" + category
	}
	_, err := l.out.WriteString(line + "\n")
	return err
}
