package main

import (
	"fmt"
	"strings"
)

func (t *table) has(name string) bool { return len(t.find(name)) > 0 }

// find returns the columns of a name.
func (t *table) find(name string) []int {
	return columnsWhere(t.names, func(have string) bool { return strings.EqualFold(have, strings.TrimSpace(name)) })
}

// addressColumns finds the column of the addresses by its name, the surest name
// first: "address" may be a street. There are several if they share the name,
// and none if no name is known.
func addressColumns(names []string) []int {
	plain := strings.NewReplacer(" ", "", "-", "", "_", "")
	for _, known := range []string{"email", "emailaddress", "mail", "mailaddress", "メールアドレス", "recipient", "recipientaddress", "address", "to"} {
		found := columnsWhere(names, func(name string) bool { return plain.Replace(strings.ToLower(name)) == known })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

func columnsWhere(names []string, holds func(name string) bool) (found []int) {
	for i, name := range names {
		if holds(name) {
			found = append(found, i)
		}
	}
	return found
}

// severalColumns is the error for a name that doesn't say which column is meant:
// asking about one of them, the address in the other would go unchecked.
func severalColumns(names []string, found []int) error {
	var which []string
	for _, i := range found {
		which = append(which, fmt.Sprintf("%s (%d)", names[i], i+1))
	}
	return hinted{fmt.Errorf("the list has %d columns of the same name: %s", len(found), strings.Join(which, ", ")),
		fmt.Sprintf("give the number of the one that is meant: --column %d", found[0]+1)}
}
