package api

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/nosend/nosend/suppress"
)

// HeaderDigest has the SHA-256 of an answer (RFC 9530).
const HeaderDigest = "Repr-Digest"

// Digest is what HeaderDigest says of content with this SHA-256.
func Digest(sum []byte) string { return "sha-256=:" + base64.StdEncoding.EncodeToString(sum) + ":" }

// backup serves GET /backup: the database as it was at one moment. HEAD makes
// no copy, so it knows neither its length nor its digest (RFC 9110 section
// 9.3.2 leaves that open).
func (s *Server) backup(w http.ResponseWriter, r *http.Request) error {
	name := "nosend-" + s.List.Clock().UTC().Format("20060102-150405") + ".db"
	if r.Method == http.MethodHead {
		if _, able := s.List.Store.(suppress.Backuper); !able {
			return suppress.ErrNoBackup
		}
		describeBackup(w.Header(), name)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	spool, sum, err := s.List.Backup(r.Context())
	if err != nil {
		return err
	}
	defer spool.Close()
	describeBackup(w.Header(), name)
	w.Header().Set("Content-Length", strconv.FormatInt(spool.Size(), 10))
	w.Header().Set(HeaderDigest, Digest(sum))
	return s.copyPaced(w, spool)
}

func describeBackup(h http.Header, name string) {
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
