package storetest

import (
	"context"
	"slices"

	"github.com/nosend/nosend/suppress"
)

// letter is a dead letter as Memory keeps it.
type letter struct {
	number       uint64
	source, body string
	encoded      []byte
}

func (l letter) same(other letter) bool { return l.source == other.source && l.body == other.body }

func encodeLetters(in []suppress.DeadLetter) ([]letter, error) {
	out := make([]letter, len(in))
	for i, l := range in {
		encoded, err := l.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out[i] = letter{source: l.Source, body: string(l.Body), encoded: encoded}
	}
	return out, nil
}

// find returns where the letter with a number stands, or -1.
func (m *Memory) find(number uint64) int {
	return slices.IndexFunc(m.letters, func(l letter) bool { return l.number == number })
}

// settle removes a letter, or puts the same one of left in its place. Number 0
// is none.
func (m *Memory) settle(number uint64, left []letter) {
	i := m.find(number)
	if i < 0 {
		return
	}
	if again := slices.IndexFunc(left, m.letters[i].same); again >= 0 {
		m.letters[i].encoded = left[again].encoded
		return
	}
	m.stats.Count--
	m.stats.Bytes -= int64(len(m.letters[i].body))
	m.letters = slices.Delete(m.letters, i, i+1)
}

// keep stores a letter unless the same one is there, and drops the oldest
// until the limits are met. One that is too large by itself is dropped alone.
func (m *Memory) keep(l letter, limits suppress.LetterLimits) {
	if slices.ContainsFunc(m.letters, l.same) {
		return
	}
	if limits.Count < 1 || int64(len(l.body)) > limits.Bytes {
		m.stats.Dropped++
		return
	}
	m.last++
	l.number = m.last
	m.letters = append(m.letters, l)
	m.stats.Bytes += int64(len(l.body))
	for len(m.letters) > limits.Count || m.stats.Bytes > limits.Bytes {
		m.stats.Bytes -= int64(len(m.letters[0].body))
		m.stats.Dropped++
		m.letters = m.letters[1:]
	}
	m.stats.Count = int64(len(m.letters))
}

// Letters implements suppress.Store.
func (m *Memory) Letters(ctx context.Context, after uint64, limit int) ([]suppress.DeadLetter, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return nil, err
	}
	var out []suppress.DeadLetter
	for _, have := range m.letters {
		if have.number <= after || len(out) >= limit {
			continue
		}
		l := suppress.DeadLetter{Number: have.number}
		if err := l.UnmarshalBinary(have.encoded); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// LetterStats implements suppress.Store.
func (m *Memory) LetterStats(ctx context.Context) (suppress.LetterStats, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return suppress.LetterStats{}, err
	}
	return m.stats, nil
}
