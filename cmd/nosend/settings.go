package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settle gives every setting that isn't on the command line its value from the
// environment or from the settings file. Flag --cmc-zone is NOSEND_CMC_ZONE in
// the environment and cmc-zone in the file.
func (p *program) settle(cmd *cobra.Command) error {
	if cmd.HasSubCommands() {
		return nil // it only shows its help
	}
	file, err := p.settingsFile(cmd)
	if err != nil {
		return err
	}
	known := settings()
	values := map[string]setting{}
	for _, s := range file {
		if !known[s.name] {
			return hinted{fmt.Errorf("%s: there is no setting %q", s.where, s.name), "nosend serve --help lists the settings"}
		}
		values[s.name] = s
	}
	var faults []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if known[f.Name] && !f.Changed {
			faults = append(faults, p.setFlag(f, values[f.Name]))
		}
	})
	return errors.Join(faults...)
}

// settings names the flags that can be set elsewhere. What one call wants,
// such as --until, can't: a line in a file must not change what "add" means.
func settings() map[string]bool {
	var s serveSettings
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.define(flags)
	known := map[string]bool{"url": true, "token": true}
	flags.VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	return known
}

// setFlag prefers the environment to the file. An empty variable counts as not
// set.
func (p *program) setFlag(f *pflag.Flag, fromFile setting) error {
	s := setting{where: "NOSEND_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))}
	if s.value = p.getenv(s.where); s.value == "" {
		s = fromFile
	}
	if s.where == "" {
		return nil
	}
	if err := f.Value.Set(s.value); err != nil {
		return fmt.Errorf("%s: %s is %q, %w", s.where, f.Name, s.value, explainValue(f, err))
	}
	f.Changed = true
	return nil
}

func (p *program) settingsFile(cmd *cobra.Command) ([]setting, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	if path == "" {
		path = p.getenv("NOSEND_CONFIG")
	}
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	defer f.Close()
	return readSettings(path, f)
}
