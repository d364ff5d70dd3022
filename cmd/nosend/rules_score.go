package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nosend/nosend/suppress/classify"
)

// score counts how verdicts compare with labels.
type score struct {
	replies    int
	classes    map[outcome[classify.Class]]int
	categories map[outcome[classify.Category]]int // of replies labelled hard or soft, and with a category
	misses     []miss                             // nil: nobody wants to see them
}

// outcome is what a reply was labelled, and what it was read as.
type outcome[T ~string] struct{ label, verdict T }

func newScore(misses bool) *score {
	s := &score{classes: map[outcome[classify.Class]]int{}, categories: map[outcome[classify.Category]]int{}}
	if misses {
		s.misses = []miss{}
	}
	return s
}

func (s *score) add(r *labelled, v *classify.Verdict) {
	s.replies++
	s.classes[outcome[classify.Class]{r.class, v.Class}]++
	if r.class != classify.Unknown && r.category != "" {
		s.categories[outcome[classify.Category]{r.category, v.Category}]++
	}
	if kind := missOf(r, v); kind != "" && s.misses != nil {
		s.misses = append(s.misses, miss{kind, *r, *v})
	}
}

// share is so many of so many.
type share struct{ right, of int }

// part is from 0 to 1; 0 of nothing.
func (s share) part() float64 {
	if s.of == 0 {
		return 0
	}
	return float64(s.right) / float64(s.of)
}

func (s share) percent() string {
	if s.of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f%%", 100*s.part())
}

// class counts replies by a label and a verdict.
func (s *score) class(label, verdict classify.Class) int {
	return s.classes[outcome[classify.Class]{label, verdict}]
}

// labelledAs counts replies by their label.
func (s *score) labelledAs(label classify.Class) (n int) {
	for _, verdict := range labelClasses() {
		n += s.class(label, verdict)
	}
	return n
}

// accuracy is about "hard or not"; it leaves out what is labelled unknown.
func (s *score) accuracy() share {
	hard, soft := s.labelledAs(classify.Hard), s.labelledAs(classify.Soft)
	return share{s.class(classify.Hard, classify.Hard) + soft - s.class(classify.Soft, classify.Hard), hard + soft}
}

// precision is how much of what is read as hard is hard.
func (s *score) precision() share {
	right := s.class(classify.Hard, classify.Hard)
	return share{right, right + s.class(classify.Soft, classify.Hard)}
}

// recall is how much of what is hard is read as hard.
func (s *score) recall() share {
	return share{s.class(classify.Hard, classify.Hard), s.labelledAs(classify.Hard)}
}

// exact is how many have the very category that they are labelled with.
func (s *score) exact() (all share) {
	for o, n := range s.categories {
		if all.of += n; o.label == o.verdict {
			all.right += n
		}
	}
	return all
}

// categoryScore is how one category was read.
type categoryScore struct {
	category classify.Category
	share
	mistakes []classify.Category // what else it was read as, the most frequent first
}

// byCategory lists the categories that labels name, the most frequent first.
func (s *score) byCategory() (out []categoryScore) {
	for _, label := range classify.Categories() {
		c := categoryScore{category: label}
		for _, verdict := range classify.Categories() {
			n := s.category(label, verdict)
			if c.of += n; verdict == label {
				c.right = n
			} else if n > 0 {
				c.mistakes = append(c.mistakes, verdict)
			}
		}
		slices.SortStableFunc(c.mistakes, func(a, b classify.Category) int {
			return cmp.Compare(s.category(label, b), s.category(label, a))
		})
		if c.of > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b categoryScore) int { return cmp.Compare(b.of, a.of) })
	return out
}

func (s *score) category(label, verdict classify.Category) int {
	return s.categories[outcome[classify.Category]{label, verdict}]
}

// miss is a reply that was read otherwise than labelled.
type miss struct {
	kind missKind
	labelled
	verdict classify.Verdict
}

// missKind says how bad a miss is.
type missKind string

// The kinds of misses, the worst first: a good address is given up; a dead one
// is mailed again; hard or not is right, but not the rest.
const (
	falseHard     missKind = "false hard"
	missedHard    missKind = "missed hard"
	otherClass    missKind = "class"
	otherCategory missKind = "category"
)

func missKinds() []missKind { return []missKind{falseHard, missedHard, otherClass, otherCategory} }

// missOf returns "" for what is right, and where nobody can tell.
func missOf(r *labelled, v *classify.Verdict) missKind {
	switch {
	case r.class == classify.Unknown:
		return ""
	case r.class == classify.Soft && v.Class == classify.Hard:
		return falseHard
	case r.class == classify.Hard && v.Class != classify.Hard:
		return missedHard
	case r.class != v.Class:
		return otherClass
	case r.category != "" && r.category != v.Category:
		return otherCategory
	}
	return ""
}

// worstFirst sorts misses by their kinds, then as they stood in the input.
func worstFirst(misses []miss) []miss {
	slices.SortStableFunc(misses, func(a, b miss) int {
		return cmp.Compare(slices.Index(missKinds(), a.kind), slices.Index(missKinds(), b.kind))
	})
	return misses
}
