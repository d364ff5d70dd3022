// Package boltstore keeps the suppression list in one bbolt file. It is the
// engine that nosend uses unless told otherwise.
//
// # Rows
//
// All numbers in keys are big-endian, so that byte order is their order. KEY
// is suppress.Address.Key, "domain NUL local part".
//
//	bucket          key                       value
//	meta            "schema"                  version of this layout, uint64
//	meta            "letters"                 count, bytes, dropped; uint64 each
//	entries         KEY                       suppress.Entry
//	history         KEY                       suppress.History
//	due             microseconds, KEY         empty; one row for each entry with a Due
//	tallies         standing NUL class NUL category   count, uint64
//	changes         number                    suppress.Change
//	letters         number                    suppress.DeadLetter
//	letter_hashes   SHA-256 of source, body   number of the letter
//
// Entries and history are apart so that a look-up and an export read small
// rows only.
//
// # Durability and concurrency
//
// One goroutine writes. It takes all updates that wait into one transaction,
// so that many webhooks share the two fdatasyncs of a bbolt commit; it never
// waits for company. Readers use read transactions and never wait for it.
//
// bbolt blocks a commit that must enlarge the memory map until every reader
// has ended, and every new reader behind it. So the map is made large at once
// (64 GiB of address space, not of memory), and updates are refused before the
// file reaches it.
//
// # Strangers
//
// A Bloom filter knows who is surely not in the file. It is in memory only, and
// learnt beside the work after the start; see strangers.
//
// # Damage
//
// bbolt keeps no checksums of its pages and panics when one makes no sense.
// Those panics become errors that wrap suppress.ErrCorrupt, for the calls that
// met the page. [Store.Check] reads everything.
//
// # Files
//
// [Store.Backup] copies the file while it is in use, and puts a checksum behind
// the last page. [Verify], [Restore] and [Compact] work on files that no server
// has open; the last two hold the lock that a server would need, make the new
// file beside the old one, verify and sync it, and only then rename it.
package boltstore
