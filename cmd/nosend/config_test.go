package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// badSetting is what stands after "nosend serve", in the environment and in
// nosend.yaml, and what is said about it.
type badSetting struct{ flags, env, file, want string }

// badValues are settings that are known, but can't be.
func badValues() map[string]badSetting {
	return map[string]badSetting{
		"zone": {flags: "--cmc-zone Asia/Tokio",
			want: "error: setting cmc-zone: there is no time zone \"Asia/Tokio\"\nhint: names look like Asia/Tokyo or UTC"},
		"zone empty": {flags: "--cmc-zone=",
			want: "error: setting cmc-zone: there is no time zone \"\"\nhint: names look like Asia/Tokyo or UTC"},
		"zone in the environment": {env: "NOSEND_CMC_ZONE=../etc/passwd",
			want: "error: setting cmc-zone: there is no time zone \"../etc/passwd\"\nhint: names look like Asia/Tokyo or UTC"},
		"log level":      {flags: "--log-level loud", want: `error: setting log-level: it is "loud", allowed are debug, info, warn, error`},
		"log format":     {file: "log-format: xml", want: `error: setting log-format: it is "xml", allowed are auto, text, json`},
		"body none":      {flags: "--max-body 0", want: "error: setting max-body: it is 0, allowed are 1 to 1073741824"},
		"body vast":      {flags: "--max-body 4611686018427387904", want: "error: setting max-body: it is 4611686018427387904, allowed are 1 to 1073741824"},
		"database empty": {flags: "--db=", want: "error: setting db: it is empty\nhint: name a file, such as nosend.db"},
		"rules missing":  {flags: "--rules none.tsv", want: "error: setting rules: open none.tsv: no such file or directory"},
		"tokens broken": {flags: "--tokens letter.txt",
			want: "error: token file letter.txt: invalid character 'D' looking for beginning of value"},
		"listen without port": {flags: "--listen 127.0.0.1",
			want: "error: setting listen: \"127.0.0.1\" is not an address and a port\nhint: write it as 127.0.0.1:8025, or as 0.0.0.0:8025 for every network of this machine"},
		"listen on a bare port": {flags: "--listen 8025",
			want: "error: setting listen: \"8025\" is not an address and a port\nhint: write it as 127.0.0.1:8025, or as 0.0.0.0:8025 for every network of this machine"},
		"listen on no port": {flags: "--listen 127.0.0.1:99999",
			want: "error: setting listen: \"127.0.0.1:99999\" is not an address and a port\nhint: write it as 127.0.0.1:8025, or as 0.0.0.0:8025 for every network of this machine"},
		"listen for others": {flags: "--listen [::]:8025",
			want: "error: setting listen: [::]:8025 can be reached by others, but no token is configured in nosend.tokens\nhint: make one with: nosend token create --name mailer --role read; or listen on 127.0.0.1"},
		"certificate alone": {env: "NOSEND_TLS_CERT=letter.txt", want: "error: setting tls-key is missing: tls-cert is set, and they go together"},
		"key alone":         {file: "tls-key: letter.txt", want: "error: setting tls-cert is missing: tls-key is set, and they go together"},
		"certificate missing": {flags: "--tls-cert none.pem --tls-key none.pem",
			want: "error: settings tls-cert and tls-key: open none.pem: no such file or directory"},
		"certificate none": {flags: "--tls-cert letter.txt --tls-key letter.txt",
			want: "error: settings tls-cert and tls-key: tls: failed to find any PEM data in certificate input"},
	}
}

// badSources are values that can't be read, and settings files that can't.
func badSources() map[string]badSetting {
	return map[string]badSetting{
		"number in the environment": {env: "NOSEND_MAX_BODY=ten", want: `error: NOSEND_MAX_BODY: max-body is "ten", it must be a whole number`},
		"number in the file":        {file: "# size\nmax-body: 10 MiB", want: `error: nosend.yaml:2: max-body is "10 MiB", it must be a whole number`},
		"number too large":          {file: "max-body: 99999999999999999999", want: `error: nosend.yaml:1: max-body is "99999999999999999999", which is too large`},
		"unknown in the file": {file: "db: a.db\n\ncmc-zoen: UTC\nlisten: x",
			want: "error: nosend.yaml:3: there is no setting \"cmc-zoen\"\nhint: nosend serve --help lists the settings"},
		"file in the file": {file: "config: other.yaml",
			want: "error: nosend.yaml:1: there is no setting \"config\"\nhint: nosend serve --help lists the settings"},
		"twice in the file":   {file: "db: a.db\ndb: b.db", want: "error: nosend.yaml:2: db is set a second time; line 1 sets it first"},
		"list in the file":    {file: "db: [a.db]", want: "error: nosend.yaml:1: db must be a plain value"},
		"alias in the file":   {file: "db: &x a.db\nrules: *x", want: "error: nosend.yaml:2: rules must be a plain value"},
		"nothing in the file": {file: "db:", want: "error: nosend.yaml:1: db has no value"},
		"text in the file": {file: "nosend.db",
			want: "error: nosend.yaml:1: it is not a list of settings\nhint: write one on each line, such as: db: nosend.db"},
		"two documents":                    {file: "db: a.db\n---\ndb: b.db", want: "error: nosend.yaml: it has a second document, after a line of ---; only one is read"},
		"not YAML":                         {file: "db: a.db\n  listen: b", want: "error: nosend.yaml:2: mapping values are not allowed in this context"},
		"file missing":                     {flags: "--config none.yaml", want: "error: settings file: open none.yaml: no such file or directory"},
		"file missing, in the environment": {env: "NOSEND_CONFIG=none.yaml", want: "error: settings file: open none.yaml: no such file or directory"},
		"several":                          {env: "NOSEND_MAX_BODY=ten", file: "max-body: 1\nlog-level: [1]", want: "error: nosend.yaml:2: log-level must be a plain value"},
	}
}

// TestBadSettings: a server with a broken setting doesn't start, and makes no
// file. It names the setting, what was found, and what is allowed.
func TestBadSettings(t *testing.T) {
	tests := badValues()
	maps.Copy(tests, badSources())
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("letter.txt", []byte("Dear reader"), 0o600))
			args := append([]string{"serve", "--listen", "127.0.0.1:0"}, strings.Fields(test.flags)...)
			if test.file != "" {
				require.NoError(t, os.WriteFile("nosend.yaml", []byte(test.file), 0o600))
				args = append(args, "--config", "nosend.yaml")
			}
			code, stderr := runBriefly(t, args, test.env)
			want := "nosend: " + strings.ReplaceAll(test.want, "\n", "\nnosend: ") + "\n"
			assert.Equal(t, want, stderr)
			assert.Equal(t, exitError, code)
			made, err := filepath.Glob("*.db")
			require.NoError(t, err)
			assert.Empty(t, made)
		})
	}
}

// runBriefly runs the program in this process. A server that starts although
// it shouldn't ends at once, and well.
func runBriefly(t *testing.T, args []string, env string) (code int, stderr string) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errOut bytes.Buffer
	name, value, _ := strings.Cut(env, "=")
	getenv := func(asked string) string {
		if asked == name {
			return value
		}
		return ""
	}
	code = run(ctx, args, getenv, strings.NewReader(""), &out, &errOut)
	assert.Empty(t, out.String(), "standard output is for data")
	return code, errOut.String()
}
