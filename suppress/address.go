package suppress

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxAddressBytes is the longest address the list takes: a local part of 64
// octets, the @ and a domain of 255 (RFC 5321 section 4.5.3.1). Some receivers
// have longer local parts, so only the sum is bounded.
const MaxAddressBytes = 320

// ErrAddress is wrapped by every error of [ParseAddress].
var ErrAddress = errors.New("not a mail address")

// Address is a normalised mail address. Two spellings of one mailbox are the
// same Address: the domain is lower case, an IDNA A-label and without a
// trailing dot; the local part is NFC, case-folded and without needless
// quotes. Tags ("+news") and dots are kept, for only the receiver knows what
// they mean. The zero value is no address. Only [ParseAddress] makes one.
type Address struct {
	local, domain string
	spelling      string // "": the normalised form
}

// ParseAddress normalises an address as people and providers write it, with or
// without white space around it and angle brackets. It takes whatever a
// provider could have tried to deliver to, also what RFC 5321 forbids:
// "foo..bar@docomo.ne.jp", "user@example", underscores in the domain. It
// refuses, with an error that wraps [ErrAddress]: no @, an empty local part or
// domain, control characters, bytes that aren't UTF-8, more than 320 bytes.
func ParseAddress(s string) (Address, error) {
	spelling := unwrap(s)
	if err := checkText(spelling); err != nil {
		return Address{}, err
	}
	at := strings.LastIndexByte(spelling, '@')
	if at < 0 {
		return Address{}, fmt.Errorf("%w: it has no @", ErrAddress)
	}
	a := Address{
		local:    normalLocal(spelling[:at]),
		domain:   NormalDomain(spelling[at+1:]),
		spelling: spelling,
	}
	switch {
	case a.local == "":
		return Address{}, fmt.Errorf("%w: nothing stands before the @", ErrAddress)
	case a.domain == "":
		return Address{}, fmt.Errorf("%w: nothing stands after the @", ErrAddress)
	case strings.ContainsAny(a.domain, "<>"):
		return Address{}, fmt.Errorf("%w: an angle bracket stands after the @", ErrAddress)
	case len(a.local)+1+len(a.domain) > MaxAddressBytes:
		return Address{}, tooLong(len(a.local) + 1 + len(a.domain))
	}
	if spelling[:at] == a.local && spelling[at+1:] == a.domain {
		a.spelling = ""
	}
	return a, nil
}

// Local is the normalised local part, quoted where it must be.
func (a Address) Local() string { return a.local }

// Domain is the normalised domain: lower case, A-labels.
func (a Address) Domain() string { return a.domain }

// String is the normalised address.
func (a Address) String() string { return a.local + "@" + a.domain }

// Spelling is the address as it was written, for people to read.
func (a Address) Spelling() string {
	if a.spelling == "" {
		return a.String()
	}
	return a.spelling
}

// IsZero reports whether a is no address at all.
func (a Address) IsZero() bool { return a.domain == "" }

// Key orders addresses by domain, then local part: "domain NUL local". A
// domain is therefore one range of keys.
func (a Address) Key() string { return a.domain + "\x00" + a.local }

// AddressFromKey is the inverse of [Address.Key], for the stores.
func AddressFromKey(key string) (Address, error) {
	domain, local, ok := strings.Cut(key, "\x00")
	if !ok || domain == "" || local == "" {
		return Address{}, errors.New("a key is not an address") // which one it is has no place in a log
	}
	return Address{local: local, domain: domain}, nil
}

// unwrap drops what can't be seen around an address, and a display name or
// angle brackets: "Taro <taro@example.jp>".
func unwrap(s string) string {
	s = strings.TrimFunc(s, unseen)
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.HasSuffix(s, ">") {
		s = strings.TrimFunc(s[open+1:len(s)-1], unseen)
	}
	return s
}

// unseen reports white space and what only formats text (Unicode's Cf): byte
// order marks, marks of direction, joiners, which copies from office programs
// bring along.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

func checkText(s string) error {
	if len(s) > MaxAddressBytes {
		return tooLong(len(s))
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%w: it is not UTF-8", ErrAddress)
	}
	for i, r := range s {
		if unicode.IsControl(r) {
			return fmt.Errorf("%w: control character %U at byte %d", ErrAddress, r, i)
		}
	}
	return nil
}

func tooLong(n int) error {
	return fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrAddress, n, MaxAddressBytes)
}

// normalLocal takes the quotes off, folds, and quotes again only what needs it.
func normalLocal(s string) string {
	content := foldText(unquote(s))
	first, _ := utf8.DecodeRuneInString(content)
	if content == "" || !strings.ContainsAny(content, ` "(),:;<>@[\]`) && !unseen(first) {
		return content
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(content) + `"`
}

// unquote reads a quoted-string (RFC 5321 section 4.1.2). What isn't one from
// end to end is taken as it stands.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	var b strings.Builder
	for i, in := 0, s[1:len(s)-1]; i < len(in); i++ {
		switch {
		case in[i] == '"':
			return s
		case in[i] == '\\' && i+1 == len(in):
			return s
		case in[i] == '\\':
			i++
		}
		b.WriteByte(in[i])
	}
	return b.String()
}

// foldText is case folding and NFC, repeated until nothing changes, because
// each can undo the other for a few characters.
func foldText(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	for range 4 {
		next := norm.NFC.String(cases.Fold().String(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// NormalDomain writes a domain as [Address.Domain] does: lower case, without a
// trailing dot, in A-labels. It maps by the rules of UTS 46, without the checks
// of a registry: mail was tried there, whatever the rules say. ASCII stays as
// it is, so underscores and odd hyphens pass.
func NormalDomain(s string) string {
	s = foldText(trimDomain(s))
	if !isASCII(s) {
		mapped, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false),
			idna.CheckHyphens(false), idna.CheckJoiners(false)).ToASCII(s)
		if err == nil && !strings.ContainsAny(mapped, `@<>" `) { // a wide @ is no @
			s = mapped
		}
	}
	return trimDomain(foldText(s))
}

// trimDomain drops trailing dots, and what can't be seen around a domain.
func trimDomain(s string) string {
	s = strings.TrimRightFunc(s, func(r rune) bool { return r == '.' || unseen(r) })
	return strings.TrimLeftFunc(s, unseen)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
