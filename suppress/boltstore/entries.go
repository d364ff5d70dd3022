package boltstore

import (
	"cmp"
	"context"

	bolt "go.etcd.io/bbolt"

	"github.com/nosend/nosend/suppress"
)

// Entry implements suppress.Store.
func (s *Store) Entry(ctx context.Context, a suppress.Address) (e suppress.Entry, err error) {
	e.Address = a
	key := a.Key()
	if s.isStranger(key) {
		return e, cmp.Or(ctx.Err(), s.usable(), suppress.ErrNotFound)
	}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		value := tx.Bucket(bucketEntries).Get([]byte(key))
		if value == nil {
			return suppress.ErrNotFound
		}
		return e.UnmarshalBinary(value)
	})
	return e, err
}

// Entries implements suppress.Store.
func (s *Store) Entries(ctx context.Context, addresses []suppress.Address) (out []*suppress.Entry, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		out = make([]*suppress.Entry, len(addresses))
		entries := tx.Bucket(bucketEntries)
		for i, a := range addresses {
			if err := ctx.Err(); err != nil {
				return err
			}
			key := a.Key()
			if s.isStranger(key) {
				continue
			}
			value := entries.Get([]byte(key))
			if value == nil {
				continue
			}
			out[i] = &suppress.Entry{Address: a}
			if err := out[i].UnmarshalBinary(value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
