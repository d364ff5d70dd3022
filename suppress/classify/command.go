package classify

import (
	"io/fs"
	"strings"
)

// commandNames returns the SMTP commands that a rule's command= can name.
// CONNECT is the greeting, DATA also its end.
func commandNames() []string {
	return []string{"CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"}
}

// command is an SMTP command and the clauses that tell it was answered.
type command struct {
	name    string
	clauses []int32
}

// readCommands reads the words by which mail servers say what was answered,
// as Postfix does with "(in reply to RCPT TO command)".
func readCommands(dir fs.FS, e *engine) ([]command, error) {
	file, err := dir.Open("commands.tsv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var commands []command
	err = readTSV("commands.tsv", file, []string{"command", "words"}, func(_ int, f []string) error {
		cmd := command{name: f[0]}
		for _, text := range strings.Split(f[1], ";") {
			clause, err := e.addClause(text)
			if err != nil {
				return err
			}
			cmd.clauses = append(cmd.clauses, clause)
		}
		commands = append(commands, cmd)
		return nil
	})
	return commands, err
}
