package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/suppress/boltstore"
)

func (p *program) restoreCommand() *cobra.Command {
	var db string
	cmd := &cobra.Command{
		Use:   "restore FILE [--db FILE]",
		Short: "Put a backup in the place of the database",
		Long: `Put a backup in the place of the database. Stop the server first; a database that
a server has open is left alone. The backup is verified, copied beside the
database, and the copy verified before it takes the database's name. The replaced
database stays beside it, with .before-restore- and the time behind its name,
also if it is damaged; delete it when all is well. After an error, or when the
machine stops half-way, the database is as it was.

What came after the backup was made is not in it. The numbers of the feed of
changes go on from there, so whoever follows the feed begins anew.`,
		Example: `  nosend restore nosend-2026-11-22.db
  nosend restore --db /var/lib/nosend/nosend.db /backup/nosend.db`,
		Args: cobra.MatchAll(needs("the name of a backup"), atMost(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			done := p.ticking("restoring " + db)
			r, err := boltstore.Restore(ctx, args[0], db, time.Now())
			done()
			if err != nil {
				return err
			}
			fmt.Fprintf(p.err, "nosend: restored %s from %s: %s, verified\n", db, args[0], entriesOf(&r.Contents))
			if r.Kept != "" {
				fmt.Fprintf(p.err, "nosend: the replaced database is kept as %s; delete it when all is well\n", r.Kept)
			}
			return nil
		},
	}
	dbFlag(cmd, &db)
	return cmd
}

func (p *program) compactCommand() *cobra.Command {
	var db string
	cmd := &cobra.Command{
		Use:   "compact [--db FILE]",
		Short: "Give the free space in the database back to the system",
		Long: `Write the database anew, without the space in it that is free: the file never
shrinks by itself, but the server fills its free space again before it grows.
Stop the server first. The folder needs as much free space as the new file will
have, at most as much as the database has now. The new file is verified before
it takes the old one's name; until then the old one is as it was, also after an
error or when the machine stops half-way.`,
		Example: `  nosend compact
  nosend compact --db /var/lib/nosend/nosend.db`,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.compact(cmd.Context(), db) },
	}
	dbFlag(cmd, &db)
	return cmd
}

func (p *program) compact(ctx context.Context, db string) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	done := p.ticking("compacting " + db)
	c, err := boltstore.Compact(ctx, db)
	done()
	if errors.Is(err, fs.ErrNotExist) {
		return hinted{err, "name the database with --db, or NOSEND_DB"}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "nosend: %s had %s and has %s now: %s, verified\n", db, bytesOf(c.Before), bytesOf(c.Bytes), entriesOf(&c.Contents))
	return nil
}

// dbFlag adds the setting of that name.
func dbFlag(cmd *cobra.Command, db *string) {
	cmd.Flags().StringVar(db, "db", "nosend.db", "database file")
}
