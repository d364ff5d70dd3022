package classify

// Basis says what kind of evidence decided a verdict. A greater Basis is the
// stronger evidence, so that two verdicts on one bounce can be compared.
type Basis uint8

// The kinds of evidence, weakest first.
const (
	BasisNone     Basis = iota // nothing was found
	BasisReply                 // the bare SMTP reply code, e.g. 550
	BasisStatus                // the enhanced status code, e.g. 5.1.1
	BasisProvider              // the provider's own code, e.g. "2" of cmc
	BasisText                  // words of the reply
)

// String returns "none", "reply", "status", "provider" or "text".
func (b Basis) String() string {
	names := [...]string{"none", "reply", "status", "provider", "text"}
	if int(b) < len(names) {
		return names[b]
	}
	return "none"
}

// Input is what is known of one bounce. Every field may be empty.
type Input struct {
	Text         string // the server's reply or the provider's reason; any length, any bytes
	Code         int    // SMTP reply code when the provider reports it apart from the text; 0: none
	Status       string // enhanced status code when reported apart from the text, e.g. "5.1.1"
	Source       string // the provider's name, for its own codes, e.g. "cmc"
	ProviderCode string // the provider's own code, e.g. "2"
	Domain       string // the recipient's domain (A-label, lower case), for destination quirks
}

// Verdict is the answer to one Input, with what explains it.
type Verdict struct {
	Class     Class
	Category  Category
	Rule      string // id of the rule that decided, e.g. "user-unknown", "status:5.1.1", "cmc:2", "reply:550", "none"
	Matched   string // the words of the text, or the code, that decided, as they stood there
	Basis     Basis  // what kind of evidence decided
	Permanent bool   // the codes seen report a permanent failure
	Code      int    // SMTP reply code, given or found in the text; 0: none
	Status    string // enhanced status code, given or found in the text; "": none
	Overruled string // weaker evidence that said otherwise, e.g. "status:5.1.1 says user_unknown"; "": none did
}
