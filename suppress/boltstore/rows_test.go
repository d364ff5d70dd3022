package boltstore

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

func address(i int) suppress.Address {
	a, err := suppress.AddressFromKey(fmt.Sprintf("example.jp\x00user%06d", i))
	if err != nil {
		panic(err)
	}
	return a
}

// heldRow is a row of an address that is suppressed for a month, of about a
// kilobyte.
func heldRow() *suppress.Row {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	reason := suppress.Reason{Origin: suppress.OriginBounce, Standing: suppress.Suppressed, Since: now, Until: now.AddDate(0, 1, 0),
		Class: classify.Soft, Category: classify.MailboxFull, Rule: "mailbox-full", Text: strings.Repeat("552 mailbox full ", 20)}
	return &suppress.Row{
		Entry: suppress.Entry{Bounces: 1, Settled: now, Reasons: []suppress.Reason{reason}, Last: &reason},
		History: suppress.History{Evidence: []suppress.Evidence{{Message: 1, Kind: suppress.KindBounce, At: now, Received: now,
			Class: classify.Soft, Category: classify.MailboxFull, Text: reason.Text}}},
	}
}

// storing is an update that stores a row for each address.
func storing(addresses ...suppress.Address) suppress.Update {
	return suppress.Update{Addresses: addresses, Events: len(addresses), Apply: func([]*suppress.Row) (suppress.Write, error) {
		w := suppress.Write{Rows: make([]*suppress.Row, len(addresses))}
		for i := range addresses {
			w.Rows[i] = heldRow()
			w.Changes = append(w.Changes, suppress.Change{Address: addresses[i], Kind: suppress.ChangeAdded})
		}
		return w, nil
	}}
}

// bulk is an update that stores so many bytes of dead letters, each time others.
func bulk(number, bytes int) suppress.Update {
	return suppress.Update{Apply: func([]*suppress.Row) (suppress.Write, error) {
		body := append(fmt.Appendf(nil, "%d ", number), make([]byte, bytes)...)
		return suppress.Write{
			Letters: []suppress.DeadLetter{{Source: "cmc", Body: body}},
			Limits:  suppress.LetterLimits{Count: 1 << 20, Bytes: 1 << 40},
		}, nil
	}}
}

// fill stores rows numbered from 0.
func fill(t testing.TB, s *Store, rows int) {
	t.Helper()
	addresses := make([]suppress.Address, rows)
	for i := range addresses {
		addresses[i] = address(i)
	}
	require.NoError(t, s.Update(context.Background(), storing(addresses...)))
}

// dump lists each row, and the sequence of each bucket.
func dump(out *[]string) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			*out = append(*out, fmt.Sprint(string(name), b.Sequence()))
			return b.ForEach(func(key, value []byte) error {
				*out = append(*out, fmt.Sprintf("%s %q %q", name, key, value))
				return nil
			})
		})
	}
}
