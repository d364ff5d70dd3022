package suppress

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Reject keeps what a source sent and could not be read at all.
func (l *List) Reject(ctx context.Context, d DeadLetter) error {
	_, err := l.Record(ctx, Batch{Source: d.Source, Letters: []DeadLetter{d}})
	return err
}

func stampLetters(b Batch, received time.Time) []DeadLetter {
	letters := slices.Clone(b.Letters)
	for i := range letters {
		letters[i].Source, letters[i].Received = b.Source, received
		letters[i].Problem = clip(letters[i].Problem, MaxTextBytes)
	}
	return letters
}

// pageBytes bounds the bodies of one page of dead letters.
const pageBytes = 8 << 20

// DeadLetters returns up to limit dead letters after a number, the oldest
// first, and how many there are in all. A page ends early after 8 MiB of
// bodies; there are more unless it is empty.
func (l *List) DeadLetters(ctx context.Context, after uint64, limit int) ([]DeadLetter, LetterStats, error) {
	stats, err := l.Store.LetterStats(ctx)
	if err != nil {
		return nil, stats, fmt.Errorf("count dead letters: %w", err)
	}
	var letters []DeadLetter
	for bytes := 0; len(letters) < limit && bytes < pageBytes; {
		next, err := l.Store.Letters(ctx, after, 1)
		if err != nil {
			return nil, stats, fmt.Errorf("read dead letters: %w", err)
		}
		if len(next) == 0 {
			break
		}
		letters = append(letters, next...)
		after, bytes = next[0].Number, bytes+len(next[0].Body)
	}
	return letters, stats, nil
}

// DeadLetter returns one dead letter, or ErrNotFound.
func (l *List) DeadLetter(ctx context.Context, number uint64) (DeadLetter, error) {
	if number == 0 { // the numbers begin with 1
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", ErrNotFound)
	}
	letters, err := l.Store.Letters(ctx, number-1, 1)
	switch {
	case err != nil:
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", err)
	case len(letters) == 0 || letters[0].Number != number:
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", ErrNotFound)
	}
	return letters[0], nil
}

// Replay takes in what a dead letter says now that it was read again, as one
// atomic change that also removes the letter: b.Letters holds what can't be
// understood still. If that is the letter itself, it stays under its number,
// with the new problem.
//
// Its events count as received when the letter was: a hold began then, and a
// release since has settled them. Messages that were counted before are
// duplicates. Replay returns ErrNotFound if the letter is gone by then, so that
// of two replays at once only one takes place.
func (l *List) Replay(ctx context.Context, letter DeadLetter, b Batch) (Report, error) {
	b.Source = letter.Source
	return l.record(ctx, b, letter.Received, letter.Number)
}

// DropLetter deletes a dead letter unread, or returns ErrNotFound. It reads it
// first, so that a letter that is damaged fails alone and not with the other
// changes of its commit.
func (l *List) DropLetter(ctx context.Context, number uint64) error {
	if _, err := l.DeadLetter(ctx, number); err != nil {
		return err
	}
	if err := l.change(ctx, edit{settles: number}); err != nil {
		return fmt.Errorf("delete dead letter: %w", err)
	}
	return nil
}
