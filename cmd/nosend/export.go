package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (p *program) exportCommand() *cobra.Command {
	var states []string
	cmd := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the list as CSV, to a file or standard output",
		Long: `Write all addresses that must not be mailed as CSV, as they were at one moment.
A file appears, or is replaced, only when the export is whole.`,
		Example: `  nosend export list.csv
  nosend export --state all | wc -l`,
		Args: atMost(1),
	}
	cmd.Flags().StringSliceVar(&states, "state", nil, "watching, suppressed, provisional, released, allowed or all (default suppressed and provisional)")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context()) // so that no temporary file is left
		defer stop()
		write := func(w io.Writer) (int, error) { return c.ExportCSV(ctx, w, states...) }
		if len(args) == 0 || args[0] == "-" {
			_, err := write(p.out)
			return err
		}
		rows, err := writeWhole(args[0], write)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.err, "nosend: wrote %d addresses to %s\n", rows, args[0])
		return nil
	}
	return cmd
}

// writeWhole fills a temporary file beside path and renames it when it is
// whole and synced. What isn't a regular file (a pipe, /dev/null) is written
// as it is.
func writeWhole(path string, write func(io.Writer) (int, error)) (rows int, err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // replace what the link names, not the link
	}
	old, err := os.Stat(path)
	if err == nil && !old.Mode().IsRegular() {
		return writeDirectly(path, write)
	}
	temp, err := os.OpenFile(filepath.Join(filepath.Dir(path), ".nosend-export-"+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
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
