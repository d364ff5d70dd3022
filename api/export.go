package api

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nosend/nosend/suppress"
)

const (
	// exportChunk is how much of an export is written at once.
	exportChunk = 256 << 10
	// exportStall is how long a client may take to read one chunk.
	exportStall = time.Minute
)

// exportCSV serves GET /suppressed.csv: the whole list as it was at one
// moment. The length is announced, so that an answer that was broken off
// doesn't look whole.
func (s *Server) exportCSV(w http.ResponseWriter, r *http.Request) error {
	standings, err := standingsOf(r)
	if err != nil {
		return err
	}
	spool, err := s.List.ExportCSV(r.Context(), standings...)
	if err != nil {
		return err
	}
	defer spool.Close()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="suppressed.csv"`)
	w.Header().Set("Content-Length", strconv.FormatInt(spool.Size(), 10))
	w.Header().Set("X-Total-Count", strconv.Itoa(spool.Rows()))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	return s.copyPaced(w, spool)
}

// copyPaced gives the client some time for each chunk, so that one that has
// stopped reading doesn't keep its place among the exports.
func (s *Server) copyPaced(w http.ResponseWriter, in io.Reader) error {
	control := http.NewResponseController(w)
	for {
		// Not every connection has deadlines; without one the copy still ends with the client.
		_ = control.SetWriteDeadline(time.Now().Add(s.stall))
		_, err := io.CopyN(w, in, exportChunk)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// standingsOf reads ?state=watching,released or ?state=all; nil if it isn't
// there.
func standingsOf(r *http.Request) ([]suppress.Standing, error) {
	value := r.URL.Query().Get("state")
	if value == "" {
		return nil, nil
	}
	if value == "all" {
		return suppress.Standings(), nil
	}
	var out []suppress.Standing
	for _, name := range strings.Split(value, ",") {
		if !slices.Contains(suppress.Standings(), suppress.Standing(name)) {
			return nil, problem(http.StatusBadRequest, "state is %q; allowed are watching, suppressed, provisional, released, allowed, several with commas between, or all", name)
		}
		out = append(out, suppress.Standing(name))
	}
	return out, nil
}
