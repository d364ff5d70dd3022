package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// settle gives every flag that isn't on the command line its value from the
// environment or from the settings file. Flag --cmc-zone is NOSEND_CMC_ZONE in
// the environment and cmc-zone in the file.
func (p *program) settle(cmd *cobra.Command) error {
	file, err := p.settingsFile(cmd)
	if err != nil {
		return err
	}
	var faults []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Changed {
			faults = append(faults, p.setFlag(f, file))
		}
	})
	return errors.Join(append(faults, unknownSettings(cmd, file))...)
}

func (p *program) setFlag(f *pflag.Flag, file map[string]setting) error {
	env := "NOSEND_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
	value, from := p.getenv(env), env
	if value == "" {
		s, ok := file[f.Name]
		if !ok {
			return nil
		}
		value, from = s.value, s.where
	}
	if err := f.Value.Set(value); err != nil {
		return fmt.Errorf("setting %s: %s is %q: %w", from, f.Name, value, err)
	}
	f.Changed = true
	return nil
}

// setting is one line of the settings file.
type setting struct{ value, where string }

func (p *program) settingsFile(cmd *cobra.Command) (map[string]setting, error) {
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

// readSettings reads a YAML mapping of names to plain values.
func readSettings(path string, in io.Reader) (map[string]setting, error) {
	var doc map[string]yaml.Node
	if err := yaml.NewDecoder(in).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("settings file %s: %w", path, err)
	}
	out := map[string]setting{}
	for name, node := range doc {
		where := fmt.Sprintf("%s:%d", path, node.Line)
		if node.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%s: %s must be a plain value", where, name)
		}
		out[name] = setting{value: node.Value, where: where}
	}
	return out, nil
}

// unknownSettings refuses what no command knows: a misspelt setting must not
// be passed over. One file may serve several commands.
func unknownSettings(cmd *cobra.Command, file map[string]setting) error {
	known := map[string]bool{}
	for _, c := range append(cmd.Root().Commands(), cmd) {
		c.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	}
	for name, s := range file {
		if !known[name] {
			return hinted{fmt.Errorf("%s: there is no setting %q", s.where, name), "nosend serve --help lists the settings"}
		}
	}
	return nil
}
