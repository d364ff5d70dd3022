package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nosend/nosend/suppress/classify"
)

// label is what stands for class and category.
type label struct {
	Class    classify.Class    `json:"class"`
	Category classify.Category `json:"category"`
	Hard     json.RawMessage   `json:"hard"` // true, false or null
}

// settle fills in the class, and refuses what is no label.
func (l *label) settle() error {
	switch {
	case l.Category != "" && !l.Category.Known():
		return fmt.Errorf("category %q; allowed are %s", l.Category, strings.Join(names(classify.Categories()), ", "))
	case l.Class == "" && len(l.Hard) > 0:
		l.Class = l.classByHard()
	case l.Class == "" && l.Category != "":
		l.Class = l.Category.Class()
	case l.Class == "":
		return errors.New("no label; want a class, a category, or both")
	}
	if !slices.Contains(labelClasses(), l.Class) {
		return fmt.Errorf("class %q; allowed are %s", l.Class, strings.Join(names(labelClasses()), ", "))
	}
	return nil
}

// classByHard: what isn't hard is soft, unless nobody can tell.
func (l *label) classByHard() classify.Class {
	switch string(l.Hard) {
	case "true":
		return classify.Hard
	case "false":
		return classify.Soft
	case "null":
		return classify.Unknown
	}
	return classify.Class("hard:" + string(l.Hard)) // settle refuses it
}

func labelClasses() []classify.Class {
	return []classify.Class{classify.Hard, classify.Soft, classify.Unknown}
}
