package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
)

// endless is a server whose list has no end: it gives as many entries as it is
// asked for, but on every other page none, as where a filter selects few.
func endless(asked *[]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Query().Get("limit"))
		if len(*asked) > 20 { // a client that never ends fails its test
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		n := 0
		if len(*asked)%2 == 1 {
			_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &n)
		}
		entries := strings.Repeat(`{"address":"user@example.com"},`, n)
		fmt.Fprintf(w, `{"entries":[%s],"next":"n%d","scanned":%d}`, strings.TrimSuffix(entries, ","), len(*asked), n)
	})
}

// TestPagesLimit is kept to the entry, and no more is asked for.
func TestPagesLimit(t *testing.T) {
	for limit, want := range map[int]string{
		1: "1", 7: "7", 1000: "1000", 1001: "1000 1 1", 2500: "1000 1000 1000 500 500",
	} {
		var asked []string
		bubble(t, &trouble{next: endless(&asked)}, func(t *testing.T, c *client.Client, _ *pipes) {
			got := 0
			for page, err := range c.Pages(t.Context(), client.Filter{}, limit) {
				require.NoError(t, err)
				got += len(page)
				require.LessOrEqual(t, got, limit, "more than was asked for")
			}
			assert.Equal(t, limit, got)
			assert.Equal(t, want, strings.Join(asked, " "), limit)
		})
	}
}

// TestPagesStop where the caller does, and at the first error.
func TestPagesStop(t *testing.T) {
	var asked []string
	bubble(t, &trouble{next: endless(&asked)}, func(t *testing.T, c *client.Client, _ *pipes) {
		for range c.Pages(t.Context(), client.Filter{}, 0) {
			if len(asked) == 3 {
				break
			}
		}
		assert.Equal(t, []string{"1000", "1000", "1000"}, asked)
	})
	failing := &trouble{next: endless(&asked), fail: []func(http.ResponseWriter, *http.Request){says(http.StatusBadRequest, "")}}
	bubble(t, failing, func(t *testing.T, c *client.Client, _ *pipes) {
		errs := 0
		for page, err := range c.Pages(t.Context(), client.Filter{}, 5) {
			assert.Empty(t, page)
			assert.Equal(t, http.StatusBadRequest, status(t, err))
			errs++
		}
		assert.Equal(t, 1, errs)
	})
}

// TestPagesAndCount of a real list agree.
func TestPagesAndCount(t *testing.T) {
	c := connect(t)
	for i := range 5 {
		_, err := c.Decide(t.Context(), fmt.Sprintf("user%d@example.com", i), api.Decision{})
		require.NoError(t, err)
	}
	for limit, want := range map[int]int{0: 5, 1: 1, 4: 4, 5: 5, 6: 5} {
		var got []string
		for page, err := range c.Pages(t.Context(), client.Filter{Query: "user"}, limit) {
			require.NoError(t, err)
			for _, e := range page {
				got = append(got, e.Address)
			}
		}
		assert.Equal(t, []string{"user0@example.com", "user1@example.com", "user2@example.com", "user3@example.com", "user4@example.com"}[:want], got, limit)
	}
	n, err := c.Count(t.Context(), client.Filter{Query: "user"})
	require.NoError(t, err)
	assert.EqualValues(t, 5, n)
}

// TestCountOfABrokenConnection says so, and doesn't say that somebody else
// answers; of somebody else it does.
func TestCountOfABrokenConnection(t *testing.T) {
	half := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"entries":[],"next":null,"sca`))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	bubble(t, &trouble{next: http.HandlerFunc(half)}, func(t *testing.T, c *client.Client, _ *pipes) {
		n, err := c.Count(t.Context(), client.Filter{})
		require.ErrorContains(t, err, "read the answer of http://nosend.example: unexpected EOF")
		assert.NotContains(t, err.Error(), "not nosend")
		assert.Zero(t, n)
	})
	for _, other := range []string{"{}", `{"entries":[],"next":null,"scanned":0}`, "null"} {
		_, err := answering(t, http.StatusOK, other).Count(t.Context(), client.Filter{})
		assert.ErrorContains(t, err, "is not nosend", other)
	}
}
