package storetest

import (
	"testing"

	"github.com/nosend/nosend/suppress"
)

func TestMemory(t *testing.T) {
	Run(t, func(testing.TB) suppress.Store { return NewMemory() }, nil)
}
