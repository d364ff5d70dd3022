package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/suppress"
)

// failing is a list of which each gauge can be made to fail.
type failing struct{ tallies, letters, size error }

func (f failing) Tallies(context.Context) (map[suppress.Tally]int64, error) {
	return map[suppress.Tally]int64{{Standing: suppress.Watching}: 1}, f.tallies
}

func (f failing) DeadLetters(context.Context, uint64, int) ([]suppress.DeadLetter, suppress.LetterStats, error) {
	return nil, suppress.LetterStats{Count: 1}, f.letters
}

func (f failing) bytes() (int64, error) { return 1, f.size }

// TestOneUnreadableGaugeFailsTheScrape: what could be read isn't shown without
// the rest, nor is a guess shown for it.
func TestOneUnreadableGaugeFailsTheScrape(t *testing.T) {
	fault := errors.New("broken")
	for name, test := range map[string]struct {
		list failing
		want int
	}{
		"none":        {failing{}, http.StatusOK},
		"the tallies": {failing{tallies: fault}, http.StatusInternalServerError},
		"the letters": {failing{letters: fault}, http.StatusInternalServerError},
		"the size":    {failing{size: fault}, http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			m := New(Config{})
			m.Watch(test.list, test.list.bytes)
			w := httptest.NewRecorder()
			m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
			assert.Equal(t, test.want, w.Code)
			if test.want != http.StatusOK {
				assert.NotContains(t, w.Body.String(), "nosend_suppressions{")
			}
		})
	}
}
