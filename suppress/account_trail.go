package suppress

import "time"

// trail is what each piece of evidence did, as far as it has been judged. A
// nil trail notes nothing: judging is the same with and without one.
type trail map[fact]Part

// fact is a piece of evidence, of one address.
type fact struct {
	kind    Kind
	message uint64
}

// Part is what one piece of evidence did.
type Part struct {
	Event  uint64    // id of the evidence; unique within its address
	Effect Effect    // what it did, and what became of that
	Rule   string    // name of the policy's rule that selects it; "": none does
	Until  time.Time // of the suppression that it began; zero: none, or one without end
}

func factOf(ev *Evidence) fact { return fact{ev.Kind, ev.Message} }

// fact is what decided the reason.
func (r *Reason) fact() fact {
	kinds := map[Origin]Kind{OriginBounce: KindBounce, OriginComplaint: KindComplaint,
		OriginUnsubscribe: KindUnsubscribe, OriginUpstream: KindUpstream}
	return fact{kinds[r.Origin], r.Message}
}

// note says what a piece of evidence does.
func (t trail) note(ev *Evidence, e Effect) {
	if t != nil {
		t[factOf(ev)] = Part{Effect: e}
	}
}

// began says that evidence begins a suppression. Whether it counts now is seen
// when all is judged.
func (t trail) began(ev *Evidence, r *Reason) {
	if t != nil {
		t[factOf(ev)] = Part{Effect: EffectDecided, Until: r.Until}
	}
}

// revise changes what became of earlier evidence. Of what is folded nothing is
// known.
func (t trail) revise(of fact, e Effect) {
	if part, ok := t[of]; ok {
		part.Effect = e
		t[of] = part
	}
}

// superseded says that a suppression, if one runs, goes on as another.
func (t trail) superseded(old *Reason, by *Evidence) {
	if t != nil && old.holdsAt(by.At) {
		t.revise(old.fact(), EffectSuperseded)
	}
}

// ended says that a delivery found a suppression that it ends, if the clock
// didn't before.
func (t trail) ended(r *Reason, delivered *Evidence) {
	if t != nil && r.holdsAt(delivered.At) {
		t.revise(r.fact(), EffectHoldEnded)
		t.note(delivered, EffectEndedHolds)
	}
}

// lifted says that the provider released the address, which it may have
// refused.
func (t trail) lifted(r *Reason, by *Evidence) {
	switch {
	case t == nil:
	case r.holdsAt(by.At):
		t.revise(r.fact(), EffectLifted)
		t.note(by, EffectReleasedUpstream)
	default:
		t.note(by, EffectNothingToEnd)
	}
}

// cleared says that a delivery forgets a count. Beneath a suppression without
// end that makes no difference.
func (t trail) cleared(c Count, hold *Reason, delivered *Evidence) {
	if t == nil || hold != nil && hold.Until.IsZero() {
		return
	}
	switch of := (fact{KindBounce, c.Message}); t[of].Effect {
	case EffectCounted, EffectWithinHold:
		t.revise(of, EffectCleared)
	}
	if t[factOf(delivered)].Effect == EffectNothingToEnd {
		t.note(delivered, EffectClearedCounts)
	}
}
