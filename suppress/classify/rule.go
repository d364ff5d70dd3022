package classify

// Rule is one line of a rules file. Several lines, one after the other, can have
// the same ID.
type Rule struct {
	ID       string
	Category Category
	Class    Class  // the category's usual class unless the line says otherwise
	Codes    string // the codes column as written
	Words    string // the words column as written
	Note     string // what the rule is about and where it is known from
	File     string // the file that the rule stands in
	Line     int    // its line, from 1
}

// rule is a Rule with its codes column made ready.
type rule struct {
	Rule
	when condition
}

// codeBasis says what evidence a rule without words rests on.
func (r *rule) codeBasis() Basis {
	for _, t := range r.when.codes {
		if t.status != "" {
			return BasisStatus
		}
	}
	return BasisReply
}
