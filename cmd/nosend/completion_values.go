package main

import (
	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/suppress"
	"github.com/nosend/nosend/suppress/classify"
)

// fileFlags are the flags that name a file.
func fileFlags() []string {
	return []string{"config", "db", "file", "output", "rules", "tls-cert", "tls-key", "tokens"}
}

// flagValues returns what a flag can be set to, nil if that has no end. A name
// means the same in all commands, but for those with the command's in front.
func flagValues(cmd *cobra.Command, flag string) func() []string {
	table := map[string]func() []string{
		"category": categoryNames,
		"class": func() []string {
			return names(suppress.Classes())
		},
		"export format": formatNames,
		"log-format":    fixed("auto", "text", "json"),
		"log-level":     fixed("debug", "info", "warn", "error"),
		"mail":          fixed(string(suppress.MailTransactional)),
		"only":          fixed(api.OnlySendable, api.OnlySuppressed),
		"origin":        func() []string { return names(suppress.Origins()) },
		"role":          func() []string { return names(api.Roles()) },
		"source":        providers,
		"state":         func() []string { return append(names(suppress.Standings()), "all") },
	}
	if values := table[cmd.Name()+" "+flag]; values != nil {
		return values
	}
	return table[flag]
}

func fixed(values ...string) func() []string { return func() []string { return values } }

func names[T ~string](words []T) (out []string) {
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

// categoryNames says of each category what it means.
func categoryNames() (out []string) {
	for _, c := range classify.Categories() {
		out = append(out, string(c)+"\t"+meaning(c))
	}
	return out
}
