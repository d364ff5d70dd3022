package webhook

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// charsetDecoder returns what turns text of a charset into UTF-8; nil: it is
// UTF-8 already.
func charsetDecoder(name string) (*encoding.Decoder, error) {
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		// ASCII is declared by senders that escape everything else, and by
		// some that don't: reading it as UTF-8 is right for both.
		return nil, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, malformed("charset %.40q of the Content-Type is not known; send UTF-8", name)
	}
	return enc.NewDecoder(), nil
}

// toUTF8 decodes data of a charset. Bytes that mean nothing in it become
// U+FFFD; a byte order mark is dropped.
func toUTF8(data []byte, charset string) ([]byte, error) {
	dec, err := charsetDecoder(charset)
	if err != nil {
		return nil, err
	}
	if dec != nil {
		if data, err = dec.Bytes(data); err != nil {
			return nil, malformed("the text can't be decoded as %q: %w", charset, err)
		}
	}
	return trimBOM(data), nil
}

// trimBOM drops a byte order mark, which JSON doesn't allow and some senders
// write.
func trimBOM(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte("\uFEFF"))
}
