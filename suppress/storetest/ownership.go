package storetest

import (
	"github.com/stretchr/testify/assert"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// testOwnership: who got a result may change it, and who gave a row may go on
// to change it; the store never notices.
func (s *suite) testOwnership() {
	a := address("a@x.jp")
	given := fullRow(s)
	letter := suppress.DeadLetter{Source: "cmc", Body: []byte("body")}
	s.write([]suppress.Address{a}, suppress.Write{Rows: []*suppress.Row{given}, Letters: []suppress.DeadLetter{letter},
		Limits: suppress.LetterLimits{Count: 10, Bytes: 1000}})
	want := s.row(a)

	vandalise(given)
	copy(letter.Body, "XXXX")
	assert.Equal(s, want, s.row(a), "the caller changed the row it gave")

	got := s.row(a)
	vandalise(&got)
	assert.Equal(s, want, s.row(a), "the caller changed what Row returned")
	got.Entry, _ = s.store.Entry(s.ctx, a)
	vandalise(&got)
	assert.Equal(s, want, s.row(a), "the caller changed what Entry returned")

	copy(s.letters(0, 1)[0].Body, "XXXX")
	assert.Equal(s, "body", string(s.letters(0, 1)[0].Body))
	s.apply(a, func(row *suppress.Row) *suppress.Row { vandalise(row); return nil })
	assert.Equal(s, want, s.row(a), "Apply changed the rows that it owns, and returned nothing")
}

// vandalise overwrites what a shallow copy would share.
func vandalise(row *suppress.Row) {
	row.Entry.Last.Text = "X"
	for i := range row.Entry.Reasons {
		row.Entry.Reasons[i] = suppress.Reason{Text: "X"}
	}
	clear(row.History.Evidence)
	clear(row.History.Seen)
	clear(row.History.Decisions)
	clear(row.History.Base.Rules)
	*row.History.Base.Last = suppress.Reason{Text: "X"}
}

// testChangedInPlace: Apply owns its rows, so it may change them in place and
// return them. What the row was before must be known all the same: tallies and
// due go by the difference.
func (s *suite) testChangedInPlace() {
	a := address("a@x.jp")
	s.put(a, held(classify.MailboxFull, clock(0), clock(10)))
	s.apply(a, func(row *suppress.Row) *suppress.Row {
		row.Entry.Reasons[0].Until = clock(50)
		row.Entry.Reasons[0].Category = classify.UserUnknown
		row.Entry.Reasons[0].Class = classify.Hard
		return row
	})
	assert.Empty(s, s.due(clock(49), 10))
	assert.Equal(s, []string{"a@x.jp"}, s.due(clock(50), 10))
	s.checkTallies()
}

// apply updates one row that is there; nil leaves it.
func (s *suite) apply(a suppress.Address, change func(*suppress.Row) *suppress.Row) {
	s.Helper()
	assert.NoError(s, s.store.Update(s.ctx, suppress.Update{Addresses: []suppress.Address{a},
		Apply: func(rows []*suppress.Row) (suppress.Write, error) {
			return suppress.Write{Rows: []*suppress.Row{change(rows[0])}}, nil
		}}))
}
