package suppress

import (
	"strconv"
	"testing"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

// BenchmarkJudge judges a full history, as every event of a busy address does.
func BenchmarkJudge(b *testing.B) {
	start := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	h := History{}
	for n := range keptMessages {
		ev := Evidence{Message: uint64(n), Kind: KindBounce, Source: "cmc", At: start.Add(time.Duration(n) * day),
			Class: classify.Soft, Category: classify.MailboxFull, Rule: "full", Text: "552 5.2.2 mailbox full " + strconv.Itoa(n)}
		if n%7 == 6 {
			ev.Kind, ev.Class, ev.Category = KindDelivered, classify.None, NoCategory
		}
		ev.Received = ev.At
		h.Evidence = append(h.Evidence, ev)
	}
	p := DefaultPolicy()
	b.ReportAllocs()
	for b.Loop() {
		s := h.state(p, "example.com")
		if s.Bounces == 0 {
			b.Fatal("nothing was counted")
		}
	}
}
