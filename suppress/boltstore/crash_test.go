package boltstore

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/nosend/nosend/suppress"
)

// loadWriters is how many goroutines the child writes with.
const loadWriters = 8

// TestKill kills a child under load, several times on one file: everything
// that it acknowledged is there, and the file is sound.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nosend.db")
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	acknowledged := map[int]int{} // by writer
	for round := range rounds {
		c, err := startChild(t, "load", path, nil)
		require.NoError(t, err)
		for n := range 40 + 17*round {
			line, err := c.stdout.ReadString('\n')
			require.NoError(t, err, "line %d: %q", n, line)
			note(t, acknowledged, line)
		}
		require.NoError(t, c.Process.Kill())
		rest, err := io.ReadAll(c.stdout)
		require.NoError(t, err)
		lines := strings.SplitAfter(string(rest), "\n")
		for _, line := range lines[:len(lines)-1] { // the last one is cut
			note(t, acknowledged, line)
		}
		require.Error(t, c.Wait())
		checkAcknowledged(t, path, acknowledged)
	}
}

// note takes in the line "writer number". Each round the child begins with the
// number after the last that it finds in the file, which can be one that it
// couldn't acknowledge any more.
func note(t *testing.T, acknowledged map[int]int, line string) {
	var writer, number int
	_, err := fmt.Sscanf(line, "%d %d", &writer, &number)
	require.NoError(t, err)
	require.Greater(t, number, acknowledged[writer], "what was acknowledged before was lost")
	acknowledged[writer] = number
}

func checkAcknowledged(t *testing.T, path string, acknowledged map[int]int) {
	s, err := Open(path, Options{})
	require.NoError(t, err)
	require.NoError(t, s.Check(t.Context()))
	sum := 0
	for writer, number := range acknowledged {
		e, err := s.Entry(t.Context(), address(writer))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, e.Bounces, number, "writer %d", writer)
		sum += number
	}
	shared, err := s.Entry(t.Context(), address(loadWriters))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, shared.Bounces, sum)
	require.NoError(t, s.Close())
}

// childLoads counts up rows until it is killed: one of each writer, and one
// that all share; it prints what Update has acknowledged.
func childLoads(path string) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	var writers errgroup.Group
	for w := range loadWriters {
		writers.Go(func() error {
			for {
				number, err := countUp(s, address(w), address(loadWriters))
				if err != nil {
					return err
				}
				fmt.Println(w, number)
			}
		})
	}
	return writers.Wait()
}

// countUp counts up the bounces of some addresses, and returns the first's.
func countUp(s *Store, addresses ...suppress.Address) (first int, err error) {
	err = s.Update(context.Background(), suppress.Update{Addresses: addresses, Apply: func(rows []*suppress.Row) (suppress.Write, error) {
		w := suppress.Write{Rows: make([]*suppress.Row, len(rows))}
		for i, old := range rows {
			w.Rows[i] = heldRow()
			if old != nil {
				w.Rows[i].Entry.Bounces = old.Entry.Bounces + 1
			}
		}
		first = w.Rows[0].Entry.Bounces
		return w, nil
	}})
	return first, err
}
