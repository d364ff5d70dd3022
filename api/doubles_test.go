package api_test

import (
	"context"
	"io"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nosend/nosend/suppress"
)

// observer remembers what it is told.
type observer struct {
	mu       sync.Mutex
	changed  *sync.Cond // a request was answered
	requests []string
	webhooks []string
	lookups  []string

	forgetful atomic.Bool // look-ups aren't remembered
}

func newObserver() *observer {
	o := &observer{}
	o.changed = sync.NewCond(&o.mu)
	return o
}

// await waits until a request was answered so.
func (o *observer) await(request string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !slices.Contains(o.requests, request) {
		o.changed.Wait()
	}
}

func (o *observer) Request(route, method string, code int, _ time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests = append(o.requests, method+" "+route+" "+strconv.Itoa(code))
	o.changed.Broadcast()
}

func (o *observer) Webhook(source, result string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.webhooks = append(o.webhooks, source+" "+result)
}

func (o *observer) Lookups(result string, n int) {
	if o.forgetful.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lookups = append(o.lookups, slices.Repeat([]string{result}, n)...)
}

// told returns what was seen since the last call, and forgets it.
func (o *observer) told(of *[]string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := slices.Clone(*of)
	*of = nil
	return seen
}

// faulty is a real store whose calls can be made to fail, to wait or to panic.
type faulty struct {
	suppress.Store
	mu     sync.Mutex
	before func() error
}

// interfere runs a function before every call from now on; nil mends the store.
func (f *faulty) interfere(before func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = before
}

func (f *faulty) meet() error {
	f.mu.Lock()
	before := f.before
	f.mu.Unlock()
	if before == nil {
		return nil
	}
	return before()
}

func (f *faulty) Update(ctx context.Context, u suppress.Update) error {
	if err := f.meet(); err != nil {
		return err
	}
	return f.Store.Update(ctx, u)
}

func (f *faulty) Entry(ctx context.Context, a suppress.Address) (suppress.Entry, error) {
	if err := f.meet(); err != nil {
		return suppress.Entry{}, err
	}
	return f.Store.Entry(ctx, a)
}

func (f *faulty) Entries(ctx context.Context, addresses []suppress.Address) ([]*suppress.Entry, error) {
	if err := f.meet(); err != nil {
		return nil, err
	}
	return f.Store.Entries(ctx, addresses)
}

func (f *faulty) Row(ctx context.Context, a suppress.Address) (suppress.Row, error) {
	if err := f.meet(); err != nil {
		return suppress.Row{}, err
	}
	return f.Store.Row(ctx, a)
}

func (f *faulty) Scan(ctx context.Context, r suppress.Range, visit func(suppress.Entry) error) error {
	if err := f.meet(); err != nil {
		return err
	}
	return f.Store.Scan(ctx, r, visit)
}

func (f *faulty) Tallies(ctx context.Context) (map[suppress.Tally]int64, error) {
	if err := f.meet(); err != nil {
		return nil, err
	}
	return f.Store.Tallies(ctx)
}

func (f *faulty) Changes(ctx context.Context, after uint64, limit int) ([]suppress.Change, error) {
	if err := f.meet(); err != nil {
		return nil, err
	}
	return f.Store.Changes(ctx, after, limit)
}

func (f *faulty) Letters(ctx context.Context, after uint64, limit int) ([]suppress.DeadLetter, error) {
	if err := f.meet(); err != nil {
		return nil, err
	}
	return f.Store.Letters(ctx, after, limit)
}

func (f *faulty) LetterStats(ctx context.Context) (suppress.LetterStats, error) {
	if err := f.meet(); err != nil {
		return suppress.LetterStats{}, err
	}
	return f.Store.LetterStats(ctx)
}

func (f *faulty) Backup(ctx context.Context, w io.Writer) error {
	if err := f.meet(); err != nil {
		return err
	}
	return f.Store.(suppress.Backuper).Backup(ctx, w)
}
