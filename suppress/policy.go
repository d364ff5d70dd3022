package suppress

import (
	"fmt"
	"slices"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

const day = 24 * time.Hour

// Forever is the length of a hold that only a person, or a release at the
// provider, ends.
const Forever time.Duration = 0

// PolicyRule says when bounces of some categories suppress an address, and for
// how long.
type PolicyRule struct {
	// Name identifies the rule in the stored steps; it must not change.
	Name string
	// Class and Categories select the bounces that the rule counts together.
	Class      classify.Class
	Categories []classify.Category
	// Domain restricts the rule to one recipient domain; "" is every domain.
	// A rule for a domain must stand before the rule for all.
	Domain string
	// Permanent restricts the rule to failures with a permanent code.
	Permanent bool
	// Threshold is how many messages must have bounced, on how many Days
	// (UTC), within Window. A Window of 0 is without limit.
	Threshold, Days int
	Window          time.Duration
	// Holds are the lengths of the first, second, ... suppression; the last
	// one repeats. Forever ends only by a release.
	Holds []time.Duration
}

// Policy decides what suppresses. Bounces that no rule selects never do.
type Policy struct {
	Rules []PolicyRule
	// UpstreamHold is how long an address stays suppressed after a provider
	// last refused it.
	UpstreamHold time.Duration
}

// DefaultPolicy is the policy in force unless another one is configured.
func DefaultPolicy() Policy {
	domains := []classify.Category{classify.HostUnknown, classify.DomainNoMail}
	return Policy{
		UpstreamHold: 30 * day,
		Rules: []PolicyRule{
			// NTT docomo answers "Unknown user" also where the owner's filter
			// refuses the sender, so one message proves nothing.
			{Name: "docomo", Class: classify.Hard, Categories: []classify.Category{classify.UserUnknown}, Domain: "docomo.ne.jp",
				Threshold: 2, Days: 2, Holds: []time.Duration{Forever}},
			{Name: "domain", Class: classify.Hard, Categories: domains,
				Threshold: 1, Days: 1, Holds: []time.Duration{30 * day, 120 * day, Forever}},
			{Name: "hard", Class: classify.Hard, Categories: hardCategories(domains),
				Threshold: 1, Days: 1, Holds: []time.Duration{Forever}},
			{Name: "mailbox", Class: classify.Soft, Categories: []classify.Category{classify.MailboxFull, classify.MailboxDisabled},
				Threshold: 3, Days: 3, Window: 90 * day, Holds: []time.Duration{30 * day, 120 * day, 360 * day}},
			{Name: "recipient", Class: classify.Soft, Categories: []classify.Category{classify.ServerError, classify.NetworkError,
				classify.Expired, classify.RoutingLoop, classify.RelayDenied, classify.RecipientRestricted},
				Threshold: 5, Days: 3, Window: 90 * day, Holds: []time.Duration{14 * day, 60 * day, 120 * day}},
			{Name: "unknown", Class: classify.Unknown, Categories: []classify.Category{classify.Uncategorized}, Permanent: true,
				Threshold: 3, Days: 3, Window: 90 * day, Holds: []time.Duration{14 * day, 60 * day, 120 * day}},
		},
	}
}

// hardCategories are the categories whose usual class is hard, but for some.
func hardCategories(except []classify.Category) []classify.Category {
	return slices.DeleteFunc(classify.Categories(), func(c classify.Category) bool {
		return c.Class() != classify.Hard || slices.Contains(except, c)
	})
}

// Validate refuses a policy that could suppress a good address on one soft or
// undecided message, or that the kept evidence can't serve.
func (p Policy) Validate() error {
	if p.UpstreamHold <= 0 {
		return fmt.Errorf("policy: upstream hold is %s, it must be longer than 0", p.UpstreamHold)
	}
	names := map[string]bool{}
	for _, r := range p.Rules {
		if r.Name == "" || names[r.Name] {
			return fmt.Errorf("policy: rule name %q is empty or stands twice", r.Name)
		}
		names[r.Name] = true
		if err := r.validate(); err != nil {
			return fmt.Errorf("policy rule %s: %w", r.Name, err)
		}
	}
	return nil
}

func (r PolicyRule) validate() error {
	switch {
	case r.Threshold < 1 || r.Threshold > keptMessages:
		return fmt.Errorf("threshold is %d, allowed is 1 to %d", r.Threshold, keptMessages)
	case r.Threshold < 2 && r.Class != classify.Hard:
		return fmt.Errorf("threshold is %d, but one %s message must never suppress: allowed is 2 to %d", r.Threshold, r.Class, keptMessages)
	case r.Days < 1 || r.Days > r.Threshold:
		return fmt.Errorf("distinct days is %d, allowed is 1 to the threshold, %d", r.Days, r.Threshold)
	case r.Days > keptDays:
		return fmt.Errorf("distinct days is %d, allowed is 1 to %d", r.Days, keptDays)
	case r.Window < 0:
		return fmt.Errorf("window is %s, it must not be negative", r.Window)
	case len(r.Holds) == 0:
		return fmt.Errorf("it has no hold; name at least one")
	case slices.Min(r.Holds) < 0:
		return fmt.Errorf("hold is %s, it must not be negative", slices.Min(r.Holds))
	}
	return nil
}

// rule finds the rule that counts a bounce at a domain; nil if none does.
func (p Policy) rule(ev *Evidence, domain string) *PolicyRule {
	for i, r := range p.Rules {
		if r.Class == ev.Class && slices.Contains(r.Categories, ev.Category) &&
			(r.Domain == "" || r.Domain == domain) && (!r.Permanent || ev.Permanent) {
			return &p.Rules[i]
		}
	}
	return nil
}

// hold is the length of the suppression that a rule's step begins.
func (r *PolicyRule) hold(step int) time.Duration {
	return r.Holds[min(step, len(r.Holds)-1)]
}
