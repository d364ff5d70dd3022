//go:build !unix || solaris || aix || android

package boltstore

import (
	"errors"
	"io/fs"
	"os"
)

// lock: bbolt's locks are of another kind here.
func lock(*os.File) error {
	return errors.New("whether a server uses it can't be told on this system; stop the server, and copy the backup yourself")
}

// InUse can't tell here.
func InUse(string) error { return nil }

func giveTo(fs.FileInfo, string) error { return nil }
