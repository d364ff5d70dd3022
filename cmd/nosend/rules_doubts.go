package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// ruleDoubts are warnings, a sentence each, about a user's rules that can be
// read but can't be meant.
func ruleDoubts(rules []classify.Rule) (out []string) {
	before := earlierRules{}
	last := &classify.Rule{}
	for i := range rules {
		r := &rules[i]
		doubts := []string{idDoubt(r, last), before.doubt(r), codesAloneDoubt(r), effectDoubt(r)}
		for field := range strings.FieldsSeq(r.Codes) {
			doubts = append(doubts, domainDoubt(field), sourceDoubt(field))
		}
		for _, d := range doubts {
			if d != "" {
				out = append(out, fmt.Sprintf("%s:%d: rule %s %s", r.File, r.Line, r.ID, d))
			}
		}
		before.add(r)
		last = r
	}
	return out
}

// idDoubt is about a rule with the id of the line above: the two are one rule,
// which can't mean two things.
func idDoubt(r, last *classify.Rule) string {
	if r.ID != last.ID || r.Category == last.Category && r.Class == last.Class {
		return ""
	}
	return fmt.Sprintf("has the id of line %d, which is %s: verdicts can't tell them apart; give it one of its own", last.Line, categoryOf(last))
}

// lookedFor is one of the alternatives of a rule: words, and codes that they
// need.
type lookedFor struct{ words, codes string }

// earlierRules are the lines on which something was looked for first.
type earlierRules map[lookedFor]int

func (e earlierRules) add(r *classify.Rule) {
	for _, l := range alternatives(r) {
		if e[l] == 0 {
			e[l] = r.Line
		}
	}
}

// doubt finds a rule that never decides, for each of its alternatives is looked
// for before: with the same codes or any, with the same words or any.
func (e earlierRules) doubt(r *classify.Rule) string {
	first := 0
	for _, l := range alternatives(r) {
		line := 0
		for _, seen := range []lookedFor{l, {l.words, ""}, {"", l.codes}} {
			if line == 0 {
				line = e[seen]
			}
		}
		if line == 0 {
			return ""
		}
		first = max(first, line)
	}
	return fmt.Sprintf("never decides: line %d, which is tried first, holds for all that it holds for", first)
}

// alternatives normalises what a rule looks for.
func alternatives(r *classify.Rule) (out []lookedFor) {
	codes := strings.Fields(r.Codes)
	slices.Sort(codes)
	for words := range strings.SplitSeq(r.Words, ";") {
		out = append(out, lookedFor{strings.Join(strings.Fields(words), " "), strings.Join(codes, " ")})
	}
	return out
}

// codesAloneDoubt is about a rule that suppresses addresses for what a server
// answers to many things.
func codesAloneDoubt(r *classify.Rule) string {
	if r.Class != classify.Hard || strings.TrimSpace(r.Words) != "" || strings.Contains(r.Codes, "domain=") {
		return ""
	}
	return "is hard by codes alone, which servers also use when a mailbox is full or the sender is blocked; add words, or domain="
}

// effectDoubt is about a rule that looks stricter than it is: what is hard
// suppresses only with a category of which that is usual.
func effectDoubt(r *classify.Rule) string {
	v := classify.Verdict{Class: r.Class, Category: r.Category, Permanent: true}
	if r.Class != classify.Hard || strings.HasPrefix(effect(&v, ""), "suppresses") {
		return ""
	}
	return fmt.Sprintf("suppresses nobody: nothing is decided on %s that is hard; take a category that is usually hard", r.Category)
}

// domainDoubt is about a domain that is written as no recipient's is. Capitals
// and dots around it don't matter to the classifier.
func domainDoubt(test string) string {
	domain, ok := strings.CutPrefix(test, "domain=")
	if !ok {
		return ""
	}
	domain = strings.ToLower(strings.Trim(domain, "."))
	a, err := suppress.ParseAddress("x@" + domain)
	switch {
	case err != nil:
		return fmt.Sprintf("has %s, which never holds: that is no domain", test)
	case a.Domain() != domain:
		return fmt.Sprintf("has %s, which never holds: domains are compared as they stand in the DNS; write domain=%s", test, a.Domain())
	}
	return ""
}

func sourceDoubt(test string) string {
	source, ok := strings.CutPrefix(test, "source=")
	if !ok || slices.Contains(providers(), source) {
		return ""
	}
	return fmt.Sprintf("has %s, which never holds: there are only these providers: %s", test, strings.Join(providers(), ", "))
}
