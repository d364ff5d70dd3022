package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api/client"
)

// filterFlags adds the flags that narrow a list of entries, and returns what
// reads them.
func filterFlags(cmd *cobra.Command) func() (client.Filter, error) {
	var f client.Filter
	var since, until string
	flags := cmd.Flags()
	flags.StringSliceVar(&f.State, "state", nil, "watching, suppressed, provisional, released, allowed; or all (default suppressed,provisional)")
	flags.StringSliceVar(&f.Class, "class", nil, "hard, soft, unknown, none")
	flags.StringSliceVar(&f.Category, "category", nil, "mailbox_full, user_unknown, ...")
	flags.StringSliceVar(&f.Origin, "origin", nil, "manual, bounce, complaint, unsubscribe, upstream")
	flags.StringArrayVar(&f.Source, "source", nil, "who reported it: a provider, or the person who decided")
	flags.StringVar(&f.Domain, "domain", "", "the address's whole domain")
	flags.StringVar(&f.Reason, "reason", "", "part of the receiving server's words")
	flags.StringVarP(&f.Query, "query", "q", "", "part of the address")
	flags.StringVar(&since, "since", "", "the deciding event happened then or later: 2026-03-02, 2026-03-02T09:00:00Z, 36h or 7d ago")
	flags.StringVar(&until, "until", "", "the deciding event happened before then")
	names := []string{"state", "class", "category", "origin", "source", "domain", "reason", "query", "since", "until"}
	return func() (_ client.Filter, err error) {
		for _, name := range names {
			if flag := flags.Lookup(name); flag.Changed && strings.Trim(flag.Value.String(), "[]\"") == "" {
				return f, usage(cmd, fmt.Errorf("--%s is empty; leave it out, or give it a value", name))
			}
		}
		if f.Since, err = moment("since", since, time.Now()); err != nil {
			return f, err
		}
		f.Until, err = moment("until", until, time.Now())
		return f, err
	}
}

// moment reads a flag that names a time: one of RFC 3339, a day (UTC), or how
// long ago it was.
func moment(flag, v string, now time.Time) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, v); err == nil {
			return t, nil
		}
	}
	if ago, ok := length(v); ok {
		return now.Add(-ago), nil
	}
	return time.Time{}, hinted{fmt.Errorf("--%s is %q, which is not a time", flag, v),
		"write a day as 2026-03-02, a time as 2026-03-02T09:00:00Z, or how long ago it was as 36h or 7d"}
}

// length reads a length of time; beside those of Go it knows days.
func length(v string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(v, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err == nil && n >= 0 && n < 100_000
	}
	d, err := time.ParseDuration(v)
	return d, err == nil && d >= 0
}
