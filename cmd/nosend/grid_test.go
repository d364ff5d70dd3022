package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGrid: columns are as wide as what stands in them, counted as a terminal
// does, and paint takes no room.
func TestGrid(t *testing.T) {
	var out strings.Builder
	g := newGrid(&out)
	red := paint(true).red
	require.NoError(t, g.write([][]cell{{{text: "A"}, {"B", red}, {text: "C"}}, {{text: "日本"}, {text: "é\u0301x"}, {text: "end"}}, {{text: "a"}, {text: "b"}, {text: ""}}}))
	assert.Equal(t, "A     \x1b[31mB\x1b[0m   C\n日本  é\u0301x  end\na     b\n", out.String())
}

// TestGridOnATerminal: what a stranger made very long is cut, so that the other
// rows keep their columns.
func TestGridOnATerminal(t *testing.T) {
	var out strings.Builder
	g := &grid{out: &out, limit: 60}
	long := strings.Repeat("x", 300) + "@example.com"
	require.NoError(t, g.write([][]cell{{{text: long}, {text: "suppressed"}, {text: strings.Repeat("words ", 50)}}, {{text: "a@example.com"}, {text: "watching"}, {text: "full"}}}))
	lines := strings.Split(out.String(), "\n")
	assert.Equal(t, strings.Repeat("x", 23)+"…  suppressed  words words words wo…", lines[0])
	assert.Equal(t, "a@example.com             watching    full", lines[1])
	for _, line := range lines {
		assert.LessOrEqual(t, columns(line), 60)
	}
}
