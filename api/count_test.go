package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCountsWaitTheirTurn: a count that reads the list takes a place among the
// exports; where there is none, the client is asked to come again.
func TestCountsWaitTheirTurn(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	one, err := s.list.NewSpool()
	require.NoError(t, err)
	defer one.Close()
	assert.EqualValues(t, 1, *s.listed("?q=manual&count=1").Count, "one place is free")
	two, err := s.list.NewSpool()
	require.NoError(t, err)
	for _, query := range []string{"?count=1&q=manual", "?count=1&domain=x.jp", "?count=1&since=2026-01-01", "?count=1&origin=manual"} {
		assert.Contains(t, s.problem(s.get("/suppressed"+query), http.StatusTooManyRequests), "two exports are running already", query)
	}
	assert.EqualValues(t, 4, *s.listed("?count=1").Count, "this one is kept")
	assert.Len(t, s.listed("?q=manual").Entries, 1, "a page needs no place")
	require.NoError(t, two.Close())
	assert.EqualValues(t, 1, *s.listed("?count=1&q=manual").Count)
}
