package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// ClassifyRequest is the body of POST /classify.
type ClassifyRequest struct {
	Text         string `json:"text"`                    // the server's reply
	Status       string `json:"status,omitempty"`        // enhanced status code, where known apart from the text
	Code         int    `json:"code,omitempty"`          // reply code, where known apart from the text
	Source       string `json:"source,omitempty"`        // provider, for its own codes
	ProviderCode string `json:"provider_code,omitempty"` // the provider's own code
	Domain       string `json:"domain,omitempty"`        // the recipient's
}

// Verdict is the answer of POST /classify.
type Verdict struct {
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Rule     string            `json:"rule"`
	Matched  string            `json:"matched"`
	Basis    string            `json:"basis"`
}

// maxClassify bounds the body of POST /classify, in bytes.
const maxClassify = 1 << 20

// classify serves POST /classify.
func (s *Server) classify(r request) (any, error) {
	var in ClassifyRequest
	if err := readJSON(r.Request, maxClassify, &in); errors.Is(err, io.EOF) {
		return nil, problem(http.StatusBadRequest, `the body is empty; send {"text": "550 5.1.1 user unknown"}`)
	} else if err != nil {
		return nil, err
	}
	v := s.Classifier.Classify(classify.Input{
		Text: in.Text, Status: in.Status, Code: in.Code, Source: in.Source, ProviderCode: in.ProviderCode, Domain: in.Domain,
	})
	return Verdict{Class: v.Class, Category: v.Category, Rule: v.Rule, Matched: v.Matched, Basis: v.Basis.String()}, nil
}
