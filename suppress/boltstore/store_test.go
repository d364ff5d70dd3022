package boltstore

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t,
		func(t testing.TB) suppress.Store {
			return openAt(t, filepath.Join(t.TempDir(), "nosend.db"), Options{})
		},
		func(t testing.TB, s suppress.Store) suppress.Store {
			path := s.(*Store).path
			require.NoError(t, s.Close())
			return openAt(t, path, Options{})
		})
}

// openAt opens a store. When the test ends, its file is checked, so that every
// test is one of consistency too.
func openAt(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.Background() // the test's own has ended
		err := s.Check(ctx)
		if errors.Is(err, suppress.ErrClosed) {
			s, err = Open(path, o)
			require.NoError(t, err)
			err = s.Check(ctx)
		}
		assert.NoError(t, err)
		assert.NoError(t, s.Close())
	})
	return s
}

func openNew(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "nosend.db"), Options{})
}
