package suppress_test

import (
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// TestClosingTwiceFreesOnePlace among the spools, not that of another one.
func TestClosingTwiceFreesOnePlace(t *testing.T) {
	s := newStory(t, "a@example.com")
	one, err := s.NewSpool()
	require.NoError(t, err)
	two, err := s.NewSpool()
	require.NoError(t, err)
	defer two.Close()
	require.NoError(t, one.Close())
	assert.ErrorIs(t, one.Close(), os.ErrClosed)
	three, err := s.NewSpool()
	require.NoError(t, err)
	defer three.Close()
	_, err = s.NewSpool()
	assert.ErrorIs(t, err, suppress.ErrBusy)
	_, err = io.WriteString(two, "still open")
	require.NoError(t, err)
	assert.NoError(t, two.Rewind())
}
