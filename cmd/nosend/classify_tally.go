package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/nosend/nosend/suppress/classify"
)

// kind is what a table of replies counts together. A category can have more
// than one class: a mailbox may be closed for good, or for now.
type kind struct {
	class    classify.Class
	category classify.Category
}

// tally counts replies.
type tally struct {
	total int
	kinds map[kind]int
}

func (t *tally) add(v *classify.Verdict) {
	if t.kinds == nil {
		t.kinds = map[kind]int{}
	}
	t.total++
	t.kinds[kind{v.Class, v.Category}]++
}

// write writes a table: each class with its categories, the most frequent
// first, and the sum.
func (t *tally) write(out io.Writer, colour paint) error {
	rows := [][]cell{{{"CLASS", colour.bold}, {"CATEGORY", colour.bold}, {"REPLIES", colour.bold}, {"PERCENT", colour.bold}}}
	for _, class := range []classify.Class{classify.Hard, classify.Soft, classify.Unknown} {
		kinds, sum := t.of(class)
		if sum == 0 {
			continue
		}
		rows = append(rows, t.row(string(class), "all", sum, colour.bold))
		for _, k := range kinds {
			rows = append(rows, t.row(string(class), string(k.category), t.kinds[k], nil))
		}
	}
	rows = append(rows, t.row("all", "all", t.total, colour.bold))
	return newGrid(out).write(rows)
}

// of lists the categories of a class that occur, and counts its replies.
func (t *tally) of(class classify.Class) (kinds []kind, sum int) {
	for _, category := range classify.Categories() {
		if n := t.kinds[kind{class, category}]; n > 0 {
			kinds, sum = append(kinds, kind{class, category}), sum+n
		}
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return t.kinds[b] - t.kinds[a] })
	return kinds, sum
}

func (t *tally) row(class, category string, n int, painted func(string) string) []cell {
	percent := 0.0
	if t.total > 0 {
		percent = 100 * float64(n) / float64(t.total)
	}
	return []cell{{class, painted}, {category, painted}, {strconv.Itoa(n), painted}, {fmt.Sprintf("%.1f%%", percent), painted}}
}
