package main

import (
	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

func (p *program) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE",
		Short: "Read a backup or a database through, and say what it holds",
		Long: `Read every row of a backup, or of a database that no server has open, and check
that they fit together: that each row can be read and is found by its key, that
each address has its evidence and the other way round, that the counts are those
of a recount, that no page of the file is lost or used twice. A backup ends with
a checksum, which finds any bit that has changed since. The file isn't changed.

Exit codes: 0 all is well, 2 something is wrong; each fault, up to 100, is a line
on standard error. The lines can name addresses.`,
		Example: `  nosend verify nosend-2026-11-22.db
  nosend verify /backup/nosend.db && echo "good"`,
		Args: cobra.MatchAll(needs("the name of a backup or a database"), atMost(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			stop := p.ticking("reading " + args[0])
			c, err := boltstore.Verify(cmd.Context(), args[0])
			stop()
			if err != nil {
				return err
			}
			return newGrid(p.out).write(heldRows(&c))
		},
	}
}

// heldRows is a table of what a file holds.
func heldRows(c *boltstore.Contents) [][]cell {
	checksum := "none: it is no backup, or one that has served as a database"
	if c.Checksum {
		checksum = "good"
	}
	rows := [][]cell{named("size", bytesOf(c.Bytes)), named("checksum", checksum), named("entries", thousands(c.Entries))}
	states := map[suppress.Standing]int64{}
	for t, n := range c.Tallies {
		states[t.Standing] += n
	}
	for _, state := range suppress.Standings() {
		rows = append(rows, named("  "+string(state), thousands(states[state])))
	}
	for _, row := range []struct {
		name string
		rows int64
	}{{"with evidence", c.History}, {"change by time", c.Due}, {"feed of changes", c.Changes}, {"dead letters", c.Letters}} {
		rows = append(rows, named(row.name, thousands(row.rows)))
	}
	return rows
}
