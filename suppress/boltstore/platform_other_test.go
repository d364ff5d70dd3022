//go:build !linux

package boltstore

// children are what this test binary can be as a process of its own.
func children() map[string]func(path string) error {
	return map[string]func(path string) error{"hold": childHolds, "load": childLoads, "die at compact": childDies("compact"), "die at restore": childDies("restore")}
}

// dropRights does nothing: here the tests must not run as root.
func dropRights() {}
