package suppress

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

// Classifier reads why mail bounced. It is called concurrently, and inside of
// transactions: it does no I/O. A *classify.Classifier is one.
type Classifier interface {
	Classify(in classify.Input) classify.Verdict
}

// Config is what a List works with. Store and Classifier are required.
type Config struct {
	Store      Store
	Classifier Classifier
	Policy     Policy           // the zero value is DefaultPolicy
	Clock      func() time.Time // nil is time.Now
	Observer   Observer         // nil: nobody is told
	Letters    LetterLimits     // the zero value is 10,000 letters and 64 MiB
	SpoolDir   string           // where exports are spooled; "" is the system's temporary folder
}

// List is the suppression list: it normalises, classifies, judges and answers.
// All methods may be called concurrently.
type List struct {
	Config
	spools chan struct{}
}

// maxSpools is how many exports and other long answers may run at once: each
// takes disk space for the whole list.
const maxSpools = 2

// New makes a List over a store. A policy that could suppress on one soft
// message is refused.
func New(c Config) (*List, error) {
	if c.Policy.Rules == nil {
		c.Policy = DefaultPolicy()
	}
	if err := c.Policy.Validate(); err != nil {
		return nil, err
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Observer == nil {
		c.Observer = deaf{}
	}
	if c.Letters == (LetterLimits{}) {
		c.Letters = LetterLimits{Count: 10_000, Bytes: 64 << 20}
	}
	return &List{Config: c, spools: make(chan struct{}, maxSpools)}, nil
}

// now is the clock's time as every store can keep it.
func (l *List) now() time.Time { return l.Clock().UTC().Truncate(time.Microsecond) }

// Lookup answers whether mail may be sent to an address now. An error means
// that the answer isn't known; never take it for "not suppressed".
func (l *List) Lookup(ctx context.Context, a Address, mail Mail) (Answer, error) {
	e, err := l.Store.Entry(ctx, a)
	if errors.Is(err, ErrNotFound) {
		return stranger(a), nil
	}
	if err != nil {
		return Answer{}, fmt.Errorf("look up: %w", err)
	}
	return e.At(l.now(), mail), nil
}

// edit is one atomic change of some addresses.
type edit struct {
	addresses []Address
	events    int // for metrics
	letters   []DeadLetter
	settles   uint64   // number of the dead letter that the edit settles; 0: none
	by        Decision // of a person; zero where events decide
	// apply changes the history of the i-th address and reports whether it
	// did. It may be called again, as Update.Apply may.
	apply func(i int, h *History, exists bool, n *notes) (changed bool)
}

// change makes an edit. What an observer is to be told is told when the change
// is on disk.
func (l *List) change(ctx context.Context, e edit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := l.now()
	var told notes
	// A client that hangs up doesn't undo what is being written, so what was
	// written is waited for and told: its retry will be a duplicate.
	err := l.Store.Update(context.WithoutCancel(ctx), Update{
		Addresses: e.addresses,
		Events:    e.events,
		Letter:    e.settles,
		Apply: func(rows []*Row) (Write, error) {
			told = nil
			w := Write{Rows: make([]*Row, len(rows)), Letters: e.letters, Limits: l.Letters}
			for i, old := range rows {
				w.Rows[i] = l.edited(e, i, old, now, &w, &told)
			}
			return w, nil
		},
	})
	if err == nil {
		told.tell(l.Observer)
	}
	return err
}

// edited is the i-th row as the edit leaves it, nil if it doesn't change it.
func (l *List) edited(e edit, i int, old *Row, now time.Time, w *Write, told *notes) *Row {
	row, before := Row{}, Entry{}
	if old != nil {
		row, before = *old, old.Entry
	}
	row.History.heal(now)
	if !e.apply(i, &row.History, old != nil, told) {
		return nil
	}
	row.Entry = judgeEntry(e.addresses[i], &row.History, l.Policy, now)
	w.feed(&before, &row.Entry, now, e.by, told)
	return &row
}
