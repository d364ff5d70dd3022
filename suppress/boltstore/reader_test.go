package boltstore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestReaderBlocksNobody holds a scan open while the file grows far beyond what
// bbolt would map by itself. With a map that has to grow, the first update that
// needs it waits for the scan, and every look-up behind that update.
func TestReaderBlocksNobody(t *testing.T) {
	s := openNew(t)
	fill(t, s, 10)
	reading, release, scanned := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		seen := 0
		scanned <- s.Scan(t.Context(), suppress.Range{}, func(suppress.Entry) error {
			if seen++; seen == 1 {
				close(reading)
				<-release
			}
			return nil
		})
	}()
	<-reading
	before, err := s.Size()
	require.NoError(t, err)
	worked := make(chan error, 1)
	go func() { worked <- grow(t, s, 48<<20) }()
	select {
	case err := <-worked:
		require.NoError(t, err)
	case <-time.After(30 * time.Second):
		t.Error("an update or a look-up waits for a reader")
	}
	close(release)
	require.NoError(t, <-scanned)
	after, err := s.Size()
	require.NoError(t, err)
	require.Greater(t, after, before+32<<20)
}

// grow writes and looks up in turn.
func grow(t *testing.T, s *Store, bytes int) error {
	const step = 2 << 20
	for i := range bytes / step {
		if err := s.Update(t.Context(), bulk(i, step)); err != nil {
			return err
		}
		if _, err := s.Entry(t.Context(), address(1)); err != nil {
			return err
		}
	}
	return nil
}
