package classify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// condition is the codes column of a rule: what must be known of the reply
// besides its words. Kinds that are not named don't matter.
type condition struct {
	codes   []codeTest // any of these
	not     []codeTest // none of these
	command []string   // the SMTP command that was answered
	domain  []string   // the recipient's domain, or one above it
	source  []string   // the provider's name
}

// codeTest tests the codes of a reply: a range of reply codes, or a pattern of
// enhanced status codes.
type codeTest struct {
	from, to int    // reply codes; 0: status is meant
	status   string // with x for "any", e.g. "5.1.x"
}

// parseCondition reads the codes column: tests with spaces between them.
func parseCondition(text string) (condition, error) {
	var c condition
	for _, field := range strings.Fields(text) {
		if err := c.add(field); err != nil {
			return condition{}, err
		}
	}
	return c, nil
}

func (c *condition) add(field string) error {
	if key, value, ok := strings.Cut(field, "="); ok {
		return c.addNamed(key, value)
	}
	text, negated := strings.CutPrefix(field, "!")
	test, err := parseCodeTest(text)
	if err != nil {
		return err
	}
	if negated {
		c.not = append(c.not, test)
	} else {
		c.codes = append(c.codes, test)
	}
	return nil
}

func (c *condition) addNamed(key, value string) error {
	if strings.Trim(value, ".") == "" {
		return fmt.Errorf("%s= without a value", key)
	}
	switch key {
	case "command":
		if !slices.Contains(commandNames(), value) {
			return fmt.Errorf("command %q; allowed are %s", value, strings.Join(commandNames(), ", "))
		}
		c.command = append(c.command, value)
	case "domain":
		// As Input.Domain is; people also write Example.org and .example.org.
		c.domain = append(c.domain, strings.ToLower(strings.Trim(value, ".")))
	case "source":
		c.source = append(c.source, value)
	default:
		return fmt.Errorf("code test %q; allowed are 550, 550-559, 5xx, 5.1.1, 5.1.x, x.1.1, each also with ! in front, and command=, domain=, source=", key+"="+value)
	}
	return nil
}

func parseCodeTest(text string) (codeTest, error) {
	switch {
	case text == "4xx" || text == "5xx":
		return codeTest{from: int(text[0]-'0') * 100, to: int(text[0]-'0')*100 + 99}, nil
	case isStatusPattern(text):
		return codeTest{status: text}, nil
	}
	low, high, isRange := strings.Cut(text, "-")
	if !isRange {
		high = low
	}
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil || from < 400 || to > 599 || from > to {
		return codeTest{}, fmt.Errorf("code test %q; allowed are 550, 550-559, 5xx, 5.1.1, 5.1.x, x.1.1, each also with ! in front, and command=, domain=, source=", text)
	}
	test := codeTest{from: from, to: to}
	if !test.canHold() {
		return codeTest{}, fmt.Errorf("code test %q never holds; reply codes are 400 to 479 and 500 to 579", text)
	}
	return test, nil
}

// canHold reports whether any reply code is in the range.
func (t codeTest) canHold() bool {
	for n := t.from; n <= t.to; n++ {
		if isReply(n) {
			return true
		}
	}
	return false
}

func isStatusPattern(text string) bool {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || !slices.Contains([]string{"4", "5", "x"}, parts[0]) {
		return false
	}
	return (parts[1] == "x" || isShortNumber(parts[1])) && (parts[2] == "x" || isShortNumber(parts[2]))
}

// holds reports whether the condition is met.
func (c *condition) holds(k codes, command string, in *Input) bool {
	return (len(c.codes) == 0 || anyTest(c.codes, k)) &&
		!anyTest(c.not, k) &&
		(len(c.command) == 0 || slices.Contains(c.command, command)) &&
		(len(c.source) == 0 || slices.Contains(c.source, in.Source)) &&
		(len(c.domain) == 0 || slices.ContainsFunc(c.domain, func(d string) bool { return isBelow(in.Domain, d) }))
}

func anyTest(tests []codeTest, k codes) bool {
	for i := range tests {
		if tests[i].holds(k) {
			return true
		}
	}
	return false
}

// holds tests the codes. 4xx and 5xx look at the class of the status code if
// there is no reply code.
func (t *codeTest) holds(k codes) bool {
	if t.status != "" {
		return matchStatus(t.status, k.status)
	}
	switch {
	case t.from == 500 && t.to == 599:
		return k.permanent()
	case t.from == 400 && t.to == 499:
		return k.temporary()
	}
	return t.from <= k.reply && k.reply <= t.to
}

// matchStatus compares part by part; x in the pattern stands for any number.
func matchStatus(pattern, status string) bool {
	for pattern != "" && status != "" {
		var want, got string
		want, pattern, _ = strings.Cut(pattern, ".")
		got, status, _ = strings.Cut(status, ".")
		if want != "x" && want != got {
			return false
		}
	}
	return pattern == "" && status == ""
}

// isBelow reports whether domain is parent or a name below it.
func isBelow(domain, parent string) bool {
	rest, ok := strings.CutSuffix(domain, parent)
	return ok && (rest == "" || strings.HasSuffix(rest, "."))
}
