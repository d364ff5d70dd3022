package api

import "time"

// SetExportStall sets how long a client may take to read one chunk of an
// export.
func SetExportStall(s *Server, d time.Duration) { s.stall = d }
