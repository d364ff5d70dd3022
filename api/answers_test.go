package api

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
	"github.com/nosend/nosend/suppress/storetest"
)

// TestLongAnswers: whatever its length and however little memory there is, what
// was written comes back, and all memory is given back.
func TestLongAnswers(t *testing.T) {
	c, err := classify.New()
	require.NoError(t, err)
	list, err := suppress.New(suppress.Config{Store: storetest.NewMemory(), Classifier: c, SpoolDir: t.TempDir()})
	require.NoError(t, err)
	for _, room := range []int64{0, answersFirst, 100_000, 1 << 30} {
		for _, size := range []int{0, 1, answersFirst, 3*answersFirst + 1, answersInMemory, answersInMemory + 1} {
			used, most := int64(0), int64(0)
			a := &answers{list: list, give: func(n int64) { used -= n }, take: func(n int64) bool {
				if used+n > room {
					return false
				}
				used += n
				most = max(most, used)
				return true
			}}
			want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
			for rest := want; len(rest) > 0; rest = rest[min(len(rest), 5000):] {
				_, err := a.Write(rest[:min(len(rest), 5000)])
				require.NoError(t, err)
			}
			in, n, err := a.finish()
			require.NoError(t, err)
			have, err := io.ReadAll(in)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, have), "room %d, size %d", room, size)
			assert.EqualValues(t, size, n)
			assert.LessOrEqual(t, most, min(room, answersInMemory))
			a.close()
			assert.Zero(t, used)
		}
	}
}
