package classify

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEvidenceOrder(t *testing.T) {
	c := newClassifier(t)
	for _, tt := range []struct {
		name  string
		in    Input
		rule  string
		basis Basis
	}{
		{"text over all", Input{Text: "550 5.1.1 mailbox full", Source: "cmc", ProviderCode: "2"}, "mailbox-full", BasisText},
		{"status over provider", Input{Text: "550 5.1.1", Source: "cmc", ProviderCode: "4"}, "status:5.1.1", BasisStatus},
		{"provider over reply", Input{Text: "552", Source: "cmc", ProviderCode: "1"}, "cmc:1", BasisProvider},
		{"vague status under provider", Input{Text: "550 5.0.0", Source: "cmc", ProviderCode: "1"}, "cmc:1", BasisProvider},
		{"another provider's code", Input{Text: "552", Source: "other", ProviderCode: "1"}, "reply:552", BasisReply},
		{"reply alone", Input{Code: 421}, "reply:421", BasisReply},
		{"nothing", Input{}, "none", BasisNone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := c.Classify(tt.in)
			assert.Equal(t, tt.rule, v.Rule)
			assert.Equal(t, tt.basis, v.Basis)
		})
	}
}

func TestBasisGrowsWithEvidence(t *testing.T) {
	assert.True(t, BasisNone < BasisReply && BasisReply < BasisStatus && BasisStatus < BasisProvider && BasisProvider < BasisText)
	var names []string
	for b := BasisNone; b <= BasisText; b++ {
		names = append(names, b.String())
	}
	assert.Equal(t, "none reply status provider text", strings.Join(names, " "))
	assert.Equal(t, "none", Basis(200).String())
}

func TestBarePermanentFailureIsUnknown(t *testing.T) {
	v := newClassifier(t).Classify(Input{Code: 550})
	assert.Equal(t, Verdict{Class: Unknown, Category: Uncategorized, Rule: "reply:550", Matched: "550",
		Basis: BasisReply, Permanent: true, Code: 550}, v)
}

func TestPermanent(t *testing.T) {
	c := newClassifier(t)
	for _, tt := range []struct {
		in   Input
		want bool
	}{
		{Input{Text: "550 no"}, true},
		{Input{Text: "450 no"}, false},
		{Input{Text: "no", Status: "5.0.0"}, true},
		{Input{Text: "no", Status: "4.0.0"}, false},
		{Input{Text: "554 4.4.7 message expired"}, true},
		{Input{Text: "no", Source: "cmc", ProviderCode: "99"}, true},
		{Input{Text: "no", Source: "cmc", ProviderCode: "6"}, false},
		{Input{Text: "450 no", Source: "cmc", ProviderCode: "99"}, false},
		{Input{Text: "no"}, false},
	} {
		assert.Equal(t, tt.want, c.Classify(tt.in).Permanent, "%+v", tt.in)
	}
}

func TestCodesSeen(t *testing.T) {
	c := newClassifier(t)
	for _, tt := range []struct {
		in     Input
		code   int
		status string
	}{
		{Input{Text: "550-5.1.1 no 550 5.1.1 such"}, 550, "5.1.1"},
		{Input{Text: "host mx.example.org[192.0.2.1] said: 452 4.2.2 full"}, 452, "4.2.2"},
		{Input{Text: "smtp;550 #5.1.0 Address rejected"}, 550, "5.1.0"},
		{Input{Text: "5.1.0 - Unknown address error 550-'5.2.2 full'"}, 550, "5.2.2"},
		{Input{Text: "sorry (#5.1.2)"}, 0, "5.1.2"},
		{Input{Text: "550 5.7.1 no", Status: "5.0.0"}, 550, "5.7.1"},
		{Input{Text: "550 5.0.0 no", Status: "5.1.1"}, 550, "5.1.1"},
		{Input{Text: "550 no", Code: 554}, 554, ""},
		{Input{Text: "after 500 messages"}, 0, ""},
		{Input{Text: "host 192.5.1.1 and 5.1.1.1"}, 0, ""},
		{Input{Text: "SMTP error code 550"}, 550, ""},
		{Input{Text: "version 5.1"}, 0, ""},
		{Input{Text: "no", Code: 250, Status: "junk"}, 0, ""},
	} {
		v := c.Classify(tt.in)
		assert.Equal(t, tt.code, v.Code, "%+v", tt.in)
		assert.Equal(t, tt.status, v.Status, "%+v", tt.in)
	}
}

func TestVerdictExplains(t *testing.T) {
	v := newClassifier(t).Classify(Input{Text: "552 5.1.1 Kei's Mailbox is FULL now", Source: "cmc", ProviderCode: "2"})
	assert.Equal(t, MailboxFull, v.Category)
	assert.Equal(t, "Mailbox is FULL", v.Matched)
	assert.Equal(t, "status:5.1.1 says user_unknown", v.Overruled)
}

func TestTemporarilyDisabledIsSoft(t *testing.T) {
	c := newClassifier(t)
	lasting := c.Classify(Input{Text: "450 4.2.1 mailbox disabled"})
	passing := c.Classify(Input{Text: "450 4.2.1 mailbox temporarily disabled"})
	assert.Equal(t, []any{Hard, MailboxDisabled}, []any{lasting.Class, lasting.Category})
	assert.Equal(t, []any{Soft, MailboxDisabled}, []any{passing.Class, passing.Category})
}

func TestDomainsBelowMatchDestinationRules(t *testing.T) {
	assert.True(t, isBelow("docomo.ne.jp", "docomo.ne.jp"))
	assert.True(t, isBelow("mail.docomo.ne.jp", "docomo.ne.jp"))
	assert.False(t, isBelow("notdocomo.ne.jp", "docomo.ne.jp"))
	assert.False(t, isBelow("", "docomo.ne.jp"))
}

func TestLongTextIsReadToItsLimit(t *testing.T) {
	c := newClassifier(t)
	padding := strings.Repeat("x ", maxText/2)
	assert.Equal(t, UserUnknown, c.Classify(Input{Text: "550 user unknown " + padding}).Category)
	assert.Equal(t, "none", c.Classify(Input{Text: padding + " user unknown"}).Rule)
}

func TestCategoriesAreThoseOfTheDesign(t *testing.T) {
	want := strings.Fields(`user_unknown host_unknown domain_no_mail mailbox_disabled mailbox_moved bad_address suppressed
		mailbox_full message_too_large greylisted rate_limited server_error network_error expired routing_loop relay_denied
		blocklisted spam_content virus content_rejected auth_failure sender_rejected recipient_restricted policy
		tls_required protocol_error unknown`)
	var got []string
	for i, c := range Categories() {
		got = append(got, string(c))
		class := Soft
		switch {
		case i < 7:
			class = Hard
		case c == Uncategorized:
			class = Unknown
		}
		assert.Equal(t, class, c.Class(), "class of %s", c)
		assert.True(t, c.Known())
	}
	assert.Equal(t, want, got)
	require.False(t, Category("nonsense").Known())
	assert.Equal(t, Unknown, Category("nonsense").Class())
}

// What a relay quotes of another server's reply decides over its own words.
func TestQuotedReplyDecides(t *testing.T) {
	c := newClassifier(t)
	for _, tt := range []struct {
		text string
		want Category
	}{
		{"5.1.0 - Unknown address error 550-'sorry, over quota' (delivery attempts: 0)", MailboxFull},
		{"5.1.0 - Unknown address error 554-'rejected by our policy' (delivery attempts: 0)", Policy},
		{"5.3.0 - Other mail system problem 550-'Unknown user kei@example.org' (delivery attempts: 0)", UserUnknown},
		{"550 5.1.1 <kei@example.org>: Recipient address rejected: host mx.example.net said: 451 greylisted", Greylisted},
		{"550 5.1.1 <kei@example.org>: Recipient address rejected: host mx.example.net said: 550 no such user", UserUnknown},
		{"550 Sender verify failed: host mx.example.net said: 550 no such user", SenderRejected},
	} {
		v := c.Classify(Input{Text: tt.text})
		assert.Equal(t, tt.want, v.Category, "%q: by %s on %q", tt.text, v.Rule, v.Matched)
	}
}

// Words that servers put behind the code and the phrase for an unknown user say
// what really happened.
func TestRecipientAddressRejectedForAnotherReason(t *testing.T) {
	c := newClassifier(t)
	for _, reason := range []string{
		"try again later", "greylisted", "quota", "policy", "throttled", "blocked", "spam", "rate limit",
		"your IP is blacklisted", "Service is unavailable", "mailbox is busy, retry", "sender not whitelisted",
	} {
		v := c.Classify(Input{Text: "550 5.1.1 <kei@example.org>: Recipient address rejected: " + reason})
		assert.Equal(t, Soft, v.Class, "%s: %s by %s on %q", reason, v.Category, v.Rule, v.Matched)
	}
}
