package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/nosend/nosend/api"
)

// countWords are what a rule has counted, and of how much.
func countWords(c *api.Counting) string {
	words := c.Rule + ": " + countedWords(c)
	if c.Threshold == 1 {
		return words // suppresses at once: the category stands with the reason
	}
	switch {
	case c.ThresholdDays <= 1:
	case c.Days < c.ThresholdDays:
		words += fmt.Sprintf(" on %d of %s", c.Days, number(c.ThresholdDays, "day"))
	default:
		words += " on " + number(c.Days, "day")
	}
	if c.WindowSeconds != nil {
		words += " within " + seconds(*c.WindowSeconds)
	}
	var names []string
	for _, category := range c.Categories {
		names = append(names, string(category))
	}
	return words + " (" + strings.Join(names, ", ") + ")"
}

// countedWords are "2 of 3 messages", or "25 messages (3 are enough)".
func countedWords(c *api.Counting) string {
	switch {
	case c.Messages < c.Threshold:
		return fmt.Sprintf("%d of %s", c.Messages, messages(c.Threshold))
	case c.Threshold == 1:
		return messages(c.Messages) + " (one is enough)"
	}
	return fmt.Sprintf("%s (%d are enough)", messages(c.Messages), c.Threshold)
}

// nextWords are what comes of it.
func (pg *page) nextWords(c *api.Counting) string {
	switch {
	case c.Hold != nil && c.Hold.Until == nil:
		return "Enough: it is suppressed until somebody releases it."
	case c.Hold != nil:
		return fmt.Sprintf("Enough: it is suppressed until %s. What bounces until then changes nothing; the next suppression is %s.",
			pg.when(*c.Hold.Until), holdWords(c.NextSeconds))
	}
	before := ""
	if c.OldestLeaves != nil {
		before = " before " + stamp(*c.OldestLeaves)
	}
	more, verb := max(1, c.Threshold-c.Messages, c.ThresholdDays-c.Days), "suppress"
	if more == 1 {
		verb = "suppresses"
	}
	return upperFirst(fmt.Sprintf("%s%s%s %s it %s.", moreWords(c, more), otherDays(c, more), before, verb, holdWords(c.NextSeconds)))
}

// moreWords are how many messages are still missing.
func moreWords(c *api.Counting, more int) string {
	words := messages(more)
	if more == 1 {
		words = "one message"
	}
	if c.Messages > 0 {
		words = strings.Replace(words, " ", " more ", 1)
	}
	return words
}

// otherDays are on how many days they must come.
func otherDays(c *api.Counting, more int) string {
	days := c.ThresholdDays - c.Days
	switch {
	case days <= 0 || days == 1 && c.Messages == 0:
		return ""
	case c.Messages == 0:
		return ", on " + number(days, "day") + ","
	case days == 1 && more == 1:
		return ", on another day,"
	case days == 1:
		return ", one of them on another day,"
	}
	return ", on " + number(days, "other day") + ","
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// holdWords are for how long a suppression lasts.
func holdWords(length *int64) string {
	if length == nil {
		return "until somebody releases it"
	}
	return "for " + seconds(*length)
}

func seconds(n int64) string { return span(time.Duration(n) * time.Second) }
