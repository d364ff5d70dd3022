package boltstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"github.com/nosend/nosend/suppress"
)

// A seal stands behind the last page of a backup, where bbolt never looks. It
// tells a backup that has rotted, which pages without checksums can't. Numbers
// are big-endian:
//
//	"nosend backup 1\n"     16 bytes
//	transaction             uint64
//	bytes in front          uint64
//	SHA-256 of them         32 bytes
//	FNV-1a of all that      uint64
//
// A backup that is used as a database is written to from then on, without
// regard to the seal; that its newest transaction is a later one tells.
const (
	sealMark = "nosend backup 1\n"
	sealSize = len(sealMark) + 8 + 8 + sha256.Size + 8
)

type seal struct {
	tx     uint64
	length int64
	sum    [sha256.Size]byte
}

func (s *seal) bytes() []byte {
	out := binary.BigEndian.AppendUint64([]byte(sealMark), s.tx)
	out = binary.BigEndian.AppendUint64(out, uint64(s.length))
	out = append(out, s.sum[:]...)
	return binary.BigEndian.AppendUint64(out, fingerprint(out))
}

func fingerprint(p []byte) uint64 {
	sum := fnv.New64a()
	sum.Write(p)
	return sum.Sum64()
}

// readSeal returns the seal of a file, nil if it has none. bbolt makes its files
// whole pages long, so whatever is behind them has to be a seal.
func readSeal(f io.ReaderAt, size int64) (*seal, error) {
	newest, found := newestMeta(f)
	if !found || size%pageSizeOf(newest) == 0 {
		return nil, nil
	}
	data := make([]byte, sealSize)
	if _, err := f.ReadAt(data, max(0, size-int64(sealSize))); err != nil {
		return nil, err
	}
	numbers := data[len(sealMark):]
	s := &seal{tx: binary.BigEndian.Uint64(numbers), length: int64(binary.BigEndian.Uint64(numbers[8:]))}
	copy(s.sum[:], numbers[16:])
	if string(data) != string(s.bytes()) || s.length != size-int64(sealSize) {
		return nil, fmt.Errorf("%w: its end, where the checksum of a backup stands, is cut or changed", suppress.ErrCorrupt)
	}
	if binary.LittleEndian.Uint64(newest[metaTxid:]) > s.tx {
		return nil, nil
	}
	return s, nil
}

// checkSeal compares a file with its seal, and reports whether it has one.
func checkSeal(ctx context.Context, f *os.File) (sealed bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	s, err := readSeal(f, info.Size())
	if s == nil {
		return false, err
	}
	sum := sha256.New()
	if _, err := io.Copy(heeding{ctx, sum}, io.NewSectionReader(f, 0, s.length)); err != nil {
		return true, err
	}
	if string(sum.Sum(nil)) != string(s.sum[:]) {
		return true, fmt.Errorf("%w: it is not what was written: its checksum is another one", suppress.ErrCorrupt)
	}
	return true, nil
}

// heeding is a writer that takes nothing more when its context has ended.
type heeding struct {
	ctx context.Context
	io.Writer
}

// Write implements io.Writer.
func (h heeding) Write(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.Writer.Write(p)
}
