package suppress

import "cmp"

func sparkPostFormat() Format {
	return Format{
		Name:      "sparkpost",
		MediaType: csvWithHeader,
		Title:     "SparkPost: CSV upload to the suppression list, at most 10,000 lines each; an unsubscribe leaves transactional mail alone",
		Header:    []byte("recipient,type,description\n"),
		Append:    ifSuppressed(appendSparkPost),
	}
}

// appendSparkPost appends an entry as SparkPost's upload takes it: recipient,
// type and description. A line has one type, so an address that no mail may go
// to has two lines. (The older columns transactional and non_transactional
// can't say both: of a line with both true, the page that uploads keeps one.)
// A request takes at most 10,000 lines.
// (SparkPost documentation, "Getting Started on SparkPost", on coming from
// other services; SparkPost API reference, "Suppression List"; its page's code
// in SparkPost/2web2ui.)
func appendSparkPost(line []byte, a *Answer) []byte {
	r := a.Shown()
	description := cmp.Or(r.Text, string(r.Origin))
	if !onlyUnsubscribed(a) {
		line = append(appendAddress(line, a.Address), ",transactional,"...)
		line = append(appendText(line, description), '\n')
	}
	line = append(appendAddress(line, a.Address), ",non_transactional,"...)
	return append(appendText(line, description), '\n')
}
