package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/nosend/nosend/api"
)

func (p *program) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how the server is, at a glance",
		Long: `Show what the server knows of itself: how many addresses it keeps and why, when
each provider's webhook last came, and what could not be understood. Numbers of
entries miss what has expired within the last minute.`,
		Example: `  nosend status
  nosend status --json | jq .suppressed`,
		Args: atMost(0),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, as GET /status answers")
	connect := remote(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := connect()
		if err != nil {
			return err
		}
		s, err := c.Status(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return p.writeJSON(s)
		}
		return writeStatus(p.out, c.Where(), &s, p.paint(p.out))
	}
	return cmd
}

func writeStatus(out io.Writer, url string, s *api.Status, colour paint) error {
	g := newGrid(out)
	rows := [][]cell{
		named("server", fmt.Sprintf("nosend %s at %s, running for %s", escaped(s.Version, ""), url, span(s.Now.Sub(s.Started)))),
		named("access", accessWords(s.TokenNeeded)),
		named("database", bytesOf(s.StoreBytes)),
		named("rules", thousands(int64(s.Rules))),
	}
	for _, h := range s.Sources {
		rows = append(rows, named("webhook", escaped(h.Source, "")+": "+heardWords(h.Last, s.Now)))
	}
	rows = append(rows, named("dead letters", letterWords(&s.Letters)), named("suppressed", thousands(s.Suppressed)))
	if err := g.write(rows); err != nil || len(s.Entries) == 0 {
		return err
	}
	return writeTallies(out, s.Entries, colour)
}

func named(name, text string) []cell { return []cell{{text: name}, {text: text}} }

// writeTallies lists how many entries stand where, the most first.
func writeTallies(out io.Writer, tallies []api.Tally, colour paint) error {
	if _, err := io.WriteString(out, "\n"); err != nil {
		return err
	}
	rows := [][]cell{{{"STATE", colour.bold}, {"CLASS", colour.bold}, {"CATEGORY", colour.bold}, {"ADDRESSES", colour.bold}}}
	for _, t := range tallies {
		rows = append(rows, []cell{
			{string(t.State), standingColour(t.State, colour)}, {text: string(t.Class)}, {text: string(t.Category)}, {text: thousands(t.Count)},
		})
	}
	return newGrid(out).write(rows)
}

func accessWords(tokenNeeded bool) string {
	if tokenNeeded {
		return "tokens are needed"
	}
	return "no token is needed, so only this machine is served"
}

func heardWords(last *time.Time, now time.Time) string {
	if last == nil {
		return "nothing since the server started"
	}
	return fmt.Sprintf("last %s ago, at %s", span(now.Sub(*last)), last.UTC().Format(time.RFC3339))
}

func letterWords(l *api.LetterCount) string {
	words := "none"
	if l.Count > 0 {
		words = fmt.Sprintf("%s, %s; see: nosend dead-letters list", thousands(l.Count), bytesOf(l.Bytes))
	}
	if l.Dropped > 0 {
		words += fmt.Sprintf("; %s were dropped to make room", thousands(l.Dropped))
	}
	return words
}

// span is a length of time in its greatest unit.
func span(d time.Duration) string {
	for _, unit := range []struct {
		name string
		of   time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int(d / unit.of); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a minute"
}

func bytesOf(n int64) string {
	for _, unit := range []string{"bytes", "KiB", "MiB"} {
		if n < 10*1024 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%d GiB", n)
}

// thousands writes a number in groups of three digits.
func thousands(n int64) string { return message.NewPrinter(language.English).Sprint(n) }
