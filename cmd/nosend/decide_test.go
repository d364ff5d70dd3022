package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDecisionUntil: what --until of add takes, and what it refuses.
func TestDecisionUntil(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 14, 31, 0, time.UTC)
	for until, want := range map[string]time.Time{
		"2030-01-31":                time.Date(2030, 1, 31, 0, 0, 0, 0, time.UTC),
		"2030-01-31T09:00:00Z":      time.Date(2030, 1, 31, 9, 0, 0, 0, time.UTC),
		"2030-01-31T09:00:00+09:00": time.Date(2030, 1, 31, 0, 0, 0, 0, time.UTC),
		"30d":                       time.Date(2026, 4, 1, 9, 14, 31, 0, time.UTC),
		"12h":                       time.Date(2026, 3, 2, 21, 14, 31, 0, time.UTC),
		"1h30m":                     time.Date(2026, 3, 2, 10, 44, 31, 0, time.UTC),
	} {
		d, err := decision(false, until, "", now)
		require.NoError(t, err, until)
		require.NotNil(t, d.Until, until)
		assert.Equal(t, want, d.Until.UTC(), until)
	}
	for _, until := range []string{"tomorrow", "2030-02-30", "2030-01-31 09:00", "30", "-30d", "d", "1.5d"} {
		_, err := decision(false, until, "", now)
		assert.ErrorContains(t, err, "which is not a time", until)
	}
	d, err := decision(false, "", "", now)
	require.NoError(t, err)
	assert.Nil(t, d.Until, "without end")
}
