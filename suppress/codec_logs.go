package suppress

import "github.com/nosend/nosend/suppress/classify"

// MarshalBinary encodes a row of the feed for a store, without its Number,
// which is the key.
func (c *Change) MarshalBinary() ([]byte, error) {
	out := encoder{rowVersion}
	out.time(c.At)
	out.string(c.Address.Key())
	out.string(string(c.Kind))
	out.string(string(c.Standing))
	out.string(string(c.Origin))
	out.string(string(c.Class))
	out.string(string(c.Category))
	out.time(c.Until)
	out.string(c.By)
	out.string(c.Note)
	return out, nil
}

// UnmarshalBinary decodes a row of the feed, all but its Number. Its errors
// wrap ErrCorrupt.
func (c *Change) UnmarshalBinary(data []byte) error {
	in := newDecoder(data)
	in.version("change")
	*c = Change{Number: c.Number, At: in.time(), Address: in.address(), Kind: ChangeKind(in.string()),
		Standing: Standing(in.string()), Origin: Origin(in.string()), Class: classify.Class(in.string()),
		Category: classify.Category(in.string()), Until: in.time(), By: in.string(), Note: in.string()}
	return in.end()
}

func (d *decoder) address() Address {
	a, err := AddressFromKey(d.string())
	if err != nil {
		d.fail(err.Error())
	}
	return a
}

// MarshalBinary encodes a dead letter for a store, without its Number, which
// is the key.
func (l *DeadLetter) MarshalBinary() ([]byte, error) {
	out := encoder{rowVersion}
	out.time(l.Received)
	out.string(l.Source)
	out.string(l.Problem)
	out.string(l.ContentType)
	out.bytes(l.Body)
	return out, nil
}

// UnmarshalBinary decodes a dead letter, all but its Number. Its errors wrap
// ErrCorrupt.
func (l *DeadLetter) UnmarshalBinary(data []byte) error {
	in := newDecoder(data)
	in.version("dead letter")
	*l = DeadLetter{Number: l.Number, Received: in.time(), Source: in.string(), Problem: in.string(),
		ContentType: in.string(), Body: in.bytes()}
	return in.end()
}
