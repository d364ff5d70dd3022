package boltstore

import (
	"context"
	"encoding/binary"
	"os"
)

// The fields of a bbolt page that matter here; see internal/common/page.go of
// go.etcd.io/bbolt. A head of 16 bytes stands in front, then an element of 16
// bytes for each key: where the key begins, counted from the element, and how
// long it is, and the value behind it.
const (
	pageFlags    = 8  // uint16
	pageElements = 10 // uint16
	pageOverflow = 12 // uint32, pages that belong to this one
	pageHead     = 16
	elementSize  = 16

	flagBranch = 1
	flagLeaf   = 2
	flagBucket = 1 // of an element: its value begins with the page of a bucket
)

// tree is what the pages of a file say of each other.
type tree struct {
	pages  uint64           // of the file
	starts map[uint64]bool  // pages in use
	above  map[uint64]int64 // who points to a page
	c      *checker
}

// shapes reads each page that isn't free from the file, and sees that all it
// points to is within it, and that the pages are a tree. bbolt follows every
// pointer, round and round where they form a ring, partly in a goroutine of its
// own where a fault of memory ends the process; and it counts to the end of a
// page, however long a damaged one says that it is. So this comes first.
func (c *checker) shapes(ctx context.Context) error {
	f, err := os.Open(c.tx.DB().Path())
	if err != nil {
		return err
	}
	defer f.Close()
	size := int64(c.tx.DB().Info().PageSize)
	t := tree{pages: uint64(c.tx.Size() / size), starts: map[uint64]bool{}, above: map[uint64]int64{}, c: c}
	t.point(0, uint64(c.tx.Cursor().Bucket().Root()))
	for id := int64(2); id < int64(t.pages); { // the first two were checked when the file was opened
		length, err := t.page(ctx, f, id, size)
		if err != nil {
			return err
		}
		id += length
	}
	for below, id := range t.above {
		if !t.starts[below] {
			c.fault("page %d points to page %d, which is free, or a part of another", id, below)
		}
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

// page looks at one page, and says how many it stands for.
func (t *tree) page(ctx context.Context, f *os.File, id, size int64) (length int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p, err := t.c.tx.Page(int(id))
	if err != nil {
		return 0, err
	}
	if p.Type == "free" { // what stands in it is old
		return 1, nil
	}
	length = int64(p.OverflowCount) + 1
	if id+length > int64(t.pages) {
		t.c.fault("page %d says that it is %d pages long", id, length)
		return 1, nil
	}
	t.starts[uint64(id)] = true
	data := make([]byte, length*size)
	if _, err := f.ReadAt(data, id*size); err != nil {
		return 0, err
	}
	if !t.wellShaped(id, data) {
		t.c.fault("page %d points out of itself", id)
	}
	return length, nil
}

// wellShaped reports whether the keys and values of a page are in it, and notes
// the pages below.
func (t *tree) wellShaped(id int64, page []byte) bool {
	flags := binary.LittleEndian.Uint16(page[pageFlags:])
	if flags != flagBranch && flags != flagLeaf {
		return true
	}
	for i := range int(binary.LittleEndian.Uint16(page[pageElements:])) {
		at := pageHead + i*elementSize
		if at+elementSize > len(page) {
			return false
		}
		number := func(offset int) int { return int(binary.LittleEndian.Uint32(page[at+offset:])) }
		if flags == flagBranch { // begin, key, page
			if at+number(0)+number(4) > len(page) {
				return false
			}
			t.point(id, binary.LittleEndian.Uint64(page[at+8:]))
			continue
		}
		value := at + number(4) + number(8) // flags, begin, key, value
		if value+number(12) > len(page) {
			return false
		}
		if number(0) == flagBucket && number(12) >= 8 {
			t.point(id, binary.LittleEndian.Uint64(page[value:]))
		}
	}
	return true
}

// point notes that a page points to another; 0 is that of a bucket which stands
// in its own leaf.
func (t *tree) point(id int64, below uint64) {
	if below == 0 {
		return
	}
	if other, twice := t.above[below]; twice {
		t.c.fault("pages %d and %d both point to page %d", other, id, below)
	}
	t.above[below] = id
}
