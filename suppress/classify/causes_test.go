package classify

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A reply that says why the mail was refused, and not for the address, must not
// suppress it, whatever it says of a user or a domain besides.
func TestAnotherCauseIsNotOverlooked(t *testing.T) {
	c := newClassifier(t)
	heeding := idsOf(c, "25-recipient.tsv", "26-disabled.tsv", "28-domain.tsv", "90-weak.tsv")
	tried := 0
	for _, s := range readSamples(t) {
		if s.class != Hard || !slices.Contains(heeding, s.rule) {
			continue
		}
		tried++
		for _, cause := range []string{" because it is over quota", "; the message is spam", "; DMARC failed"} {
			in := s.in
			in.Text += cause
			assert.NotEqual(t, Hard, c.Classify(in).Class, "%s: %q", s.at, in.Text)
		}
	}
	assert.Greater(t, tried, 300)
}

// idsOf returns the rules of some files, but for two whose sentence leaves no
// doubt: nothing is refused for spam that has no recipient.
func idsOf(c *Classifier, files ...string) (ids []string) {
	for _, r := range c.Rules() {
		if slices.Contains(files, r.File) && r.ID != "no-such-user" && r.ID != "account-or-domain" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
