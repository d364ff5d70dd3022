package suppress

import "time"

// feed appends what became of an entry to the feed of changes: a row for what
// changes the list, and for every decision of a person.
func (w *Write) feed(old, new *Entry, now time.Time, by Decision, told *notes) {
	before, after := old.settled(), new.settled()
	kind := changeKind(&before, &after, now)
	manual := by.Standing != ""
	if kind == ChangeUpdated && !manual && (!after.Suppressed() || sameReason(&before.Reason, &after.Reason)) {
		return
	}
	origin := decidingOrigin(&before, &after)
	w.Changes = append(w.Changes, Change{
		At: now, Address: new.Address, Kind: kind, Standing: after.Standing, Origin: origin,
		Class: after.Class, Category: after.Category, Until: after.Reason.Until, By: by.By, Note: by.Note,
	})
	if kind != ChangeUpdated {
		told.add(func(o Observer) { o.Changed(kind, origin) })
	}
}

func changeKind(before, after *Answer, now time.Time) ChangeKind {
	switch {
	case !before.Suppressed() && after.Suppressed():
		return ChangeAdded
	case !before.Suppressed() || after.Suppressed():
		return ChangeUpdated
	case before.Reason.holdsAt(now):
		return ChangeReleased
	}
	return ChangeExpired
}

// decidingOrigin is that of the reason that decides now or, where none does,
// decided before.
func decidingOrigin(before, after *Answer) Origin {
	switch {
	case after.Reason.Origin != "":
		return after.Reason.Origin
	case before.Reason.Origin != "":
		return before.Reason.Origin
	}
	return OriginManual
}

func sameReason(a, b *Reason) bool {
	return a.Origin == b.Origin && a.Class == b.Class && a.Category == b.Category && a.Until.Equal(b.Until)
}
