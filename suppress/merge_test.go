package suppress

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress/classify"
)

// TestMergeIsFreeOfOrder: of the reports of one bounce it doesn't matter which
// came first, nor which two were joined first, whatever stands in them.
func TestMergeIsFreeOfOrder(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 20_000 {
		a, b, c := randomEvidence(t, rng), randomEvidence(t, rng), randomEvidence(t, rng)
		require.Equal(t, merge(a, b), merge(b, a), "seed %d", seed)
		require.Equal(t, merge(merge(a, b), c), merge(a, merge(b, c)), "seed %d", seed)
		require.Equal(t, a, merge(a, a), "seed %d", seed)
	}
}

// randomEvidence is of one bounce: message and kind are always the same. Every
// other field differs now and then, so that two reports often differ in a
// single one.
func randomEvidence(t *testing.T, rng *rand.Rand) Evidence {
	ev := Evidence{Message: 7, Kind: KindBounce}
	v := reflect.ValueOf(&ev).Elem()
	for i := range v.NumField() {
		switch v.Type().Field(i).Name {
		case "Message", "Kind":
		default:
			setSmall(t, v.Field(i), rng.IntN(8)/6)
		}
	}
	categories := []classify.Category{classify.UserUnknown, classify.MailboxFull}
	ev.Category = categories[rng.IntN(8)/6]
	return ev
}

// setSmall sets a field of any kind to one of its first values.
func setSmall(t *testing.T, field reflect.Value, n int) {
	switch at := field.Addr().Interface().(type) {
	case *time.Time:
		*at = codecTime.Add(time.Duration(n) * time.Microsecond)
		return
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(fmt.Sprint("text ", n))
	case reflect.Bool:
		field.SetBool(n == 1)
	case reflect.Int:
		field.SetInt(int64(n))
	case reflect.Uint8, reflect.Uint64:
		field.SetUint(uint64(n))
	default:
		t.Fatalf("evidence has a field of kind %s: say here how it can differ", field.Kind())
	}
}

// TestOrderOfEvidence: by time, then kind; and of one moment and kind no two
// messages stand at one place.
func TestOrderOfEvidence(t *testing.T) {
	at := func(after time.Duration, k Kind, message uint64) Evidence {
		return Evidence{At: codecTime.Add(after), Kind: k, Message: message}
	}
	ordered := []Evidence{
		at(0, KindBounce, 1), at(0, KindBounce, 2), at(0, KindBounce, 1<<63), at(0, KindDelivered, 1), at(0, KindComplaint, 0),
		at(time.Microsecond, KindBounce, 1),
	}
	for i, a := range ordered {
		assert.Zero(t, compareEvidence(a, a))
		for _, b := range ordered[i+1:] {
			assert.Negative(t, compareEvidence(a, b), "%v, %v", a, b)
			assert.Positive(t, compareEvidence(b, a), "%v, %v", b, a)
		}
	}
}
