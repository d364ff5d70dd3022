package suppress_test

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/storetest"
)

func TestExportCSV(t *testing.T) {
	s := newStory(t, "b@example.com")
	s.bounce("m1", noUser)
	s.who = address(t, "z@a.example")
	s.bounce("m2", "550 5.1.2 host unknown,\r\nsays \"mx\"")
	s.who = address(t, "a@example.com")
	s.bounce("m3", full)
	want := "address,class,category,state,reason,source,origin,rule,since,until,count,note\r\n"
	got := exported(t, s.List)
	require.True(t, strings.HasPrefix(got, want), got)
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3, "only what must not be mailed")
	assert.Equal(t, "z@a.example", rows[1][0], "ordered by domain")
	assert.Equal(t, []string{"2026-03-02T09:00:00Z", "2026-04-01T09:00:00Z", "1", ""}, rows[1][8:])
	assert.Equal(t, []string{"b@example.com", "hard", "user_unknown", "suppressed", noUser, "cmc", "bounce"}, rows[2][:7])
	assert.Contains(t, exported(t, s.List, suppress.Watching), "a@example.com,soft,mailbox_full,watching,"+full)
}

// TestExportGuardsFormulas: what servers and people write must not run in a
// spreadsheet.
func TestExportGuardsFormulas(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@x", "'quoted", "\tx", "\rx", "=a,\"b\"\r c"} {
		s := newStory(t, "a@example.com")
		s.decide(suppress.Decision{Standing: suppress.Suppressed, Note: text})
		rows, err := csv.NewReader(strings.NewReader(exported(t, s.List))).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, "'"+text, rows[1][11])
	}
}

func TestTwoExportsAtOnce(t *testing.T) {
	s := newStory(t, "a@example.com")
	one, err := s.Export(context.Background(), suppress.Filter{}, ownCSV(t))
	require.NoError(t, err)
	two, err := s.Export(context.Background(), suppress.Filter{}, ownCSV(t))
	require.NoError(t, err)
	_, err = s.Export(context.Background(), suppress.Filter{}, ownCSV(t))
	require.ErrorIs(t, err, suppress.ErrBusy)
	require.NoError(t, one.Close())
	three, err := s.Export(context.Background(), suppress.Filter{}, ownCSV(t))
	require.NoError(t, err, "a place is free again")
	require.NoError(t, two.Close())
	require.NoError(t, three.Close())
}

// unscannable is a store whose scan breaks off.
type unscannable struct{ suppress.Store }

func (unscannable) Scan(context.Context, suppress.Range, func(suppress.Entry) error) error {
	return errFault
}

// TestBrokenExport gives no half list, leaves no file and frees its place.
func TestBrokenExport(t *testing.T) {
	dir := t.TempDir()
	l := newList(t, suppress.Config{Store: unscannable{storetest.NewMemory()}, SpoolDir: dir})
	for range 5 {
		_, err := l.Export(context.Background(), suppress.Filter{}, ownCSV(t))
		require.ErrorIs(t, err, errFault)
		require.False(t, errors.Is(err, suppress.ErrBusy))
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
