package api

import (
	"time"

	"github.com/nosend/nosend/suppress"
)

// Counting is what one rule of the policy has counted of an address: Messages
// on Days, of which Threshold on ThresholdDays suppress.
type Counting struct {
	Rule          string              `json:"rule"`
	Class         suppress.Class      `json:"class"`
	Categories    []suppress.Category `json:"categories"`
	Messages      int                 `json:"messages"` // within the window
	Threshold     int                 `json:"threshold"`
	Days          int                 `json:"days"`
	ThresholdDays int                 `json:"threshold_days"`
	WindowSeconds *int64              `json:"window_seconds"` // null: without limit
	OldestLeaves  *time.Time          `json:"oldest_leaves"`  // the window; null: none does
	Step          int                 `json:"step"`           // suppressions that the rule has begun
	NextSeconds   *int64              `json:"next_seconds"`   // how long the next one is; null: until released
	Hold          *Hold               `json:"hold"`           // that runs now; null: none
}

// Hold is a suppression by the policy.
type Hold struct {
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until"` // null: until released
	Event string     `json:"event"` // id of the event that decided
}

func newCounting(c *suppress.Counting) Counting {
	out := Counting{
		Rule: c.Rule.Name, Class: c.Rule.Class, Categories: c.Rule.Categories,
		Messages: c.Messages, Threshold: c.Rule.Threshold, Days: c.Days, ThresholdDays: c.Rule.Days,
		WindowSeconds: seconds(c.Rule.Window), OldestLeaves: optional(c.Leaves),
		Step: c.Step, NextSeconds: seconds(c.Next),
	}
	if c.Hold != nil {
		out.Hold = &Hold{Since: c.Hold.Since, Until: optional(c.Hold.Until), Event: eventID(c.Event)}
	}
	return out
}

// seconds of a time that isn't without limit.
func seconds(d time.Duration) *int64 {
	if d == 0 {
		return nil
	}
	n := int64(d / time.Second)
	return &n
}
