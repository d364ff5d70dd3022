package main

import "github.com/nosend/nosend/suppress/classify"

// scoreJSON is the score for programs. Shares are from 0 to 1, null of nothing.
type scoreJSON struct {
	Replies    int                                       `json:"replies"`
	Judged     int                                       `json:"judged"` // those labelled hard or soft
	Accuracy   *float64                                  `json:"accuracy"`
	Precision  *float64                                  `json:"hard_precision"`
	Recall     *float64                                  `json:"hard_recall"`
	Exact      *float64                                  `json:"category_exact"`
	Classes    map[classify.Class]map[classify.Class]int `json:"classes"` // by label, then by verdict
	Categories []categoryJSON                            `json:"categories"`
	Misses     []missJSON                                `json:"misses,omitzero"`
}

type categoryJSON struct {
	Category classify.Category         `json:"category"`
	Replies  int                       `json:"replies"`
	Right    int                       `json:"right"`
	Mistakes map[classify.Category]int `json:"mistakes"` // by verdict
}

// missJSON names label and verdict apart.
type missJSON struct {
	Miss     missKind          `json:"miss"`
	Line     int               `json:"line"`
	ID       string            `json:"id"`
	Class    classify.Class    `json:"class"`
	Category classify.Category `json:"category"` // "": nobody has said
	Text     string            `json:"text"`
	Verdict  verdictJSON       `json:"verdict"`
}

type verdictJSON struct {
	Class    classify.Class    `json:"class"`
	Category classify.Category `json:"category"`
	Rule     string            `json:"rule"`
	Matched  string            `json:"matched"`
}

func (s *score) json() scoreJSON {
	accuracy := s.accuracy()
	return scoreJSON{
		Replies: s.replies, Judged: accuracy.of, Accuracy: accuracy.json(), Precision: s.precision().json(),
		Recall: s.recall().json(), Exact: s.exact().json(),
		Classes: s.classesJSON(), Categories: s.categoriesJSON(), Misses: s.missesJSON(),
	}
}

func (s share) json() *float64 {
	if s.of == 0 {
		return nil
	}
	part := s.part()
	return &part
}

func (s *score) classesJSON() map[classify.Class]map[classify.Class]int {
	out := map[classify.Class]map[classify.Class]int{}
	for _, label := range labelClasses() {
		out[label] = map[classify.Class]int{}
		for _, verdict := range labelClasses() {
			out[label][verdict] = s.class(label, verdict)
		}
	}
	return out
}

func (s *score) categoriesJSON() []categoryJSON {
	out := []categoryJSON{}
	for _, c := range s.byCategory() {
		row := categoryJSON{c.category, c.of, c.right, map[classify.Category]int{}}
		for _, m := range c.mistakes {
			row.Mistakes[m] = s.category(c.category, m)
		}
		out = append(out, row)
	}
	return out
}

// missesJSON is nil where nobody wants to see misses.
func (s *score) missesJSON() []missJSON {
	if s.misses == nil {
		return nil
	}
	out := []missJSON{}
	for _, m := range worstFirst(s.misses) {
		v := verdictJSON{m.verdict.Class, m.verdict.Category, m.verdict.Rule, m.verdict.Matched}
		out = append(out, missJSON{m.kind, m.line, m.id, m.class, m.category, m.in.Text, v})
	}
	return out
}
