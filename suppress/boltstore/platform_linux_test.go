package boltstore

import (
	"os"
	"syscall"
)

// children are what this test binary can be as a process of its own.
func children() map[string]func(path string) error {
	return map[string]func(path string) error{
		"hold":            childHolds,
		"load":            childLoads,
		"full at a limit": childFullAtLimit,
		"full at growth":  childFullAtGrowth,
		"full disk":       childFullDisk,
		"die at compact":  childDies("compact"),
		"die at restore":  childDies("restore"),
		"full at compact": childFullAtWork("compact"),
		"full at restore": childFullAtWork("restore"),
	}
}

// dropRights makes permissions of files bind this thread, also where the tests
// run as root.
func dropRights() {
	const nobody = 65534
	if os.Getuid() == 0 {
		syscall.Syscall(syscall.SYS_SETFSUID, nobody, 0, 0)
	}
}
