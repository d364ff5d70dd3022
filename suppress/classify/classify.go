package classify

import "slices"

// Classify judges one bounce. It takes any text, never panics, and its work is
// bounded: of a text longer than 16 KiB only the beginning is read.
func (c *Classifier) Classify(in Input) Verdict {
	s := c.scratch.Get().(*scratch)
	defer c.scratch.Put(s)
	if len(in.Text) > maxText {
		in.Text = in.Text[:maxText]
	}
	s.scanner.scan(in.Text)
	c.engine.find(c.wrappers.peel(s.scanner.tokens), &s.findings)
	k := given(in, s.scanner.codes)
	v := Verdict{Code: k.reply, Status: k.status, Permanent: k.permanent()}
	provider, hasProvider := c.tables.providers[providerCode{in.Source, in.ProviderCode}]
	if k == (codes{}) {
		v.Permanent = provider.permanent
	}
	status, hasStatus := c.tables.forStatus(k)
	if r, how := c.firstRule(&s.findings, k, &in); r != nil {
		v.decideByRule(r, how, s, in.Text)
		v.note(hasStatus, status)
		v.note(hasProvider, provider)
		return v
	}
	if hasStatus && status.category != Uncategorized {
		v.decideByCode(status, BasisStatus)
		v.note(hasProvider, provider)
		return v
	}
	if hasProvider {
		v.decideByCode(provider, BasisProvider)
		return v
	}
	c.decideByReply(&v, k, status, hasStatus)
	return v
}

// given merges the codes reported apart from the text with those found in it.
// The provider knows the reply code best; the status in the text is the
// receiver's own, while the one apart may be the relay's guess.
func given(in Input, k codes) codes {
	if isReply(in.Code) {
		k.reply = in.Code
	}
	if isStatus(in.Status) && (k.status == "" || vague(k.status) && !vague(in.Status)) {
		k.status = in.Status
	}
	return k
}

// firstRule returns the first rule that holds and how, nil if none does.
func (c *Classifier) firstRule(f *findings, k codes, in *Input) (*rule, *alternative) {
	command := c.command(f)
	for n := f.choices.next(0); n >= 0; n = f.choices.next(n + 1) {
		choice := &c.engine.choices[n]
		r := &c.engine.rules[choice.rule]
		if f.holds(choice) && r.when.holds(k, command, in) {
			return r, choice
		}
	}
	return nil, nil
}

// command returns the SMTP command that the text says was answered, or "".
func (c *Classifier) command(f *findings) string {
	for _, cmd := range c.commands {
		if slices.ContainsFunc(cmd.clauses, f.clauses.has) {
			return cmd.name
		}
	}
	return ""
}

func (v *Verdict) decideByRule(r *rule, how *alternative, s *scratch, text string) {
	v.Class, v.Category, v.Rule = r.Class, r.Category, r.ID
	if len(how.all) == 0 {
		v.Basis, v.Matched = r.codeBasis(), v.Status
		return
	}
	found, tokens := s.findings.spans[how.all[0]], s.scanner.tokens
	v.Basis, v.Matched = BasisText, text[tokens[found.first].start:tokens[found.last].end]
}

func (v *Verdict) decideByCode(row codeRow, basis Basis) {
	v.Class, v.Category, v.Rule, v.Basis = row.class, row.category, row.rule, basis
	v.Matched = row.matched
}

// note keeps what a weaker code says, if it says something else.
func (v *Verdict) note(ok bool, row codeRow) {
	if ok && v.Overruled == "" && row.category != v.Category && row.category != Uncategorized {
		v.Overruled = row.says
	}
}

// decideByReply falls back to the reply code, then to a vague status code.
func (c *Classifier) decideByReply(v *Verdict, k codes, status codeRow, hasStatus bool) {
	if row, ok := c.tables.reply[k.reply]; ok {
		v.decideByCode(row, BasisReply)
		return
	}
	if hasStatus {
		v.decideByCode(status, BasisStatus)
		return
	}
	v.Class, v.Category, v.Rule, v.Basis = Unknown, Uncategorized, "none", BasisNone
}
