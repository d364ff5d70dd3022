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
	Class       suppress.Class    `json:"class"`
	Category    suppress.Category `json:"category"`
	Rule        string            `json:"rule"`
	Matched     string            `json:"matched"`
	Basis       string            `json:"basis"`
	Code        int               `json:"code"`      // reply code, given or found in the text; 0: none
	Status      string            `json:"status"`    // enhanced status code, likewise
	Permanent   bool              `json:"permanent"` // the codes report a permanent failure
	Overruled   string            `json:"overruled"` // what a weaker code says: "status:5.1.1 says user_unknown"
	Explanation Explanation       `json:"explanation"`
}

// Explanation is what led to a Verdict. Spans are [start, end] in bytes of the
// text as UTF-8, without the one at the end.
type Explanation struct {
	Note      string     `json:"note"`        // what the rule is about; "" if a code decided
	RuleAt    string     `json:"rule_at"`     // where the rule stands: "25-recipient.tsv:14"
	Marks     [][2]int   `json:"marks"`       // what decided
	Passed    [][2]int   `json:"passed_over"` // what doesn't count: a relay's words, what follows the reply
	BytesRead int        `json:"bytes_read"`  // of the text, from its beginning
	Command   string     `json:"command"`     // the SMTP command that was answered, where the text says so
	Evidence  []Evidence `json:"evidence"`    // all that was seen, strongest first
	Also      []AlsoHeld `json:"also_held"`   // some rules that held too, but come later
}

// Evidence is a rule that held or a code that was seen, and what became of it.
type Evidence struct {
	Basis    string            `json:"basis"` // text, status, provider or reply
	ID       string            `json:"id"`    // "mailbox-full", "status:5.1.1", "cmc:2", "reply:550"
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Outcome  classify.Outcome  `json:"outcome"` // decided, agrees, overruled or silent
	Why      string            `json:"why"`
}

// AlsoHeld is a rule that held and came too late.
type AlsoHeld struct {
	Rule     string            `json:"rule"`
	Class    suppress.Class    `json:"class"`
	Category suppress.Category `json:"category"`
	Matched  string            `json:"matched"`
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
	e := s.Classifier.Explain(classify.Input{
		Text: in.Text, Status: in.Status, Code: in.Code, Source: in.Source, ProviderCode: in.ProviderCode, Domain: in.Domain,
	})
	return NewVerdict(&e), nil
}
