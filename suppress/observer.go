package suppress

// Outcome says what became of one event.
type Outcome string

// The outcomes of an event.
const (
	OutcomeRecorded  Outcome = "recorded"  // it is new evidence
	OutcomeDuplicate Outcome = "duplicate" // its message was known already
	OutcomeIgnored   Outcome = "ignored"   // it changes nothing: a delivery to an address that isn't on the list
	OutcomeRejected  Outcome = "rejected"  // it could not be understood; it is kept as a dead letter
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{OutcomeRecorded, OutcomeDuplicate, OutcomeIgnored, OutcomeRejected}
}

// Observer is told what the list did, after it is on disk. Its methods are
// called concurrently and must be quick.
type Observer interface {
	// Event: one event of a source came to an outcome.
	Event(source string, kind Kind, outcome Outcome)
	// Bounce: a message bounced that hadn't before, with its first verdict.
	Bounce(source string, class Class, category Category)
	// VerdictChanged: a second report of a bounce brought another class.
	VerdictChanged(from, to Class)
	// Changed: an address was added to the list, released, or its hold ended.
	Changed(kind ChangeKind, origin Origin)
}

// notes collects what an Observer is to be told once a change is on disk.
type notes []func(Observer)

func (n *notes) add(tell func(Observer)) { *n = append(*n, tell) }

func (n notes) tell(o Observer) {
	for _, tell := range n {
		tell(o)
	}
}

// deaf is the Observer of a List that has none.
type deaf struct{}

func (deaf) Event(string, Kind, Outcome)    {}
func (deaf) Bounce(string, Class, Category) {}
func (deaf) VerdictChanged(Class, Class)    {}
func (deaf) Changed(ChangeKind, Origin)     {}
