package suppress

// Effect is what one piece of evidence did to the standing of its address.
type Effect string

// The effects. Explain has a sentence for each.
const (
	EffectDecided          Effect = "decided"
	EffectHoldOver         Effect = "hold_over"
	EffectHoldEnded        Effect = "hold_ended"
	EffectLifted           Effect = "lifted"
	EffectSuperseded       Effect = "superseded"
	EffectRepeated         Effect = "repeated"
	EffectCounted          Effect = "counted"
	EffectWithinHold       Effect = "within_hold"
	EffectCleared          Effect = "cleared"
	EffectOutOfWindow      Effect = "out_of_window"
	EffectNeverSuppresses  Effect = "never_suppresses"
	EffectEndedHolds       Effect = "ended_holds"
	EffectClearedCounts    Effect = "cleared_counts"
	EffectReleasedUpstream Effect = "released_upstream"
	EffectNothingToEnd     Effect = "nothing_to_end"
	EffectBouncedAnyway    Effect = "bounced_anyway"
	EffectRecordsOnly      Effect = "records_only"
	EffectBeforeRelease    Effect = "before_release"
)

// Effects lists every effect.
func Effects() []Effect {
	return []Effect{
		EffectDecided, EffectHoldOver, EffectHoldEnded, EffectLifted, EffectSuperseded, EffectRepeated,
		EffectCounted, EffectWithinHold, EffectCleared, EffectOutOfWindow, EffectNeverSuppresses,
		EffectEndedHolds, EffectClearedCounts, EffectReleasedUpstream, EffectNothingToEnd,
		EffectBouncedAnyway, EffectRecordsOnly, EffectBeforeRelease,
	}
}

// Explain says the effect in words for people, who see the event beside it.
func (e Effect) Explain() string {
	return map[Effect]string{
		EffectDecided:          "began a suppression that counts now",
		EffectHoldOver:         "began a suppression whose time is over",
		EffectHoldEnded:        "began a suppression, which a later delivery ended",
		EffectLifted:           "began a suppression, which the provider's own release ended",
		EffectSuperseded:       "began a suppression, which a later report prolonged",
		EffectRepeated:         "changes nothing: an earlier one suppresses already",
		EffectCounted:          "counted, but not enough to suppress",
		EffectWithinHold:       "came during a suppression: neither prolongs it nor begins the next",
		EffectCleared:          "counts no more: a later delivery cleared it",
		EffectOutOfWindow:      "counts no more: too long ago",
		EffectNeverSuppresses:  "never suppresses: it says nothing lasting about the address",
		EffectEndedHolds:       "ended a suppression: the address takes mail",
		EffectClearedCounts:    "cleared what had been counted: the address takes mail",
		EffectReleasedUpstream: "ended the suppression by the provider",
		EffectNothingToEnd:     "changes nothing: there was nothing that it could end",
		EffectBouncedAnyway:    "clears nothing: the same message bounced",
		EffectRecordsOnly:      "recorded only: its kind never counts",
		EffectBeforeRelease:    "disregarded: settled by the last release",
	}[e]
}

// Ending is what ends a suppression.
type Ending string

// The endings.
const (
	EndsByTime     Ending = "time"             // its own end
	EndsByDelivery Ending = "delivery"         // the delivery of another message
	EndsByProvider Ending = "provider_release" // the provider's own release
	EndsByRelease  Ending = "release"          // a person's release
)
