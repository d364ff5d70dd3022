package classify

import (
	"strings"
)

// codes are the reply code and the enhanced status code of one reply.
type codes struct {
	reply  int    // 0: none
	status string // "": none
}

// takeStatus notes the enhanced status code text. It returns false if text is
// none: the class is 2, 4 or 5, the other two parts have up to three digits
// (RFC 3463, section 2). The first code counts, but for a vague one (x.y.0)
// that a finer one of the same class follows, as in replies quoted by a relay.
func (c *codes) takeStatus(text string) bool {
	if !isStatus(text) {
		return false
	}
	if c.status == "" || vague(c.status) && !vague(text) && c.status[0] == text[0] {
		c.status = text
	}
	return true
}

func isStatus(text string) bool {
	if len(text) < 5 || text[1] != '.' || text[0] != '2' && text[0] != '4' && text[0] != '5' {
		return false
	}
	subject, detail, ok := strings.Cut(text[2:], ".")
	return ok && isShortNumber(subject) && isShortNumber(detail)
}

func isShortNumber(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return 1 <= len(text) && len(text) <= 3
}

// vague reports whether the status code has no detail: 5.0.0, 5.1.0.
func vague(status string) bool { return strings.HasSuffix(status, ".0") }

// permanent reports whether the codes say that the failure is final. The reply
// code is what a mail server acts on, so it goes before the status code.
func (c codes) permanent() bool {
	if c.reply != 0 {
		return c.reply >= 500
	}
	return strings.HasPrefix(c.status, "5")
}

// temporary is the opposite of permanent; both are false without a code.
func (c codes) temporary() bool {
	if c.reply != 0 {
		return c.reply < 500
	}
	return strings.HasPrefix(c.status, "4")
}

// isReply reports whether n can be the code of a refusal: 400 to 599 with a
// second digit up to 7 (some hosts answer 571 and the like).
func isReply(n int) bool { return 400 <= n && n < 600 && n/10%10 <= 7 }

// takeReplyCode notes the number text[i:end] if it stands where a reply code
// does, and reports whether it is one, first or repeated.
func (s *scanner) takeReplyCode(i, end int) bool {
	if end-i != 3 {
		return false
	}
	n := int(s.text[i]-'0')*100 + int(s.text[i+1]-'0')*10 + int(s.text[i+2]-'0')
	if !isReply(n) {
		return false
	}
	if s.codes.reply == n {
		return true
	}
	if !s.inCodePosition(i, end) {
		return false
	}
	if s.codes.reply == 0 {
		s.codes.reply = n
	}
	return true
}

// inCodePosition reports whether a number at text[i:end] stands where a reply
// code does: first, after punctuation or one of a few words, or in front of a
// hyphen or an enhanced status code.
func (s *scanner) inCodePosition(i, end int) bool {
	if len(s.tokens) == 0 {
		return true
	}
	if end < len(s.text) && (s.text[end] == '-' || s.statusFollows(end)) {
		return true
	}
	before := strings.TrimRight(s.text[max(0, i-16):i], " ")
	if before == "" {
		return true
	}
	if strings.IndexByte(":;<>([\"'\n=", before[len(before)-1]) >= 0 {
		return true
	}
	for _, word := range [...]string{"code", "error", "smtp", "said", "status", "reply"} {
		if len(before) >= len(word) && strings.EqualFold(before[len(before)-len(word):], word) {
			return true
		}
	}
	return false
}

// statusFollows reports whether one space and an enhanced status code come
// after the number that ends at end.
func (s *scanner) statusFollows(end int) bool {
	rest := s.text[end:min(len(s.text), end+16)]
	if len(rest) < 6 || rest[0] != ' ' {
		return false
	}
	rest = strings.TrimPrefix(rest[1:], "#")
	word, _, _ := strings.Cut(rest, " ")
	return isStatus(strings.TrimRight(word, ":.,;"))
}
