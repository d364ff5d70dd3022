package api

import (
	_ "embed"
	"net/http"
	"strconv"
)

// openAPI describes every route for people and for programs that make clients
// (OpenAPI 3.0.3, https://spec.openapis.org/oas/v3.0.3). Tests hold it against
// the routes and against what the server answers.
//
//go:embed openapi.yaml
var openAPI string

// openapi serves GET /openapi.yaml, with the media type of RFC 9512.
func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Content-Length", strconv.Itoa(len(openAPI)))
	_, _ = w.Write([]byte(openAPI)) // a client that is gone can't be told
	return nil
}
