package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/nosend/nosend/suppress/classify"
)

// write writes for people: misses, if they are wanted, then a table of classes,
// the figures, and a table of categories.
func (s *score) write(out io.Writer, colour paint) error {
	parts := [][][]cell{s.missRows(colour), s.classRows(colour), s.figureRows(), s.categoryRows(colour)}
	first := true
	for _, rows := range parts {
		if len(rows) == 0 {
			continue
		}
		if !first {
			if _, err := io.WriteString(out, "\n"); err != nil {
				return err
			}
		}
		first = false
		if err := newGrid(out).write(rows); err != nil {
			return err
		}
	}
	return nil
}

func heads(colour paint, names ...string) (row []cell) {
	for _, name := range names {
		row = append(row, cell{name, colour.bold})
	}
	return row
}

func (s *score) missRows(colour paint) (rows [][]cell) {
	if len(s.misses) == 0 {
		return nil
	}
	rows = append(rows, heads(colour, "MISS", "LINE", "ID", "LABEL", "READ AS", "RULE", "MATCHED", "TEXT"))
	for _, m := range worstFirst(s.misses) {
		painted := colour.yellow
		if m.kind == falseHard {
			painted = colour.red
		}
		rows = append(rows, []cell{
			{string(m.kind), painted}, {text: strconv.Itoa(m.line)}, {text: or(escaped(m.id, ""))},
			{text: pair(m.class, m.category)}, {text: pair(m.verdict.Class, m.verdict.Category)}, {text: escaped(m.verdict.Rule, "")},
			{text: or(escaped(m.verdict.Matched, ""))}, {escaped(m.in.Text, ""), colour.dim},
		})
	}
	return rows
}

// pair is "soft mailbox_full", or "soft" where there is no category.
func pair(class classify.Class, category classify.Category) string {
	if category == "" {
		return string(class)
	}
	return string(class) + " " + string(category)
}

func (s *score) classRows(colour paint) [][]cell {
	rows := [][]cell{heads(colour, "LABEL", "READ AS HARD", "AS SOFT", "AS UNKNOWN")}
	for _, label := range labelClasses() {
		row := []cell{{text: string(label)}}
		for _, verdict := range labelClasses() {
			painted := colour.green
			if (label == classify.Hard) != (verdict == classify.Hard) && label != classify.Unknown {
				painted = colour.red
			}
			row = append(row, cell{strconv.Itoa(s.class(label, verdict)), painted})
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *score) figureRows() [][]cell {
	accuracy, precision, recall, exact := s.accuracy(), s.precision(), s.recall(), s.exact()
	figure := func(name string, value share, words string) []cell {
		return []cell{{text: name}, {text: value.percent()}, {text: fmt.Sprintf(words, value.right, value.of)}}
	}
	return [][]cell{
		figure("accuracy", accuracy, "hard or not is right for %d of %d"),
		figure("precision", precision, "%d are hard of %d read as hard"),
		figure("recall", recall, "%d are read as hard of %d that are"),
		figure("category", exact, "%d have the very category, of %d with one"),
	}
}

func (s *score) categoryRows(colour paint) (rows [][]cell) {
	for _, c := range s.byCategory() {
		mistake := "-"
		if len(c.mistakes) > 0 {
			mistake = fmt.Sprintf("%s (%d)", c.mistakes[0], s.category(c.category, c.mistakes[0]))
		}
		rows = append(rows, []cell{{text: string(c.category)}, {text: strconv.Itoa(c.of)}, {text: strconv.Itoa(c.right)},
			{text: c.percent()}, {text: mistake}})
	}
	if len(rows) == 0 {
		return nil
	}
	return append([][]cell{heads(colour, "CATEGORY", "REPLIES", "RIGHT", "PERCENT", "MOST OFTEN MISREAD AS")}, rows...)
}
