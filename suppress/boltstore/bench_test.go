package boltstore

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

// benchmarkRows is how many rows a store has that is read.
const benchmarkRows = 20_000

func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		for _, rows := range []int{1, 100} {
			b.Run(fmt.Sprintf("writers=%d/rows=%d", writers, rows), func(b *testing.B) { benchmarkUpdate(b, writers, rows) })
		}
	}
}

// benchmarkUpdate shares b.N updates out among writers, each of addresses that
// are new at first and known later on.
func benchmarkUpdate(b *testing.B, writers, rows int) {
	s := openNew(b)
	var next atomic.Int64
	var group errgroup.Group
	for b.ResetTimer(); writers > 0; writers-- {
		group.Go(func() error {
			for {
				n := int(next.Add(1))
				if n > b.N {
					return nil
				}
				addresses := make([]suppress.Address, rows)
				for i := range addresses {
					addresses[i] = address((n*rows + i) * 7919 % 1_000_000)
				}
				if err := s.Update(b.Context(), storing(addresses...)); err != nil {
					return err
				}
			}
		})
	}
	require.NoError(b, group.Wait())
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkEntry(b *testing.B) {
	s := filledStore(b)
	for name, test := range map[string]struct {
		offset int
		want   error
	}{
		"hit":  {0, nil},
		"miss": {benchmarkRows, suppress.ErrNotFound},
	} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := s.Entry(b.Context(), address(test.offset+i*7919%benchmarkRows)); !errors.Is(err, test.want) {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScan(b *testing.B) {
	s := filledStore(b)
	for b.Loop() {
		if err := s.Scan(b.Context(), suppress.Range{}, func(suppress.Entry) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*benchmarkRows)/b.Elapsed().Seconds(), "entries/s")
}

func filledStore(b *testing.B) *Store {
	s := openAt(b, filepath.Join(b.TempDir(), "nosend.db"), Options{})
	for from := 0; from < benchmarkRows; from += 1000 {
		addresses := make([]suppress.Address, 1000)
		for i := range addresses {
			addresses[i] = address(from + i)
		}
		require.NoError(b, s.Update(b.Context(), storing(addresses...)))
	}
	return s
}
