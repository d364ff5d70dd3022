package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
)

// TestStatusLeavesOutEmptyCells, those that a store keeps at 0.
func TestStatusLeavesOutEmptyCells(t *testing.T) {
	s := serve(t)
	s.suppress("a@x.jp", "b@x.jp")
	s.report(suppress.KindBounce, "full@x.jp", "552 5.2.2 mailbox full")
	for _, who := range []string{"a@x.jp", "b@x.jp"} {
		require.Equal(t, http.StatusOK, s.do(http.MethodDelete, "/suppressed/"+who, "").StatusCode)
	}
	kept, err := s.list.Tallies(t.Context())
	require.NoError(t, err)
	require.Contains(t, kept, suppress.Tally{Standing: "suppressed", Class: "hard", Category: "user_unknown"}, "this test needs a cell with 0")
	var got api.Status
	require.NoError(t, json.Unmarshal([]byte(s.get("/status").body), &got))
	assert.Equal(t, []api.Tally{
		{State: "released", Class: "none", Category: "none", Count: 2},
		{State: "watching", Class: "soft", Category: "mailbox_full", Count: 1},
	}, got.Entries)
	assert.Zero(t, got.Suppressed)
}
