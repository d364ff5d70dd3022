package suppress

import (
	"encoding"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress/classify"
)

// codec is what each stored row does.
type codec interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

var codecTime = time.Date(2026, 3, 1, 9, 0, 0, 123_456_000, time.UTC)

func codecReason() Reason {
	return Reason{Origin: OriginBounce, Standing: Suppressed, Since: codecTime, Until: codecTime.AddDate(0, 1, 0), Message: 1<<63 + 5,
		Class: classify.Soft, Category: classify.MailboxFull, Rule: "full", Matched: "quota", Source: "cmc", Text: "552 quota", Note: "n"}
}

func codecEntry() *Entry {
	r := codecReason()
	return &Entry{Spelling: "Taro@Example.jp", Reasons: []Reason{r, {Origin: OriginManual}}, Last: &r, Released: codecTime, Bounces: 3, Settled: codecTime}
}

func codecHistory() *History {
	r := codecReason()
	return &History{
		Evidence: []Evidence{{Message: 7, Kind: KindBounce, Source: "cmc", At: codecTime, Received: codecTime, Class: classify.Soft,
			Category: classify.MailboxFull, Rule: "full", Matched: "quota", Basis: classify.BasisText, Permanent: true, Code: 552,
			Status: "5.2.2", ProviderCode: "2", Text: "552 quota", MessageID: "m@x", Tag: "t", Spelling: "Taro@Example.jp"}, {}},
		Base: State{Rules: map[string]RuleState{"mailbox": {Counts: []Count{{At: codecTime, Message: 3, N: 2}}, Step: 2, Hold: &r}, "hard": {}},
			Complaint: &r, Unsubscribe: &r, Upstream: &r, Last: &r, Spelling: "Taro@Example.jp", Bounces: 2},
		Seen: []uint64{1, 1 << 63}, Released: codecTime,
		Decisions: []Decision{{At: codecTime, Standing: Allowed, Until: codecTime, Note: "n", By: "b"}, {}},
	}
}

func codecChange(t testing.TB) *Change {
	a, err := ParseAddress("taro@example.jp")
	require.NoError(t, err)
	return &Change{At: codecTime, Address: a, Kind: ChangeAdded, Standing: Suppressed, Origin: OriginBounce,
		Class: classify.Hard, Category: classify.UserUnknown, Until: codecTime, By: "b", Note: "n"}
}

func codecLetter() *DeadLetter {
	return &DeadLetter{Received: codecTime, Source: "cmc", Problem: "p", ContentType: "text/plain", Body: []byte("\x00\xff{")}
}

func FuzzEntry(f *testing.F) {
	fuzzCodec(f, func() codec { return new(Entry) }, codecEntry(), &Entry{})
}
func FuzzHistory(f *testing.F) {
	fuzzCodec(f, func() codec { return new(History) }, codecHistory(), &History{})
}
func FuzzChange(f *testing.F) { fuzzCodec(f, func() codec { return new(Change) }, codecChange(f)) }

func FuzzDeadLetter(f *testing.F) {
	fuzzCodec(f, func() codec { return new(DeadLetter) }, codecLetter(), &DeadLetter{})
}

// fuzzCodec decodes any bytes: an error or a value, without a panic and without
// much memory; and a value survives being stored.
func fuzzCodec(f *testing.F, empty func() codec, seeds ...codec) {
	for _, seed := range seeds {
		data, err := seed.MarshalBinary()
		require.NoError(f, err)
		have := empty()
		require.NoError(f, have.UnmarshalBinary(data))
		require.Equal(f, seed, have)
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x := empty()
		if err := x.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		stored, err := x.MarshalBinary()
		require.NoError(t, err)
		again := empty()
		require.NoError(t, again.UnmarshalBinary(stored))
		require.Equal(t, x, again)
	})
}

// TestCodecTruncated: a row that was cut anywhere is an error, and so is one
// with something behind it.
func TestCodecTruncated(t *testing.T) {
	for _, row := range []codec{codecEntry(), codecHistory(), codecChange(t), codecLetter()} {
		data, err := row.MarshalBinary()
		require.NoError(t, err)
		for n := range data {
			require.ErrorIs(t, row.UnmarshalBinary(data[:n]), ErrCorrupt, "%T cut to %d bytes", row, n)
		}
		require.ErrorIs(t, row.UnmarshalBinary(append(data, 0)), ErrCorrupt, "%T", row)
	}
}

func TestCodecErrors(t *testing.T) {
	const endless = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" // the greatest number
	for name, test := range map[string]struct {
		row  codec
		data string
		want string
	}{
		"nothing":                 {new(Entry), "", "it breaks off in a field"},
		"newer entry":             {new(Entry), "\x02", "entry has version 2, this program reads version 1"},
		"newer history":           {new(History), "\x02", "history has version 2, this program reads version 1"},
		"newer change":            {new(Change), "\x02", "change has version 2, this program reads version 1"},
		"newer letter":            {new(DeadLetter), "\x02", "dead letter has version 2, this program reads version 1"},
		"text beyond the row":     {new(Entry), "\x01\x09abc", "it breaks off in a field"},
		"text of endless length":  {new(Entry), "\x01" + endless, "it breaks off in a field"},
		"number without end":      {new(Entry), "\x01\xff\xff", "it breaks off in a number"},
		"number above 64 bits":    {new(Entry), "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "it breaks off in a number"},
		"list of endless length":  {new(History), "\x01\x00" + endless, "a list is longer than the row"},
		"bytes behind the row":    {new(Entry), "\x01\x00\x00\x00\x00\x00\x00xyz", "3 bytes are left over"},
		"change without address":  {new(Change), "\x01\x00\x00", "a key is not an address"},
		"change of half an entry": {new(Change), "\x01\x00\x04a\x00b\x00", "it breaks off"},
		"body beyond the row":     {new(DeadLetter), "\x01\x00\x00\x00\x00" + endless, "it breaks off in a field"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.row.UnmarshalBinary([]byte(test.data))
			require.ErrorIs(t, err, ErrCorrupt)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestCodecMemory: bytes that claim long lists don't take memory for them.
func TestCodecMemory(t *testing.T) {
	rest := strings.Repeat("\xff", 1<<16) // never a whole number
	for name, test := range map[string]struct {
		row  codec
		data string
	}{
		"reasons":   {new(Entry), "\x01\x00\x00\x00\x00\x00\xff\xff\x03" + rest},
		"evidence":  {new(History), "\x01\x00\xff\xff\x03" + rest},
		"decisions": {new(History), "\x01\x00\x00" + strings.Repeat("\x00", 7) + "\x00\xff\xff\x03" + rest},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			require.ErrorIs(t, test.row.UnmarshalBinary([]byte(test.data)), ErrCorrupt)
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32*len(test.data)))
		})
	}
}
