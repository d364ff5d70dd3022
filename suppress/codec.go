package suppress

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ErrCorrupt is wrapped by the errors of decoding a stored row.
var ErrCorrupt = errors.New("stored data is damaged")

// The rows are stored as a version byte and the fields in order: numbers as
// varints, times as microseconds since 1970, counted from 1 (0: no time), texts with their
// length in front. An unknown version is an error, so that an older program
// never misreads a newer row.
const rowVersion = 1

// encoder appends fields.
type encoder []byte

func (e *encoder) uint(n uint64)    { *e = binary.AppendUvarint(*e, n) }
func (e *encoder) int(n int)        { *e = binary.AppendVarint(*e, int64(n)) }
func (e *encoder) hash(n uint64)    { *e = binary.BigEndian.AppendUint64(*e, n) }
func (e *encoder) bytes(b []byte)   { e.uint(uint64(len(b))); *e = append(*e, b...) }
func (e *encoder) string(s string)  { e.uint(uint64(len(s))); *e = append(*e, s...) }
func (e *encoder) time(t time.Time) { *e = binary.AppendVarint(*e, micros(t)) }

func (e *encoder) bool(b bool) {
	if b {
		*e = append(*e, 1)
	} else {
		*e = append(*e, 0)
	}
}

// micros leaves 0 to the zero time: from 1970 on it counts from 1.
func micros(t time.Time) int64 {
	n := t.UnixMicro()
	switch {
	case t.IsZero():
		return 0
	case n >= 0:
		return n + 1
	}
	return n
}

// decoder reads fields. After the first fault it yields zero values, so that
// callers check err once, at the end.
type decoder struct {
	data []byte // what is left
	text string // all of it, once: the texts of a row are parts of one string
	err  error
}

func newDecoder(row []byte) decoder { return decoder{data: row, text: string(row)} }

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrCorrupt, what)
	}
	d.data = nil
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		d.fail("it breaks off in a number")
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) int64() int64 {
	n, size := binary.Varint(d.data)
	if size <= 0 {
		d.fail("it breaks off in a number")
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) int() int { return int(d.int64()) }

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.data)) {
		d.fail("it breaks off in a field")
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) hash() uint64 {
	if b := d.take(8); len(b) == 8 {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) string() string {
	n := len(d.take(d.uint()))
	end := len(d.text) - len(d.data)
	if d.err != nil {
		return ""
	}
	return d.text[end-n : end]
}

func (d *decoder) bytes() []byte { return append([]byte(nil), d.take(d.uint())...) }

func (d *decoder) bool() bool {
	b := d.take(1)
	return len(b) == 1 && b[0] != 0
}

func (d *decoder) time() time.Time {
	n := d.int64()
	switch {
	case n == 0:
		return time.Time{}
	case n > 0:
		n--
	}
	return time.UnixMicro(n).UTC()
}

// count reads the length of a list whose items take at least a byte each.
func (d *decoder) count() int {
	n := d.uint()
	if n > uint64(len(d.data)) {
		d.fail("a list is longer than the row")
		return 0
	}
	return int(n)
}

func (d *decoder) version(what string) {
	if v := d.take(1); len(v) == 1 && v[0] != rowVersion {
		d.fail(fmt.Sprintf("%s has version %d, this program reads version %d", what, v[0], rowVersion))
	}
}

// end reports the first fault, or that something is left over.
func (d *decoder) end() error {
	if d.err == nil && len(d.data) > 0 {
		d.fail(fmt.Sprintf("%d bytes are left over", len(d.data)))
	}
	return d.err
}
