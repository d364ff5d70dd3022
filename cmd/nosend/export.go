package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/boltstore"
)

func (p *program) exportCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the list to a file, or in a form that a provider imports",
		Long: `Write the entries that all given filters select, without any all that must not be
mailed, as they were at one moment: to standard output, or to a file that
appears, or is replaced, only when the export is whole.

` + formatsHelp(),
		Example: `  nosend export list.csv
  nosend export --state all --format ndjson | jq -r .address
  nosend export --format mailgun --since 30d bounces.csv
  nosend export --format ses-delete --since 7d release.csv`,
		Args: atMost(1),
	}
	filter := filterFlags(cmd)
	cmd.Flags().StringVar(&format, "format", "csv", "how the entries are written")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(formatNames(), format) {
			return fmt.Errorf("--format is %q, allowed are %s", format, strings.Join(formatNames(), ", "))
		}
		o := client.ExportOptions{Format: format}
		var err error
		if o.Filter, err = filter(); err != nil {
			return err
		}
		c, err := connect()
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context()) // so that no temporary file is left
		defer stop()
		if len(args) == 0 || args[0] == "-" {
			out := forTerminal(p.out)
			_, err := c.Export(ctx, out, o)
			return errors.Join(err, out.Close())
		}
		return p.exportFile(ctx, c, args[0], o)
	}
	return cmd
}

// exportFile writes an export to a file, and shows how far it is.
func (p *program) exportFile(ctx context.Context, c *client.Client, path string, o client.ExportOptions) error {
	m := newMeter(p.err, 0)
	o.Size = func(bytes int64) { m.size = bytes } // -1: a proxy on the way compresses
	rows, err := writeWhole(path, 0o666, func(w io.Writer) (int, error) {
		return c.Export(ctx, &watched{Writer: w, meter: m}, o)
	})
	m.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "nosend: wrote %d addresses to %s\n", rows, path)
	return nil
}

// watched shows on a meter how much has been written.
type watched struct {
	io.Writer
	meter *meter
	lines int
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.meter.read += int64(n)
	w.lines += bytes.Count(p[:n], []byte("\n"))
	w.meter.show(w.lines)
	return n, err
}

// formatNames are the values of --format.
func formatNames() []string {
	var names []string
	for _, f := range suppress.Formats() {
		names = append(names, f.Name)
	}
	return append(names, "ndjson")
}

// formatsHelp lists the formats of an export.
func formatsHelp() string {
	var out strings.Builder
	out.WriteString("Formats:\n")
	for _, f := range suppress.Formats() {
		fmt.Fprintf(&out, "  %-20s %s\n", f.Name, f.Title)
	}
	fmt.Fprintf(&out, "  %-20s %s", "ndjson", "a JSON object on each line")
	return out.String()
}

// writeWhole fills a temporary file beside path and renames it when it is
// whole and synced. A new file gets these permissions, less the umask; one that
// is replaced hands on its own. What isn't a regular file (a pipe, /dev/null)
// is written as it is.
func writeWhole(path string, mode os.FileMode, write func(io.Writer) (int, error)) (rows int, err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // replace what the link names, not the link
	}
	old, err := os.Stat(path)
	if err == nil && !old.Mode().IsRegular() {
		return writeDirectly(path, write)
	}
	if err == nil {
		if err := boltstore.InUse(path); err != nil { // it may be the server's database
			return 0, hinted{fmt.Errorf("write %s: %w", path, err), "name another file"}
		}
	}
	temp, err := os.OpenFile(filepath.Join(filepath.Dir(path), ".nosend-export-"+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err // nobody knows the temporary name
	}
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temp.Name()) // gone already if the rename worked
	if old != nil {
		err = temp.Chmod(old.Mode().Perm())
	}
	if err == nil {
		rows, err = write(temp)
	}
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return 0, fmt.Errorf("%w; %s is as it was", err, path)
	}
	return rows, nil
}

func writeDirectly(path string, write func(io.Writer) (int, error)) (rows int, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	rows, err = write(f)
	return rows, errors.Join(err, f.Close())
}
