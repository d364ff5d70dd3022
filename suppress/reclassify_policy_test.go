package suppress_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

// patient is a policy whose holds are all twice as long.
func patient() suppress.Policy {
	p := suppress.DefaultPolicy()
	p.UpstreamHold *= 2
	for i := range p.Rules {
		for k, hold := range p.Rules[i].Holds {
			if hold != suppress.Forever {
				p.Rules[i].Holds[k] = 2 * hold
			}
		}
	}
	return p
}

// judgedBy is a list with holds that end, holds that don't, and what is only
// watched, all judged by one policy.
func judgedBy(t testing.TB, p suppress.Policy) *suppress.List {
	l := newList(t, suppress.Config{Store: storetest.NewMemory(), Policy: p, Clock: (&clock{now: monday}).Now})
	bounces(t, l, noHost, address(t, "host@example.com"))
	bounces(t, l, noUser, address(t, "gone@example.com"))
	bounces(t, l, full, address(t, "full@example.com"))
	_, err := l.Record(t.Context(), suppress.Batch{Source: "ses", Events: []suppress.Event{
		{Kind: suppress.KindUpstream, Recipient: address(t, "refused@example.com"), MessageID: "u", At: monday},
		{Kind: suppress.KindComplaint, Recipient: address(t, "angry@example.com"), MessageID: "c", At: monday},
	}})
	require.NoError(t, err)
	return l
}

func entriesOf(t testing.TB, l *suppress.List) (out []suppress.Entry) {
	t.Helper()
	require.NoError(t, l.Store.Scan(t.Context(), suppress.Range{}, func(e suppress.Entry) error {
		out = append(out, e)
		return nil
	}))
	return out
}

// TestReclassifyByTheNewPolicy: where the rules say the same but the policy
// changed, the entries become those that it would have judged at once.
func TestReclassifyByTheNewPolicy(t *testing.T) {
	l, want := judgedBy(t, suppress.DefaultPolicy()), entriesOf(t, judgedBy(t, patient()))
	before := entriesOf(t, l)
	require.NotEqual(t, want, before)
	l.Policy = patient()
	adjusts := suppress.Reclassified{Examined: 5, Adjusted: 2}
	assert.Equal(t, adjusts, reclassified(t, l, true))
	assert.Equal(t, before, entriesOf(t, l), "a dry run changes nothing")
	assert.Equal(t, adjusts, reclassified(t, l, false))
	assert.Equal(t, want, entriesOf(t, l))
	assert.Equal(t, suppress.Reclassified{Examined: 5}, reclassified(t, l, false), "nothing is left")

	ans, err := l.Lookup(t.Context(), address(t, "host@example.com"), suppress.MailAny)
	require.NoError(t, err)
	acc, err := l.Account(t.Context(), address(t, "host@example.com"))
	require.NoError(t, err)
	assert.Equal(t, acc.Counted[0].Hold.Until, ans.Reason.Until, "the answer is what the account explains")
}

// TestReclassifyLeavesWhatIsTheSame: an entry that would only be written anew,
// at another time, is not.
func TestReclassifyLeavesWhatIsTheSame(t *testing.T) {
	l := judgedBy(t, suppress.DefaultPolicy())
	spy := &spied{Store: l.Store}
	l.Store, l.Clock = spy, (&clock{now: monday.Add(day)}).Now
	assert.Equal(t, suppress.Reclassified{Examined: 5}, reclassified(t, l, false))
	assert.Empty(t, spy.updates)
}
