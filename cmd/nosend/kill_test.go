package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loadClients is how many clients post at once.
const loadClients = 8

// TestKill kills the server while several clients post, several times on one
// file: every webhook that was acknowledged is there, the file is sound, and
// the gauge equals a recount of the list.
func TestKill(t *testing.T) {
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	dir := t.TempDir()
	var acknowledged []string
	for round := range rounds {
		p := startServer(t, dir)
		acknowledged = append(acknowledged, loadUntilKilled(t, p, round, int64(20+37*round))...)
		checkFile(t, filepath.Join(dir, "nosend.db"), acknowledged...)
		p = startServer(t, dir)
		checkGauge(t, p, len(acknowledged))
		require.NoError(t, p.stop())
	}
}

// loadUntilKilled posts from several clients, kills the server after a number
// of acknowledged webhooks, and returns their recipients.
func loadUntilKilled(t *testing.T, p *process, round int, enough int64) (acknowledged []string) {
	var count atomic.Int64
	var mu sync.Mutex
	var clients sync.WaitGroup
	for client := range loadClients {
		clients.Go(func() {
			for n := 0; ; n++ {
				recipients := loadRecipients(round, client, n)
				resp, err := http.Post(p.url+"/webhooks/cmc", "application/json", strings.NewReader(bounces(recipients...)))
				if err != nil {
					return // it is dead
				}
				_ = resp.Body.Close()
				if !assert.Equal(t, http.StatusOK, resp.StatusCode) {
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, recipients...)
				mu.Unlock()
				if count.Add(1) == enough {
					p.kill()
				}
			}
		})
	}
	clients.Wait()
	require.GreaterOrEqual(t, count.Load(), enough)
	return acknowledged
}

// loadRecipients are several of one webhook: some are new, and one is every
// webhook's, so that entries change as well as appear.
func loadRecipients(round, client, n int) []string {
	kind := []string{"user", "full", "host", "why"}[n%4]
	own := fmt.Sprintf("%s-%d-%d-%d@example%d.jp", kind, round, client, n, n%3)
	return []string{own, "f" + own, "shared@example.jp"}
}

// checkGauge compares the gauge with a recount of the exported list.
func checkGauge(t *testing.T, p *process, atLeast int) {
	resp, err := http.Get(p.url + "/suppressed.csv?state=all")
	require.NoError(t, err)
	rows, err := csv.NewReader(resp.Body).ReadAll()
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	recount := map[string]int{}
	for _, row := range rows[1:] {
		recount[fmt.Sprintf("state=%s class=%s category=%s", row[3], row[1], row[2])]++
	}
	require.Greater(t, len(rows)-1, atLeast/2, "the export is whole")
	require.Greater(t, len(recount), 2, "several kinds of entries")
	assert.Equal(t, recount, readGauge(t, p))
}

func readGauge(t *testing.T, p *process) map[string]int {
	resp, err := http.Get(p.url + "/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	gauge := map[string]int{}
	wanted := regexp.MustCompile(`^nosend_suppressions\{category="(\w+)",class="(\w+)",state="(\w+)"\} (\d+)$`)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if m := wanted.FindStringSubmatch(lines.Text()); m != nil && m[4] != "0" {
			n, err := strconv.Atoi(m[4])
			require.NoError(t, err)
			gauge[fmt.Sprintf("state=%s class=%s category=%s", m[3], m[2], m[1])] = n
		}
	}
	require.NoError(t, lines.Err())
	return gauge
}
