//go:build unix

package api

import (
	"os"
	"path/filepath"
	"syscall"
)

// owner is a user and a group of the system.
type owner struct{ uid, gid int }

// ownerOf returns who owns a file or, where there is none yet, its folder; nil
// if it can't be told.
func ownerOf(path string) *owner {
	for _, p := range []string{path, filepath.Dir(path)} {
		if info, err := os.Stat(p); err == nil {
			if stat, ok := info.Sys().(*syscall.Stat_t); ok {
				return &owner{uid: int(stat.Uid), gid: int(stat.Gid)}
			}
		}
	}
	return nil
}

// giveTo gives a file to an owner. Only root can and needs to: everybody else
// makes files of their own.
func giveTo(o *owner, path string) error {
	if o == nil || os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}
