package suppress_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// rules are the built-in ones, with a user's in front.
func rules(t testing.TB, lines ...string) suppress.Classifier {
	t.Helper()
	file := "id\tcategory\tcodes\twords\tnote\n" + strings.Join(lines, "\n") + "\n"
	c, err := classify.NewWithRules("own.tsv", strings.NewReader(file))
	require.NoError(t, err)
	return c
}

// reclassified runs through the whole list.
func reclassified(t testing.TB, l *suppress.List, dryRun bool) (sum suppress.Reclassified) {
	t.Helper()
	for cursor, more := "", true; more; more = cursor != "" {
		part, err := l.Reclassify(t.Context(), suppress.Reclassification{Cursor: cursor, DryRun: dryRun, By: "aiko"})
		require.NoError(t, err)
		sum.Examined += part.Examined
		sum.Changed = append(sum.Changed, part.Changed...)
		sum.Adjusted += part.Adjusted
		sum.Cut += part.Cut
		cursor = part.Next
	}
	return sum
}

// TestReclassifyChangesNothing under the rules that judged: the words and codes
// that are kept say what all that was reported said.
func TestReclassifyChangesNothing(t *testing.T) {
	l := mixed(t)
	texts := []string{noUser, full, "smtp; 550-5.1.1 The account\r\n550 5.1.1 does not exist", "451 4.7.1 greylisted", vague, "", "\x00\xff odd"}
	for i, text := range texts {
		_, err := l.Record(t.Context(), suppress.Batch{Source: "cmc", Events: []suppress.Event{{
			Kind: suppress.KindBounce, Recipient: address(t, fmt.Sprintf("more%d@example.org", i)), MessageID: "m", Text: text,
			Code: 550 * (i % 2), Status: []string{"", "5.0.0", "5.2.2"}[i%3], ProviderCode: []string{"", "2", "99"}[i%3], At: monday,
		}}})
		require.NoError(t, err)
	}
	bounces(t, l, "550 Unknown user (in reply to end of DATA command)", address(t, "kei@docomo.ne.jp")) // the domain's own rule
	before := exported(t, l, suppress.Standings()...)
	require.Contains(t, before, ",docomo-")
	got := reclassified(t, l, false)
	assert.Equal(t, suppress.Reclassified{Examined: 29 + len(texts) + 1}, got)
	assert.Equal(t, before, exported(t, l, suppress.Standings()...))
}

// TestReclassify by other rules: a dry run says what would change, the real one
// does it, and after that nothing is left to change.
func TestReclassify(t *testing.T) {
	l := onDisk(t)
	gone, odd := address(t, "gone@example.com"), address(t, "odd@example.com")
	bounces(t, l, "550 5.1.1 user unknown, our filter says", gone)
	bounces(t, l, "550 the frobnicator is off", odd)
	bounces(t, l, full, address(t, "full@example.com"))
	before := exported(t, l, suppress.Standings()...)
	l.Classifier = rules(t, "own-filter\tspam_content\t\tour filter says\tit lies", "own-gone\tmailbox_disabled\t\tthe frobnicator is off\tgone for good")

	dry := reclassified(t, l, true)
	assert.Equal(t, before, exported(t, l, suppress.Standings()...), "a dry run changes nothing")
	require.Len(t, dry.Changed, 2)
	assert.Equal(t, gone, dry.Changed[0].Before.Address)
	assert.Equal(t, []suppress.Standing{suppress.Suppressed, suppress.Watching}, []suppress.Standing{dry.Changed[0].Before.Standing, dry.Changed[0].After.Standing})
	assert.Equal(t, []suppress.Category{"user_unknown", "spam_content"}, []suppress.Category{dry.Changed[0].Before.Category, dry.Changed[0].After.Category})
	assert.Equal(t, []suppress.Standing{suppress.Watching, suppress.Suppressed}, []suppress.Standing{dry.Changed[1].Before.Standing, dry.Changed[1].After.Standing})
	assert.Equal(t, 3, dry.Examined)

	assert.Equal(t, dry, reclassified(t, l, false), "the real one does what the dry run said")
	ans, err := l.Lookup(t.Context(), odd, suppress.MailAny)
	require.NoError(t, err)
	assert.Equal(t, "own-gone", ans.Reason.Rule)
	assert.Equal(t, "the frobnicator is off", ans.Reason.Matched)
	ans, err = l.Lookup(t.Context(), gone, suppress.MailAny)
	require.NoError(t, err)
	assert.False(t, ans.Suppressed())
	changes, err := l.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, changes, 3)
	assert.Equal(t, suppress.ChangeReleased, changes[1].Kind)
	assert.Equal(t, []string{"aiko", "reclassified"}, []string{changes[1].By, changes[1].Note})
	assert.Equal(t, suppress.ChangeAdded, changes[2].Kind)

	assert.Equal(t, suppress.Reclassified{Examined: 3}, reclassified(t, l, false))
}

// TestReclassifyAdjusts: another rule that says the same is kept, and counted
// apart.
func TestReclassifyAdjusts(t *testing.T) {
	l := onDisk(t)
	bounces(t, l, noUser, address(t, "gone@example.com"))
	l.Classifier = rules(t, "own\tuser_unknown\t\tuser unknown\tthe same")
	assert.Equal(t, suppress.Reclassified{Examined: 1, Adjusted: 1}, reclassified(t, l, false))
	ans, err := l.Lookup(t.Context(), address(t, "gone@example.com"), suppress.MailAny)
	require.NoError(t, err)
	assert.Equal(t, "own", ans.Reason.Rule)
}

// TestReclassifyKeepsDecisions: a person's word, a release and what is not a
// bounce stand as they were.
func TestReclassifyKeepsDecisions(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noUser)
	_, err := s.Release(context.Background(), s.who, "asked", "aiko")
	require.NoError(t, err)
	s.Classifier = rules(t, "own\tmailbox_disabled\t\tuser unknown\tanother category")
	assert.Equal(t, suppress.Reclassified{Examined: 1, Adjusted: 1}, reclassified(t, s.List, false))
	assert.Equal(t, suppress.Released, s.standing())
}

// TestReclassifyCutWords: a bounce whose words are not all kept keeps its
// verdict.
func TestReclassifyCutWords(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", "550 frobnicator "+strings.Repeat("and so on ", 60)+"user unknown")
	require.Equal(t, suppress.Suppressed, s.standing())
	s.Classifier = rules(t, "own\tspam_content\t\tfrobnicator\tinside of what is kept")
	got := reclassified(t, s.List, false)
	assert.Equal(t, suppress.Reclassified{Examined: 1, Cut: 1}, got)
	assert.Equal(t, suppress.Suppressed, s.standing())
}

// TestReclassifyInParts goes through a list that is longer than a part and a
// transaction.
func TestReclassifyInParts(t *testing.T) {
	l := onDisk(t)
	var many []suppress.Address
	for i := range 5_300 {
		many = append(many, address(t, fmt.Sprintf("user%d@example.com", i)))
	}
	bounces(t, l, noUser, many...)
	l.Classifier = rules(t, "own\tspam_content\t\tuser unknown\tthe day when a server lied to everybody")
	spy := &spied{Store: l.Store}
	l.Store = spy
	got := reclassified(t, l, false)
	assert.Equal(t, []int{5_001, 300}, spy.scans, "a part, and one more to see whether there is one")
	assert.Equal(t, slices.Repeat([]int{100}, 53), spy.updates, "webhooks come between")
	assert.Equal(t, 5_300, got.Examined)
	assert.Len(t, got.Changed, 5_300)
	n, err := l.Count(t.Context(), suppress.Filter{})
	require.NoError(t, err)
	assert.Zero(t, n)
	_, err = l.Reclassify(t.Context(), suppress.Reclassification{Cursor: "x"})
	assert.ErrorIs(t, err, suppress.ErrCursor)
}
