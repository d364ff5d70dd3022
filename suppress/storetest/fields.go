package storetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

// testRowFields stores a row in which every field, also of everything nested,
// has a value of its own. A field that somebody adds without storing it fails
// here.
func (s *suite) testRowFields() {
	a, empty := address("a@x.jp"), address("empty@x.jp")
	want := fullRow(s)
	want.Entry.Address = a
	s.put(a, want)
	assert.Equal(s, *want, s.row(a))
	s.put(empty, &suppress.Row{})
	assert.Equal(s, suppress.Row{Entry: suppress.Entry{Address: empty}}, s.row(empty), "a row without anything")
}

func (s *suite) testChangeFields() {
	want := filled[suppress.Change](s)
	s.write(nil, suppress.Write{Changes: []suppress.Change{*want, {Address: address("empty@x.jp")}}})
	have := s.changes(0, 10)
	require.Len(s, have, 2)
	want.Number = have[0].Number // the store's own
	assert.Equal(s, *want, have[0])
	assert.Equal(s, suppress.Change{Number: have[1].Number, Address: address("empty@x.jp")}, have[1])
}

func (s *suite) testLetterFields() {
	want := filled[suppress.DeadLetter](s)
	s.write(nil, suppress.Write{Letters: []suppress.DeadLetter{*want}, Limits: suppress.LetterLimits{Count: 9, Bytes: 999}})
	have := s.letters(0, 10)
	require.Len(s, have, 1)
	want.Number = have[0].Number
	assert.Equal(s, *want, have[0])
}

func (s *suite) testMicroseconds() {
	a := address("a@x.jp")
	fine := clock(0).Add(789 * time.Nanosecond).In(time.FixedZone("JST", 9*3600))
	s.put(a, &suppress.Row{Entry: suppress.Entry{Settled: fine}, History: suppress.History{Released: fine}})
	assert.Equal(s, clock(0), s.row(a).Entry.Settled, "cut to microseconds, and in UTC")
	assert.Equal(s, clock(0), s.row(a).History.Released, "cut to microseconds, and in UTC")
}

func fullRow(t testing.TB) *suppress.Row { return filled[suppress.Row](t) }

// filled makes a value in which nothing is empty.
func filled[T any](t testing.TB) *T {
	v, n := new(T), 0
	fill(t, reflect.ValueOf(v).Elem(), &n)
	return v
}

// fill gives every field a value of its own: n counts up.
func fill(t testing.TB, v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(clock(*n)))
		return
	case suppress.Address:
		v.Set(reflect.ValueOf(address(fmt.Sprintf("user%d@x.jp", *n))))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d ü '\"\\", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(-*n))
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(*n)) // above what a signed column holds
	case reflect.Uint8:
		v.SetUint(uint64(*n%250 + 1))
	case reflect.Pointer, reflect.Slice, reflect.Map:
		fillReference(t, v, n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("this test can't fill a %s yet; teach it", v.Type())
	}
}

func fillReference(t testing.TB, v reflect.Value, n *int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, n)
			fill(t, value, n)
			v.SetMapIndex(key, value)
		}
	}
}
