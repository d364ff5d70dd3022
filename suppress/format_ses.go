package suppress

func sesFormat() Format {
	return Format{
		Name:      "ses",
		MediaType: csvWithoutHeader,
		Title:     "Amazon SES: import job into the account-level suppression list, action PUT, at most 100,000 lines each; blocks all mail",
		Append:    ifSuppressed(appendSES),
	}
}

// appendSES appends an entry as CreateImportJob takes it with the action PUT:
// the address and BOUNCE or COMPLAINT, without a header, at most 100,000 in
// one object.
//
// SES has no other reasons, and blocks all mail for both. COMPLAINT stands
// where the recipient wants no mail, by a complaint or only an unsubscribe:
// BOUNCE would say that the mailbox is dead. BOUNCE stands for the rest. SES
// holds mail back only for the reasons that the account has switched on.
// (Amazon SES developer guide, "Using the Amazon SES account-level suppression
// list", "Adding email addresses in bulk".)
func appendSES(line []byte, a *Answer) []byte {
	reason := ",BOUNCE\n"
	if because(a, OriginComplaint) != nil || onlyUnsubscribed(a) {
		reason = ",COMPLAINT\n"
	}
	return append(appendAddress(line, a.Address), reason...)
}

func sesDeleteFormat() Format {
	return Format{
		Name:      "ses-delete",
		MediaType: csvWithoutHeader,
		Title:     "Amazon SES: import job out of the account-level suppression list, action DELETE, at most 10,000 lines each; only what is released or allowed",
		Standings: []Standing{Released, Allowed},
		Append:    appendSESDelete,
	}
}

// appendSESDelete appends an entry as CreateImportJob takes it with the action
// DELETE: the address alone, without a header, at most 10,000 in one object.
//
// It takes only addresses that a person has released or allowed. One that is
// merely watched may stand on SES's list for reasons that were never reported
// to us, a complaint among them. And it leaves out what needs quotes in CSV:
// how SES reads them isn't documented, and a reader that splits at commas
// would find another address in "victim@example.com,x"@x.jp. What is left out
// stays suppressed there; so does what SES itself listed as Taro@x.jp, for it
// finds an entry only by its case, as those report who tried, and ours are
// normalised.
// (Amazon SES developer guide, as above, "Removing email addresses in bulk".)
func appendSESDelete(line []byte, a *Answer) []byte {
	again := a.Standing == Released || a.Standing == Allowed
	if !again || needsQuotes(a.Address.local) || needsQuotes(a.Address.domain) {
		return line
	}
	return append(appendAddress(line, a.Address), '\n')
}
