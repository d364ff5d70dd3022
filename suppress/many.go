package suppress

import (
	"context"
	"fmt"

	"github.com/nosend/nosend/suppress/classify"
)

// LookupAll answers about many addresses as they all stood at one moment, in
// the order of addresses: answer is called once for each, when the store has
// been read; the Answer is valid until it returns. Nothing is answered if the
// store fails: the error means that no answer is known. A call reads them all
// at once, so give it long lists in parts.
func (l *List) LookupAll(ctx context.Context, addresses []Address, mail Mail, answer func(i int, a *Answer) error) error {
	entries, err := l.Store.Entries(ctx, addresses)
	if err != nil {
		return fmt.Errorf("look up: %w", err)
	}
	now := l.now()
	var ans Answer // one for all: most are of strangers, and cost no more than a copy
	for i, e := range entries {
		if e == nil {
			ans = stranger(addresses[i])
		} else {
			ans = e.At(now, mail)
		}
		if err := answer(i, &ans); err != nil {
			return err
		}
	}
	return nil
}

// stranger is the answer about an address that the list doesn't know.
func stranger(a Address) Answer {
	return Answer{Address: a, Class: classify.None, Category: NoCategory}
}
