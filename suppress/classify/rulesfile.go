package classify

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const byteOrderMark = "\ufeff"

// readTSV reads a tab-separated file with the given header line and calls row
// with each line's number and fields. Lines that begin with # are comments.
// Errors name the file and the line.
func readTSV(name string, r io.Reader, header []string, row func(line int, fields []string) error) error {
	reader := csv.NewReader(withoutBOM(r))
	reader.Comma, reader.Comment = '\t', '#'
	reader.FieldsPerRecord = -1
	for first := true; ; first = false {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			if first {
				return fmt.Errorf("%s:1: no header; want %q", name, strings.Join(header, "\t"))
			}
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return fmt.Errorf("%s:%d: %w", name, bad.StartLine, bad.Err)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := reader.FieldPos(0)
		if err := readRow(fields, header, first, line, row); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
}

// withoutBOM returns what r has behind a UTF-8 byte order mark, if it begins
// with one.
func withoutBOM(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	if first, _ := buffered.Peek(len(byteOrderMark)); string(first) == byteOrderMark {
		_, _ = buffered.Discard(len(byteOrderMark))
	}
	return buffered
}

func readRow(fields, header []string, first bool, line int, row func(int, []string) error) error {
	if first {
		if !slices.Equal(fields, header) {
			return fmt.Errorf("header %q; want %q", strings.Join(fields, "\t"), strings.Join(header, "\t"))
		}
		return nil
	}
	if len(fields) != len(header) {
		return fmt.Errorf("%d columns; want %d: %s", len(fields), len(header), strings.Join(header, ", "))
	}
	return row(line, fields)
}

// readRules reads one rules file.
func readRules(name string, r io.Reader) ([]Rule, error) {
	var rules []Rule
	header := []string{"id", "category", "codes", "words", "note"}
	err := readTSV(name, r, header, func(line int, f []string) error {
		if err := checkID(f[0]); err != nil {
			return err
		}
		category, class, err := parseCategory(f[1])
		if err != nil {
			return err
		}
		if strings.TrimSpace(f[2]+f[3]) == "" {
			return fmt.Errorf("rule %s has neither codes nor words; it would match everything", f[0])
		}
		rules = append(rules, Rule{
			ID: f[0], Category: category, Class: class,
			Codes: f[2], Words: f[3], Note: f[4], File: name, Line: line,
		})
		return nil
	})
	return rules, err
}

// checkID makes sure that a rule's id reads well in a list and can't be taken
// for the id of a code ("status:5.1.1").
func checkID(id string) error {
	for _, r := range id {
		if r != '-' && (r >= 0x80 || !isAlnum(byte(r)) || r != rune(lowerASCII(byte(r)))) {
			return fmt.Errorf("rule id %q; allowed are a-z, 0-9 and -", id)
		}
	}
	if id == "" || id == "none" {
		return fmt.Errorf("rule id %q; want a name such as user-unknown", id)
	}
	return nil
}

// parseCategory reads "mailbox_full", or "mailbox_disabled/soft" where the
// class isn't the category's usual one.
func parseCategory(text string) (Category, Class, error) {
	name, class, given := strings.Cut(text, "/")
	category := Category(name)
	if !category.Known() {
		return "", "", fmt.Errorf("category %q; allowed are %s", name, categoryNames())
	}
	if !given {
		return category, category.Class(), nil
	}
	if !slices.Contains([]Class{Hard, Soft, Unknown}, Class(class)) {
		return "", "", fmt.Errorf("class %q; allowed are hard, soft, unknown", class)
	}
	return category, Class(class), nil
}

func categoryNames() string {
	var names []string
	for _, c := range Categories() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}
