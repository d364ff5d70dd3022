package suppress

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/nosend/nosend/suppress/classify"
)

// Errors that stores return, and that callers branch on.
var (
	// ErrNotFound: there is no such entry or dead letter.
	ErrNotFound = errors.New("not found")
	// ErrOverloaded: more changes are waiting than the store takes; try again.
	ErrOverloaded = errors.New("too many changes are waiting to be written; try again in a moment")
	// ErrBusy: as many exports and long checks as may run at once are running; try again.
	ErrBusy = errors.New("two exports are running already, or long checks or counts in their place; try again when one has ended")
	// ErrFull: the store can't grow any more.
	ErrFull = errors.New("the store is full")
	// ErrNoBackup: the store is no Backuper.
	ErrNoBackup = errors.New("the store can't copy itself; back it up with the tools of its database")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("the store is closed")
)

// Row is all that a store keeps of one address.
type Row struct {
	Entry   Entry
	History History
}

// Update is one atomic change of some addresses: all of it is stored, or none.
type Update struct {
	// Addresses whose rows the change may touch, each at most once.
	Addresses []Address
	// Apply computes the change from the rows of Addresses as they are, in the
	// same order, nil where there is none. It owns the rows. A store may call
	// it again after a conflict, so it does no I/O, reads no clock and keeps
	// nothing of an earlier call. If it fails, nothing is stored and Update
	// returns its error.
	Apply func(rows []*Row) (Write, error)
	// Events is how many reported events the change stands for, for metrics.
	Events int
	// Letter is the number of a dead letter that the change settles; 0: none.
	// If it isn't there (any more), nothing is stored and Update returns
	// ErrNotFound. Otherwise it is removed, unless one of Write.Letters has its
	// source and body: that one takes its place, under its number.
	Letter uint64
}

// Range is a part of the entries in the order of [Address.Key]. The zero Range
// is all of them.
type Range struct {
	After  string // entries with a greater key; no entry needs to have this one
	Domain string // entries of this domain, as Address.Domain writes it; "": of every domain
}

// Write is what an Update's Apply wants stored.
type Write struct {
	Rows    []*Row       // parallel to Update.Addresses; nil leaves a row as it is
	Changes []Change     // appended to the feed; the store numbers them
	Letters []DeadLetter // stored unless the same body is there; the store numbers them
	Limits  LetterLimits // of the dead letters
}

// Store keeps rows, a feed of changes and dead letters. It knows nothing of
// mail: [List] decides, a Store only stores. All methods may be called
// concurrently. Times are kept in UTC and cut to microseconds. Results belong to
// the caller.
type Store interface {
	// Update makes one atomic change, and returns when it is on disk: written
	// and synced, so that it survives a crash of the machine. Concurrent
	// Updates of one address see each other's result, in some order, and may
	// share one commit. It keeps the counts of Tallies by the difference between
	// the Entry.Tally of old and new entries, and the rows of Due. After
	// an error other than a cancelled context nothing was stored; after a
	// cancelled context the change may or may not be. ErrOverloaded says
	// that too many changes are waiting.
	Update(ctx context.Context, u Update) error

	// Entry returns the summary of one address, or ErrNotFound. It sees every
	// Update that has returned.
	Entry(ctx context.Context, a Address) (Entry, error)

	// Entries returns the summaries of many addresses as they all were at one
	// moment, parallel to addresses, nil for those without one. An address may
	// stand there more than once; each then has an Entry of its own. It sees
	// every Update that has returned. A store may hold resources as long as it
	// runs, so callers ask in parts of some thousand.
	Entries(ctx context.Context, addresses []Address) ([]*Entry, error)

	// Row returns all that is known of one address, or ErrNotFound.
	Row(ctx context.Context, a Address) (Row, error)

	// Scan calls visit with every entry of a range, ordered by Address.Key, as
	// they all were at one moment. visit must be quick and must not wait for a
	// client: a store may hold resources as long as it runs. It may call Update,
	// which never waits for the scan. An error of visit ends the scan and is
	// returned.
	Scan(ctx context.Context, r Range, visit func(Entry) error) error

	// Due returns up to limit addresses whose Entry.Due is at or before a
	// time, the earliest first.
	Due(ctx context.Context, before time.Time, limit int) ([]Address, error)

	// Tallies returns how many entries stand in each cell; cells with none may
	// be left out.
	Tallies(ctx context.Context) (map[Tally]int64, error)

	// Changes returns up to limit rows of the feed with a number above after,
	// in order. Numbers grow; they may have gaps.
	Changes(ctx context.Context, after uint64, limit int) ([]Change, error)

	// Letters returns up to limit dead letters with a number above after, in
	// order.
	Letters(ctx context.Context, after uint64, limit int) ([]DeadLetter, error)

	// LetterStats says how many dead letters there are.
	LetterStats(ctx context.Context) (LetterStats, error)

	// Close waits for what is being written, and releases the store. Calls
	// that come later fail with ErrClosed. Closing twice is allowed.
	Close() error
}

// Backuper is a Store that can copy itself while it is in use.
type Backuper interface {
	// Backup writes a copy of all that the store keeps, as it was at one moment,
	// in a form that the store's own tools restore. Every Update that returned
	// before is in it. It is called concurrently with everything else, and
	// nothing waits for it. w must not be paced by a client: a store may hold
	// resources as long as it runs. An error leaves a part in w.
	Backup(ctx context.Context, w io.Writer) error
}

// ChangeKind says what a change did to the list.
type ChangeKind string

// The kinds of changes.
const (
	ChangeAdded    ChangeKind = "added"    // mail must not be sent any more
	ChangeReleased ChangeKind = "released" // mail may be sent again: a person, a delivery or the provider said so
	ChangeExpired  ChangeKind = "expired"  // mail may be sent again: the hold has ended
	ChangeUpdated  ChangeKind = "updated"  // another reason or end, or a person's word that changes no answer
)

// Change is one row of the feed of changes, and of the audit trail.
type Change struct {
	Number   uint64
	At       time.Time
	Address  Address
	Kind     ChangeKind
	Standing Standing
	Origin   Origin // of the reason that decides now or, where none does, decided before
	Class    classify.Class
	Category classify.Category
	Until    time.Time
	By       string // who decided, for a person's word
	Note     string
}

// DeadLetter is what a source sent and nosend could not understand.
type DeadLetter struct {
	Number      uint64
	Received    time.Time
	Source      string
	Problem     string // what was wrong with it, and where
	ContentType string
	Body        []byte // a body that the source's webhook takes again
}

// LetterLimits bounds the dead letters; the oldest are dropped first. A letter
// that is above the limits by itself is dropped alone.
type LetterLimits struct {
	Count int   // at most so many letters
	Bytes int64 // at most so many bytes of bodies together
}

// LetterStats counts dead letters.
type LetterStats struct {
	Count   int64 // kept now
	Bytes   int64 // bytes of their bodies
	Dropped int64 // dropped since the beginning, to stay within the limits
}
