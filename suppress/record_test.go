package suppress_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// twoForms are the two reports of one bounce that Customers Mail Cloud sends:
// a failed delivery with the words, and a bounce with a code.
func twoForms(s *story, text, code string) (failed, bounced suppress.Event) {
	failed = s.event(suppress.KindBounce, "<m1@example.com>", text)
	bounced = s.event(suppress.KindBounce, "m1@example.com", text)
	bounced.ProviderCode = code
	bounced.At = bounced.At.Add(time.Second)
	return failed, bounced
}

// TestTwoFormsAreOneBounce, in either order, in one request or two, at once
// or a week apart.
func TestTwoFormsAreOneBounce(t *testing.T) {
	for _, text := range []string{noUser, vague, ""} {
		var seen []suppress.Answer
		for _, turned := range []bool{false, true} {
			for _, apart := range []time.Duration{-1, 0, time.Hour, 7 * day} {
				s := newStory(t, "a@example.com")
				first, second := twoForms(s, text, "2")
				if turned {
					first, second = second, first
				}
				if apart < 0 {
					assert.Equal(t, suppress.Report{Recorded: 1, Duplicates: 1}, s.report(first, second))
				} else {
					s.report(first)
					s.after(apart)
					assert.Equal(t, suppress.Report{Duplicates: 1}, s.report(second))
				}
				seen = append(seen, *s.answer())
			}
		}
		for _, a := range seen {
			assert.Equal(t, seen[0], a, text)
			assert.Equal(t, 1, a.Bounces)
			assert.Equal(t, classify.UserUnknown, a.Category, "the better verdict")
		}
	}
}

func TestRepeatsChangeNothing(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", full)
	_, before, err := s.History(context.Background(), s.who)
	require.NoError(t, err)
	for _, later := range []time.Duration{0, time.Hour, 21 * day, 100 * day} {
		s.after(later)
		assert.Equal(t, suppress.Report{Duplicates: 1}, s.report(s.event(suppress.KindBounce, " <m1> ", full)))
	}
	_, after, err := s.History(context.Background(), s.who)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// TestWhichMessage: the Message-ID, else the source's id, else source and day.
func TestWhichMessage(t *testing.T) {
	s := newStory(t, "a@example.com")
	byID := s.event(suppress.KindBounce, "", full)
	byID.ProviderID = "77"
	assert.Equal(t, suppress.Report{Recorded: 1, Duplicates: 1}, s.report(byID, byID))
	byDay := s.event(suppress.KindBounce, "", full)
	assert.Equal(t, suppress.Report{Recorded: 1, Duplicates: 1}, s.report(byDay, byDay))
	s.after(day)
	assert.Equal(t, suppress.Report{Recorded: 1}, s.report(s.event(suppress.KindBounce, "", full)))
	assert.Equal(t, 3, s.answer().Bounces)
	other, err := s.Record(context.Background(), suppress.Batch{Source: "ses", Events: []suppress.Event{byDay}})
	require.NoError(t, err)
	assert.Equal(t, suppress.Report{Recorded: 1}, other, "another source")
}

// TestSeveralRecipientsOfOneMessage are several bounces.
func TestSeveralRecipientsOfOneMessage(t *testing.T) {
	s := newStory(t, "a@example.com")
	one := s.event(suppress.KindBounce, "m1", noUser)
	two := one
	two.Recipient = address(t, "b@example.com")
	assert.Equal(t, suppress.Report{Recorded: 2}, s.report(one, two))
}

func TestSpellingFirstSeen(t *testing.T) {
	s := newStory(t, "Taro.Yamada@Example.JP")
	s.bounce("m1", noUser)
	assert.Equal(t, "Taro.Yamada@Example.JP", s.answer().Spelling)
	assert.Equal(t, "taro.yamada@example.jp", s.answer().Address.String())
}

func TestLongAndDirtyTexts(t *testing.T) {
	s := newStory(t, "a@example.com")
	long := make([]byte, 5000)
	for i := range long {
		long[i] = "\x00\xff ü"[i%5]
	}
	s.bounce("m1", "550 5.1.1 user unknown "+string(long))
	a := s.answer()
	assert.LessOrEqual(t, len(a.Reason.Text), suppress.MaxTextBytes)
	assert.Contains(t, a.Reason.Text, "550 5.1.1 user unknown")
	assert.NotContains(t, a.Reason.Text, "\x00")
}

// TestEveryEntryCanSayWhy: rule, matched words, events, what will end it.
func TestEveryEntryCanSayWhy(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noHost)
	a, h, err := s.History(context.Background(), s.who)
	require.NoError(t, err)
	assert.NotEmpty(t, a.Reason.Rule)
	assert.Equal(t, "host unknown", a.Reason.Matched)
	assert.Equal(t, noHost, a.Reason.Text)
	assert.Equal(t, monday.Add(30*day), a.Reason.Until)
	require.Len(t, h.Evidence, 1)
	assert.Equal(t, a.Reason.Message, h.Evidence[0].Message)
	assert.Equal(t, "m1", h.Evidence[0].MessageID)
}

func TestDeadLettersAreKept(t *testing.T) {
	s := newStory(t, "a@example.com")
	letter := suppress.DeadLetter{Problem: "no idea", ContentType: "text/plain", Body: []byte("?")}
	batch := suppress.Batch{Source: "cmc", Events: []suppress.Event{s.event(suppress.KindBounce, "m1", noUser)}, Letters: []suppress.DeadLetter{letter}, Rejected: 1}
	r, err := s.Record(context.Background(), batch)
	require.NoError(t, err)
	assert.Equal(t, suppress.Report{Recorded: 1, Rejected: 1}, r)
	require.NoError(t, s.Reject(context.Background(), suppress.DeadLetter{Source: "cmc", Body: []byte("?")}), "the same again")
	letters, stats, err := s.DeadLetters(context.Background(), 0, 10)
	require.NoError(t, err)
	assert.Equal(t, []suppress.DeadLetter{{Number: 1, Received: monday, Source: "cmc", Problem: "no idea", ContentType: "text/plain", Body: []byte("?")}}, letters)
	assert.EqualValues(t, 1, stats.Count)
}

// TestBetterVerdict: of two reports of a bounce the one with the stronger
// basis counts, whatever the category.
func TestBetterVerdict(t *testing.T) {
	for _, turned := range []bool{false, true} {
		s := newStory(t, "a@example.com")
		words, code := s.event(suppress.KindBounce, "m1", full), s.event(suppress.KindBounce, "m1", "")
		code.ProviderCode = "2"
		if turned {
			words, code = code, words
		}
		s.report(words)
		s.report(code)
		assert.Equal(t, classify.MailboxFull, s.answer().Category)
	}
}

// TestBetterVerdictKeepsTheFirstReceipt: its hold runs from when we first heard
// of the message.
func TestBetterVerdictKeepsTheFirstReceipt(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", vague)
	s.after(3 * day)
	s.bounce("m1", noHost)
	assert.Equal(t, monday.Add(30*day), s.answer().Reason.Until)
	assert.Equal(t, monday, s.answer().Reason.Since)
}

// TestSpellingIsOfTheEarliest, whatever comes later.
func TestSpellingIsOfTheEarliest(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.bounce("m1", noUser)
	s.after(time.Hour)
	s.who = address(t, "A@Example.com")
	s.bounce("m2", noUser)
	assert.Empty(t, s.answer().Spelling)
}

// TestSpellingIsOfWhatMadeTheEntry, not of what is only recorded there.
func TestSpellingIsOfWhatMadeTheEntry(t *testing.T) {
	s := newStory(t, "a@example.com")
	s.after(time.Hour)
	s.bounce("m1", noUser)
	queued := s.event(suppress.KindQueued, "m1", "")
	queued.Recipient, queued.At = address(t, "A@example.com"), monday
	s.report(queued)
	assert.Empty(t, s.answer().Spelling)
}
