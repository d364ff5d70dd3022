package classify

import (
	"math"
	"strings"
	"testing"
)

func BenchmarkClassify(b *testing.B) {
	c := newClassifier(b)
	filler := strings.Repeat("the quick brown fox jumps over it at mx.example.org [192.0.2.1] and ", 80)
	for _, bench := range []struct{ name, text string }{
		{"early", "550 5.1.1 <kei@example.org>: Recipient address rejected: User unknown here, see our local user table (in reply to RCPT TO command)"},
		{"late", "host mx.example.org[192.0.2.1] said: 550 5.7.1 <kei@example.org>: Recipient address rejected: Access denied (in reply to RCPT TO command)"},
		{"miss", "554 5.0.0 the quick brown fox jumps over the lazy dog near mx.example.org [192.0.2.1] id q17si123456"},
		{"long reply", "550-5.7.26 Unauthenticated email from sender.example is not accepted due to 550-5.7.26 domain's DMARC policy. Please contact the administrator of 550-5.7.26 sender.example domain if this was a legitimate mail. To learn about the 550-5.7.26 DMARC initiative, go to 550 5.7.26 https://support.google.com/mail/?p=DmarcRejection a1-2.3 - gsmtp"},
		{"4KiB", filler[:4096]},
		{"hostile words", strings.Repeat("user mailbox not is unknown address ", 455)},
		{"hostile word", strings.Repeat("mailbox ", 2048)},
		{"hostile signs", strings.Repeat("a@b.", 4096)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				c.Classify(Input{Text: bench.text})
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newClassifier(b)
	}
}

// A usual reply costs no allocation once the scratch memory is there. (The best
// of many runs counts: under the race detector the pool loses memory at random.)
func TestAllocations(t *testing.T) {
	c := newClassifier(t)
	in := Input{Text: "550 5.1.1 <kei@example.org>: Recipient address rejected: User unknown here, see our local user table"}
	least := math.Inf(1)
	for range 50 {
		least = min(least, testing.AllocsPerRun(1, func() { c.Classify(in) }))
	}
	if least > 2 {
		t.Errorf("%v allocations", least)
	}
}
