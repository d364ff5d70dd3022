//go:build !unix

package api

// owner: files have no numbered owners here.
type owner struct{}

func ownerOf(string) *owner { return nil }

func giveTo(*owner, string) error { return nil }
