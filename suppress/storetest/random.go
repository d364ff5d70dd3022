package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// seedVariable names the environment variable that replays a run.
const seedVariable = "NOSEND_STORETEST_SEED"

// walk makes the same random updates to an engine and to the model.
type walk struct {
	*suite
	*rand.Rand
	model     *suite
	addresses []suppress.Address
	minute    int
}

// testRandom compares an engine with the model after random updates.
func (s *suite) testRandom() {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(s, err, seedVariable)
	}
	s.Logf("%s=%d replays this run", seedVariable, seed)
	w := &walk{suite: s, Rand: rand.New(rand.NewPCG(seed, 0)),
		model:     &suite{TB: s.TB, ctx: s.ctx, store: NewMemory()},
		addresses: append(oddAddresses(), numbered(20)...)}
	rounds := 60
	if testing.Short() {
		rounds = 15
	}
	for round := range rounds {
		for range w.IntN(10) {
			w.step()
		}
		if s.reopen != nil && w.IntN(10) == 0 {
			s.store = s.reopen(s, s.store)
		}
		w.compare(round)
	}
}

// step makes one update of both.
func (w *walk) step() {
	w.minute++
	seed := w.Uint64() // Apply must do the same in both, and when it is called again
	var addresses []suppress.Address
	for _, i := range w.Perm(len(w.addresses))[:w.IntN(6)] {
		addresses = append(addresses, w.addresses[i])
	}
	apply := func(rows []*suppress.Row) (suppress.Write, error) {
		return randomWrite(rand.New(rand.NewPCG(seed, 1)), addresses, rows, w.minute)
	}
	model, engine := w.settled()
	want := w.model.store.Update(w.ctx, suppress.Update{Addresses: addresses, Events: 1, Apply: apply, Letter: model})
	have := w.store.Update(w.ctx, suppress.Update{Addresses: addresses, Events: 1, Apply: apply, Letter: engine})
	require.Equal(w, errors.Is(want, errApply), errors.Is(have, errApply), "error: want %v, have %v", want, have)
	require.Equal(w, want == nil, have == nil, "error: want %v, have %v", want, have)
}

// settled chooses a letter for an update to settle, or none: its number in the
// model and in the engine.
func (w *walk) settled() (model, engine uint64) {
	letters := w.model.letters(0, 1000)
	if len(letters) == 0 || w.IntN(3) > 0 {
		return 0, 0
	}
	i := w.IntN(len(letters))
	return letters[i].Number, w.letters(0, 1000)[i].Number
}

func randomWrite(r *rand.Rand, addresses []suppress.Address, rows []*suppress.Row, minute int) (suppress.Write, error) {
	out := suppress.Write{Rows: make([]*suppress.Row, len(rows)), Limits: suppress.LetterLimits{Count: 5, Bytes: 40}}
	for i, old := range rows {
		if r.IntN(4) > 0 {
			out.Rows[i] = randomRow(r, old, minute)
		}
		if r.IntN(3) == 0 {
			out.Changes = append(out.Changes, suppress.Change{At: clock(minute), Address: addresses[i],
				Kind: suppress.ChangeAdded, Note: fmt.Sprint(r.IntN(100))})
		}
	}
	for range max(0, r.IntN(6)-3) {
		body := fmt.Sprintf("%0*d", r.IntN(15), r.IntN(20))
		if r.IntN(2) == 0 {
			body = "often" // also when it is settled
		}
		out.Letters = append(out.Letters, letterBodies(body)...)
		out.Letters[len(out.Letters)-1].Problem = fmt.Sprint("problem ", minute)
	}
	if r.IntN(10) == 0 {
		return out, errApply
	}
	return out, nil
}

// randomRow goes on from the old row.
func randomRow(r *rand.Rand, old *suppress.Row, minute int) *suppress.Row {
	row := &suppress.Row{}
	if old != nil {
		row = old
	}
	row.Entry.Bounces++
	row.Entry.Settled = clock(minute)
	row.History.Seen = append(row.History.Seen, r.Uint64())
	row.History.Seen = row.History.Seen[max(0, len(row.History.Seen)-5):]
	switch r.IntN(4) {
	case 0:
		row.Entry.Reasons = nil
	case 1:
		row.Entry.Last = watched(1).Entry.Last
	default:
		categories := classify.Categories()
		until := clock(minute + r.IntN(40) - 10)
		row.Entry.Reasons = append(row.Entry.Reasons, held(categories[r.IntN(4)], clock(minute), until).Entry.Reasons...)
		row.Entry.Reasons = row.Entry.Reasons[max(0, len(row.Entry.Reasons)-3):]
	}
	return row
}

// compare checks that both keep the same, but for the numbers of the logs,
// which may have gaps.
func (w *walk) compare(round int) {
	want, have := w.model.everything(), w.everything()
	w.comparePages(&want, &have)
	for _, c := range []*contents{&want, &have} {
		for i := range c.changes {
			c.changes[i].Number = 0
		}
		for i := range c.letters {
			c.letters[i].Number = 0
		}
	}
	require.Equal(w, want, have, "round %d", round)
	addresses := append(slices.Clone(w.addresses), w.addresses[:w.IntN(5)]...)
	w.Shuffle(len(addresses), func(i, j int) { addresses[i], addresses[j] = addresses[j], addresses[i] })
	require.Equal(w, w.model.many(addresses), w.many(addresses), "round %d", round)
	before, limit := clock(w.minute), w.IntN(10)
	require.Equal(w, w.model.due(before, limit), w.due(before, limit), "round %d", round)
}

// comparePages reads both logs from one random place on.
func (w *walk) comparePages(want, have *contents) {
	require.Len(w, have.changes, len(want.changes))
	if len(want.changes) == 0 {
		return
	}
	i, limit := w.IntN(len(want.changes)), w.IntN(5)
	rest := have.changes[i+1:]
	require.Equal(w, rest[:min(limit, len(rest))], append([]suppress.Change{}, w.changes(have.changes[i].Number, limit)...))
}
