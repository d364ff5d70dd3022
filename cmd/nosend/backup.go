package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress/boltstore"
)

func (p *program) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the server's database to a file, and verify the copy",
		Long: `Have the server copy its database, as it is at one moment, to a file here. The
server goes on working, and nobody waits. The file appears, or is replaced, only
when it is whole and every row in it has been read and found good. It ends with
a checksum, so that nosend verify can tell years later whether it is still what
was written.

In it is all that the list knows: the addresses with their evidence, the feed of
changes and who made them, and dead letters. Tokens, settings and rules are files
of their own. The file is readable for its owner alone, for it holds addresses;
a file that is replaced hands on its permissions. A token with the role admin is
needed.`,
		Example: `  nosend backup nosend-$(date +%F).db
  nosend backup --url https://list.example.com:8025 /backup/nosend.db`,
		Args: cobra.MatchAll(needs("the name of a file"), atMost(1)),
	}
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context()) // so that no temporary file is left
		defer stop()
		return p.backup(ctx, c, args[0])
	}
	return cmd
}

func (p *program) backup(ctx context.Context, c *client.Client, path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("backup: %s is not a regular file, so the copy could not be verified", path)
	}
	var held boltstore.Contents
	_, err := writeWhole(path, 0o600, func(w io.Writer) (_ int, err error) {
		held, err = p.backupInto(ctx, c, w.(*os.File))
		return 0, err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "nosend: wrote %s to %s: %s, verified\n", bytesOf(held.Bytes), path, entriesOf(&held))
	return nil
}

// backupInto fetches a backup into a file, and verifies what stands there.
func (p *program) backupInto(ctx context.Context, c *client.Client, f *os.File) (held boltstore.Contents, err error) {
	m := newMeter(p.err, 0)
	m.things = "MiB"
	stop := p.ticking("the server makes a copy")
	_, err = c.Backup(ctx, weighed{f, m}, client.BackupOptions{Size: func(bytes int64) { stop(); m.size = bytes }})
	stop()
	m.clear()
	if err != nil {
		return held, err
	}
	defer p.ticking("verifying the copy")()
	held, err = boltstore.Verify(ctx, f.Name())
	if err == nil && !held.Checksum {
		err = errors.New("the backup has no checksum")
	}
	return held, err
}

// entriesOf says how many entries a file has.
func entriesOf(c *boltstore.Contents) string {
	if c.Entries == 1 {
		return "1 entry"
	}
	return thousands(c.Entries) + " entries"
}

// weighed shows on a meter how many bytes have been written.
type weighed struct {
	io.Writer
	meter *meter
}

// Write implements io.Writer.
func (w weighed) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.meter.read += int64(n)
	w.meter.show(int(w.meter.read >> 20))
	return n, err
}
