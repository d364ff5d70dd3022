package api

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/nosend/nosend/suppress"
)

const (
	// exportChunk is how much of an export is written at once.
	exportChunk = 256 << 10
	// exportStall is how long a client may take to read one chunk.
	exportStall = time.Minute
)

// exportCSV serves GET /suppressed.csv, in nosend's own form or, with ?format=,
// in one that a provider imports.
func (s *Server) exportCSV(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	filter, err := readFilter(query)
	if err != nil {
		return err
	}
	name := cmp.Or(query.Get("format"), "csv")
	format, err := suppress.FormatNamed(name)
	if err != nil {
		return problem(http.StatusBadRequest, "%s", err)
	}
	return s.export(w, r, filter, format)
}

// exportNDJSON serves GET /suppressed.ndjson: one object on each line, as GET
// /suppressed lists them.
func (s *Server) exportNDJSON(w http.ResponseWriter, r *http.Request) error {
	filter, err := readFilter(r.URL.Query())
	if err != nil {
		return err
	}
	return s.export(w, r, filter, ndjson())
}

// ndjsonType is what JSON with an object on each line is called.
const ndjsonType = "application/x-ndjson"

func ndjson() suppress.Format {
	return suppress.Format{Name: "ndjson", MediaType: ndjsonType, Append: appendRow}
}

// appendRow appends what newRow makes of an entry.
func appendRow(line []byte, a *suppress.Answer) []byte {
	row := *a
	row.Reason = a.Shown()
	return append(appendLookup(line, &row), '\n')
}

// export answers with the list as it was at one moment. The length is
// announced, so that an answer that was broken off doesn't look whole.
func (s *Server) export(w http.ResponseWriter, r *http.Request, f suppress.Filter, format suppress.Format) error {
	spool, err := s.List.Export(r.Context(), f, format)
	if err != nil {
		return err
	}
	defer spool.Close()
	w.Header().Set("Content-Type", format.MediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(format)+`"`)
	w.Header().Set("Content-Length", strconv.FormatInt(spool.Size(), 10))
	w.Header().Set(HeaderTotal, strconv.Itoa(spool.Rows()))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	return s.copyPaced(w, spool)
}

// fileName is what a browser saves an export as.
func fileName(f suppress.Format) string {
	name, extension := "suppressed-"+f.Name, ".csv"
	if f.Name == "csv" || f.Name == "ndjson" {
		name = "suppressed"
	}
	if f.MediaType == ndjsonType {
		extension = ".ndjson"
	}
	return name + extension
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
