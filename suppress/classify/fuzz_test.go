package classify

import (
	"strings"
	"testing"
)

// Whatever the input, the verdict is well-formed and the same each time.
func FuzzClassify(f *testing.F) {
	c := newClassifier(f)
	for i, s := range readSamples(f) {
		if i%20 != 0 { // all of them would take longer than a short run has
			continue
		}
		f.Add(s.in.Text, s.in.Code, s.in.Status, s.in.Source, s.in.ProviderCode, s.in.Domain)
	}
	f.Add("\xff\xfe@\x00.'’-e-", -1, "5..1", "cmc", "", ".")
	f.Add(".0", 4, "", "", "", "")
	f.Add(strings.Repeat("user ", 500)+"@.@..-550-", 999, "5.1.1000", "", "2", "docomo.ne.jp")
	f.Fuzz(func(t *testing.T, text string, code int, status, source, providerCode, domain string) {
		in := Input{Text: text, Code: code, Status: status, Source: source, ProviderCode: providerCode, Domain: domain}
		v := c.Classify(in)
		if v != c.Classify(in) {
			t.Fatalf("two answers for %+v", in)
		}
		checkWellFormed(t, in, v)
	})
}

func checkWellFormed(t *testing.T, in Input, v Verdict) {
	t.Helper()
	if !v.Category.Known() || v.Class != Hard && v.Class != Soft && v.Class != Unknown || v.Rule == "" {
		t.Fatalf("malformed verdict %+v", v)
	}
	if v.Basis == BasisText && (v.Matched == "" || !strings.Contains(in.Text, v.Matched)) {
		t.Fatalf("matched %q isn't in the text %q", v.Matched, in.Text)
	}
	if (v.Basis == BasisNone) != (v.Rule == "none") {
		t.Fatalf("basis %s with rule %s", v.Basis, v.Rule)
	}
	if v.Code != 0 && !isReply(v.Code) || v.Status != "" && !isStatus(v.Status) {
		t.Fatalf("codes %d %q", v.Code, v.Status)
	}
}
