package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/nosend/nosend"

// importRules says for each package which of our own it may import, so that
// imports point one way.
func importRules() map[string][]string {
	return map[string][]string{
		"cmd/nosend":         {"api", "api/client", "api/webhook", "metrics", "suppress", "suppress/classify", "suppress/boltstore"},
		"api":                {"api/webhook", "suppress", "suppress/classify"},
		"api/client":         {"api", "suppress"},
		"api/webhook":        {"suppress", "suppress/classify"},
		"metrics":            {"suppress"},
		"suppress":           {"suppress/classify"},
		"suppress/boltstore": {"suppress"},
		"suppress/classify":  {},
		"suppress/storetest": {"suppress", "suppress/classify"},
	}
}

// libraryRules says for each library, or part of the standard library that
// must not be everywhere, which packages may import it. A library that isn't
// here has no business in the program.
func libraryRules() map[string][]string {
	everywhere := []string{"*"}
	return map[string][]string{
		"go.etcd.io/bbolt":                    {"suppress/boltstore"},
		"github.com/prometheus/client_golang": {"metrics"},
		"github.com/cenkalti/backoff/v5":      {"api/client"},
		"github.com/gorilla/mux":              {"api", "api/*"},
		"github.com/spf13/cobra":              {"cmd/nosend"},
		"github.com/spf13/pflag":              {"cmd/nosend"},
		"go.yaml.in/yaml/v3":                  {"cmd/nosend"},
		"golang.org/x/term":                   {"cmd/nosend"},
		"golang.org/x/net/idna":               everywhere,
		"golang.org/x/sync":                   everywhere,
		"golang.org/x/text":                   everywhere,
		"github.com/rogpeppe/go-internal":     {"api"}, // lockedfile: the token file is changed by several processes
		"github.com/stretchr/testify":         {"suppress/storetest"},
		"testing":                             {"suppress/storetest"},
		"net/http":                            {"cmd/nosend", "api", "api/*", "metrics"},
		"log":                                 {},
		"log/slog":                            {"cmd/nosend", "api", "api/*"},
	}
}

// listed is a package as go list describes it; Imports are those of its
// non-test files.
type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func listPackages(t *testing.T) (out []listed) {
	data, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", module+"/...").Output()
	require.NoError(t, err)
	for in := json.NewDecoder(strings.NewReader(string(data))); ; {
		var p listed
		err := in.Decode(&p)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if len(p.GoFiles) > 0 && !strings.Contains(p.ImportPath, "/.") {
			p.ImportPath = strings.TrimPrefix(p.ImportPath, module+"/")
			out = append(out, p)
		}
	}
	require.NotEmpty(t, out)
	return out
}

// TestImports: each import of each package is one that its rule names.
func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, ruled := importRules()[p.ImportPath]
		assert.True(t, ruled, "package %s has no rule", p.ImportPath)
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, module+"/"); ok {
				assert.Contains(t, allowed, own, "%s must not import %s", p.ImportPath, own)
			} else {
				assert.True(t, mayImport(p.ImportPath, i), "%s must not import %s", p.ImportPath, i)
			}
		}
	}
}

// mayImport looks for the rule of a library, or of what the library is part
// of.
func mayImport(importer, library string) bool {
	for name := library; name != "."; name = path.Dir(name) {
		if allowed, ruled := libraryRules()[name]; ruled {
			return slices.ContainsFunc(allowed, func(pattern string) bool {
				match, err := path.Match(pattern, importer)
				return pattern == "*" || err == nil && match
			})
		}
	}
	return !strings.Contains(strings.SplitN(library, "/", 2)[0], ".") // the standard library
}

// TestImportRules: the rules themselves say no where they should.
func TestImportRules(t *testing.T) {
	for _, test := range []struct {
		importer, library string
		want              bool
	}{
		{"suppress/boltstore", "go.etcd.io/bbolt/errors", true},
		{"suppress", "go.etcd.io/bbolt", false},
		{"api/webhook", "net/http", true},
		{"suppress", "net/http", false},
		{"suppress/classify", "net/http/httputil", false},
		{"suppress", "net/url", true},
		{"suppress", "log/slog", false},
		{"api", "github.com/prometheus/client_golang/prometheus", false},
		{"api", "example.com/unheard/of", false},
	} {
		assert.Equal(t, test.want, mayImport(test.importer, test.library), "%s imports %s", test.importer, test.library)
	}
}

// TestNoCallsOfItsOwn: commands reach the server through api/client alone, so
// that what it knows of retries and of strangers' answers holds for all.
func TestNoCallsOfItsOwn(t *testing.T) {
	call := regexp.MustCompile(`\bhttp\.(Get|Head|Post|PostForm|NewRequest|NewRequestWithContext|Client|DefaultClient|Transport|DefaultTransport)\b`)
	for _, p := range listPackages(t) {
		if p.ImportPath != "cmd/nosend" {
			continue
		}
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.Empty(t, call.Find(text), name)
		}
	}
}
