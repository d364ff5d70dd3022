package api_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// exported are the rows of an export, without the header, by column.
func exported(t *testing.T, a answer) []map[string]string {
	t.Helper()
	require.Equal(t, http.StatusOK, a.StatusCode, a.body)
	assert.Equal(t, "text/csv; charset=utf-8; header=present", a.Header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="suppressed.csv"`, a.Header.Get("Content-Disposition"))
	assert.EqualValues(t, len(a.body), a.ContentLength, "the length was announced")
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, suppress.CSVHeader(), rows[0])
	assert.Equal(t, strconv.Itoa(len(rows)-1), a.Header.Get("X-Total-Count"))
	var out []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		out = append(out, cells)
	}
	return out
}

func addresses(rows []map[string]string) (out []string) {
	for _, row := range rows {
		out = append(out, row["address"])
	}
	return out
}

// oneOfEachState fills a list with an address in each state but provisional.
func (s *server) oneOfEachState() {
	s.suppress("z@a.jp", "a@b.jp", `"q,q"@b.jp`, "released@x.jp", "allowed@x.jp")
	s.report(suppress.KindBounce, "watching@x.jp", "552 5.2.2 mailbox full")
	s.put("allowed@x.jp", `{"state":"allowed"}`)
	s.put("manual@x.jp", `{"note":"=1+1, \"quoted\"\nand a line"}`)
	s.do(http.MethodDelete, "/suppressed/released@x.jp", "")
}

func TestExport(t *testing.T) {
	s := serve(t)
	assert.Empty(t, exported(t, s.get("/suppressed.csv")), "an empty list has a header")
	s.oneOfEachState()
	rows := exported(t, s.get("/suppressed.csv"))
	assert.Equal(t, []string{"z@a.jp", `"q,q"@b.jp`, "a@b.jp", "manual@x.jp"}, addresses(rows), "by domain, then local part")
	assert.Equal(t, map[string]string{
		"address": "a@b.jp", "class": "hard", "category": "user_unknown", "state": "suppressed", "reason": "550 5.1.1 user unknown",
		"source": "cmc", "origin": "bounce", "rule": rows[2]["rule"], "since": "2026-03-02T09:00:00Z", "until": "", "count": "1", "note": "",
	}, rows[2])
	assert.Equal(t, "'=1+1, \"quoted\"\nand a line", rows[3]["note"])
	head := s.do(http.MethodHead, "/suppressed.csv", "")
	assert.Equal(t, s.get("/suppressed.csv").Header.Get("Content-Length"), head.Header.Get("Content-Length"))
	assert.Equal(t, "4", head.Header.Get("X-Total-Count"))
	assert.Empty(t, head.body)
}

func TestExportByState(t *testing.T) {
	s := serve(t)
	s.oneOfEachState()
	for query, want := range map[string]string{
		"":                                "z@a.jp a@b.jp manual@x.jp",
		"?state=":                         "z@a.jp a@b.jp manual@x.jp",
		"?state=suppressed":               "z@a.jp a@b.jp manual@x.jp",
		"?state=allowed":                  "allowed@x.jp",
		"?state=released,watching":        "released@x.jp watching@x.jp",
		"?state=provisional":              "",
		"?state=all":                      "z@a.jp a@b.jp allowed@x.jp manual@x.jp released@x.jp watching@x.jp",
		"?state=allowed&state=suppressed": "z@a.jp a@b.jp allowed@x.jp manual@x.jp",
	} {
		got := addresses(exported(t, s.get("/suppressed.csv"+query)))
		assert.Equal(t, want, strings.ReplaceAll(strings.Join(got, " "), `"q,q"@b.jp `, ""), query)
	}
	for _, state := range []string{"hard", "Suppressed", "all,allowed", "allowed,", "allowed,%20released", "allowed&stat=all", "allowed&format=x", "allowed&limit=1"} {
		s.problem(s.get("/suppressed.csv?state="+state), http.StatusBadRequest)
	}
}

// TestExportByTheClock: a hold that has ended is not in it.
func TestExportByTheClock(t *testing.T) {
	s := serve(t)
	s.report(suppress.KindBounce, "user@nowhere.example", "550 5.1.2 host unknown")
	assert.Equal(t, "2026-04-01T09:00:00Z", exported(t, s.get("/suppressed.csv"))[0]["until"])
	s.clock.set(monday.Add(30 * day))
	assert.Empty(t, exported(t, s.get("/suppressed.csv")))
}

// TestExportIsOneMoment: of pairs that are written together it has both or
// none, whatever is written meanwhile.
func TestExportIsOneMoment(t *testing.T) {
	s := serve(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.writePairs(ctx) }()
	for rows := 0; rows < 60; {
		first, last := 0, 0
		for _, a := range addresses(exported(t, s.get("/suppressed.csv"))) {
			if strings.HasSuffix(a, "@a.jp") {
				first++
			} else {
				last++
			}
		}
		require.Equal(t, first, last)
		rows = first + last
	}
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
}

// writePairs writes two addresses at once, at both ends of the order, again
// and again.
func (s *server) writePairs(ctx context.Context) error {
	for i := 0; ; i++ {
		var pair []suppress.Event
		for _, domain := range []string{"a.jp", "z.jp"} {
			who, err := suppress.ParseAddress(fmt.Sprintf("u%d@%s", i, domain))
			if err != nil {
				return err
			}
			pair = append(pair, suppress.Event{Kind: suppress.KindComplaint, Recipient: who, MessageID: "m"})
		}
		if _, err := s.list.Record(ctx, suppress.Batch{Source: "cmc", Events: pair}); err != nil {
			return err
		}
	}
}

// TestFailedExportsTakeNoPlace: only what runs counts among the two.
func TestFailedExportsTakeNoPlace(t *testing.T) {
	s := serve(t)
	for range 3 {
		s.store.interfere(func() error { return errors.New("the disk is on fire") })
		s.problem(s.get("/suppressed.csv"), http.StatusServiceUnavailable)
		s.store.interfere(nil)
		exported(t, s.get("/suppressed.csv"))
	}
}
