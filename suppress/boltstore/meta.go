package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The fields of a bbolt meta page that matter here; see db.go and
// internal/common/meta.go of go.etcd.io/bbolt. A page header of 16 bytes
// stands in front; numbers are in the machine's byte order, which is
// little-endian wherever nosend is built for.
const (
	metaOffset   = 16
	metaSize     = 64
	metaMagic    = 0xED0CDAED
	metaPageSize = 8  // uint32
	metaHigh     = 40 // uint64, the number of pages ever used
	metaTxid     = 48 // uint64
	metaChecksum = 56 // uint64, FNV-1a of what stands before
)

// checkSize refuses files that aren't bbolt's, or that are shorter than the
// newest valid meta page says.
func checkSize(f io.ReaderAt, size int64) error {
	newest, found := newestMeta(f)
	if !found {
		return errors.New("it is not a nosend database, or its head is damaged; name another file, or restore a backup")
	}
	need := int64(binary.LittleEndian.Uint64(newest[metaHigh:])) * pageSizeOf(newest)
	if size < need {
		return fmt.Errorf("it was cut short: it has %d bytes and should have at least %d; restore a backup", size, need)
	}
	return nil
}

// newestMeta reads the two meta pages, the second of which stands at the end
// of the first page, and returns the valid one with the later transaction.
func newestMeta(f io.ReaderAt) (newest []byte, found bool) {
	offsets := []int64{0, int64(os.Getpagesize())}
	for i := 0; i < len(offsets); i++ {
		meta := make([]byte, metaSize)
		if _, err := f.ReadAt(meta, offsets[i]+metaOffset); err != nil || !validMeta(meta) {
			continue
		}
		if i == 0 {
			offsets[1] = int64(binary.LittleEndian.Uint32(meta[metaPageSize:]))
		}
		if !found || binary.LittleEndian.Uint64(meta[metaTxid:]) > binary.LittleEndian.Uint64(newest[metaTxid:]) {
			newest, found = meta, true
		}
	}
	return newest, found
}

func pageSizeOf(meta []byte) int64 { return int64(binary.LittleEndian.Uint32(meta[metaPageSize:])) }

func validMeta(meta []byte) bool {
	return binary.LittleEndian.Uint32(meta) == metaMagic &&
		fingerprint(meta[:metaChecksum]) == binary.LittleEndian.Uint64(meta[metaChecksum:])
}
