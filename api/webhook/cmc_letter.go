package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/nosend/nosend/suppress"
)

// cmcProblem says why an event wasn't taken.
type cmcProblem struct {
	field   string // of the event; "": the event itself
	message string
	unknown bool // nothing is wrong with it, but it says something we don't know
}

func badEvent(field, format string, args ...any) *cmcProblem {
	return &cmcProblem{field: field, message: fmt.Sprintf(format, args...)}
}

func unknownWord(field, format string, args ...any) *cmcProblem {
	return &cmcProblem{field: field, message: fmt.Sprintf(format, args...), unknown: true}
}

// cmcParser turns the events of one request into a batch.
type cmcParser struct {
	envelope *cmcEnvelope
	read     cmcReader
	batch    *suppress.Batch
}

// all reads a list of events. It streams, so that a list of millions costs no
// memory.
func (p *cmcParser) all(list json.RawMessage) error {
	dec := json.NewDecoder(bytes.NewReader(list))
	_, err := dec.Token()
	for i := 0; err == nil && dec.More() && i < cmcMaxEvents; i++ {
		var raw json.RawMessage
		if err = dec.Decode(&raw); err == nil {
			p.one(i, raw)
		}
	}
	if err != nil {
		return notJSON("event."+string(p.envelope.EventType), list, err)
	}
	p.rest(dec, list)
	return nil
}

// one reads one event. An event that wasn't taken doesn't spoil the others.
func (p *cmcParser) one(i int, raw json.RawMessage) {
	event, problem := p.read(raw)
	if problem == nil {
		p.batch.Events = append(p.batch.Events, event)
		return
	}
	where := fmt.Sprintf("%s[%d]", p.envelope.EventType, i)
	if problem.field != "" {
		where += "." + problem.field
	}
	p.letter(where+": "+problem.message, raw)
	if problem.unknown {
		p.batch.Ignored = append(p.batch.Ignored, suppress.KindOther)
		return
	}
	p.batch.Rejected++
}

// rest keeps the events beyond the limit as one letter, which can be replayed
// to take the next ones.
func (p *cmcParser) rest(dec *json.Decoder, list json.RawMessage) {
	left := bytes.TrimLeft(list[dec.InputOffset():], ", \t\r\n")
	n := countRest(dec, math.MaxInt)
	if n == 0 {
		return
	}
	p.letter(fmt.Sprintf("%s[%d] and what follows: one request holds at most %d events; replay this letter to take the rest",
		p.envelope.EventType, cmcMaxEvents, cmcMaxEvents), bytes.TrimSuffix(left, []byte("]")))
	p.batch.Rejected += n
}

// letter keeps events, separated by commas, as a request of their own.
func (p *cmcParser) letter(problem string, events []byte) {
	event := fmt.Appendf(nil, `{%s:[%s]}`, quoted(p.envelope.EventType), events)
	p.batch.Letters = append(p.batch.Letters, p.envelope.letter(problem, event))
}

// unknownType keeps a request of a type that isn't known as it is. Each of its
// events is counted.
func (e *cmcEnvelope) unknownType(batch *suppress.Batch) {
	problem := fmt.Sprintf("event_type: %.40q is not known; known are %s, %s, %s",
		e.EventType, cmcBounces, cmcDeliveries, cmcBlocks)
	batch.Letters = append(batch.Letters, e.letter(problem, e.Event))
	list, _ := member(e.Event, string(e.EventType))
	for range max(countElements(list, cmcMaxEvents), 1) {
		batch.Ignored = append(batch.Ignored, suppress.KindOther)
	}
}

// letter is a request with another event. The secret isn't kept.
func (e *cmcEnvelope) letter(problem string, event []byte) suppress.DeadLetter {
	return suppress.DeadLetter{
		Problem:     problem,
		ContentType: "application/json",
		Body: fmt.Appendf(nil, `{"event_type":%s,"server_composition":%s,"event":%s}`,
			quoted(e.EventType), quoted(e.Server), event),
	}
}

// quoted is a JSON string.
func quoted(t text) []byte {
	raw, _ := json.Marshal(string(t)) // a string always has a JSON form
	return raw
}
