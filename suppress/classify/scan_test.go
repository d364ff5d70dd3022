package classify

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNamesAndNumbersOfHostsAreOneToken(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"mx-in.example.org", "mx-in.example.org"},
		{"550-mx-in.example.org", "mx-in.example.org"},
		{"anti-spam.com,", "anti-spam.com"},
		{"a non-existent.Please", "a|non|existent|Please"},
		{"to re-try.Thanks", "to|re|try|Thanks"},
		{"too old for tls-1.2", "too|old|for|tls|1.2"},
		{"an e-mail.net", "an|e|mail.net"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"IPv6:2001:db8:0:0:0:0:0:1 is", "IPv6|2001:db8:0:0:0:0:0:1|is"},
		{"at 12:30:45", "at|12|30|45"},
		{"dead: beef", "dead|beef"},
	} {
		s := scanner{vocab: vocabulary{"%": 1, "@": 2}}
		s.scan(tt.text)
		got := ""
		for i, tok := range s.tokens {
			if i > 0 {
				got += "|"
			}
			got += tt.text[tok.start:tok.end]
		}
		assert.Equal(t, tt.want, got, tt.text)
	}
}
