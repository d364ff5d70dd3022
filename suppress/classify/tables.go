package classify

import (
	"fmt"
	"io/fs"
	"strconv"
)

// codeRow is what one code means when nothing better is known.
type codeRow struct {
	category  Category
	class     Class
	permanent bool
	rule      string // id for verdicts, e.g. "status:5.1.1"
	matched   string // the code as given, e.g. "5.1.1"
	says      string // for Verdict.Overruled, e.g. "status:5.1.1 says user_unknown"
}

func newRow(kind, code, category string) (codeRow, error) {
	c, class, err := parseCategory(category)
	if err != nil {
		return codeRow{}, err
	}
	id := kind + ":" + code
	return codeRow{category: c, class: class, rule: id, matched: code, says: id + " says " + string(c)}, nil
}

// providerCode is the key of a provider's own code.
type providerCode struct{ source, code string }

// tables hold the meaning of codes: enhanced status, provider's own, reply.
type tables struct {
	status    map[string]codeRow
	providers map[providerCode]codeRow
	reply     map[int]codeRow
}

// readTables reads the three code tables from the folder of the built-in rules.
func readTables(dir fs.FS) (tables, error) {
	t := tables{status: map[string]codeRow{}, providers: map[providerCode]codeRow{}, reply: map[int]codeRow{}}
	for _, table := range []struct {
		name   string
		header []string
		row    func(f []string) error
	}{
		{"status.tsv", []string{"status", "category", "note"}, t.addStatus},
		{"providers.tsv", []string{"source", "code", "category", "permanent", "note"}, t.addProvider},
		{"replycodes.tsv", []string{"code", "category", "note"}, t.addReply},
	} {
		file, err := dir.Open(table.name)
		if err != nil {
			return tables{}, err
		}
		err = readTSV(table.name, file, table.header, func(_ int, f []string) error { return table.row(f) })
		file.Close()
		if err != nil {
			return tables{}, err
		}
	}
	return t, nil
}

func (t *tables) addStatus(f []string) error {
	row, err := newRow("status", f[0], f[1])
	if err != nil {
		return err
	}
	if _, twice := t.status[f[0]]; twice || !isStatus(f[0]) {
		return fmt.Errorf("status %q is repeated or none", f[0])
	}
	t.status[f[0]] = row
	return nil
}

func (t *tables) addProvider(f []string) error {
	row, err := newRow(f[0], f[1], f[2])
	if err != nil {
		return err
	}
	key := providerCode{f[0], f[1]}
	if _, twice := t.providers[key]; twice {
		return fmt.Errorf("code %q of %s is repeated", f[1], f[0])
	}
	if f[3] != "yes" && f[3] != "no" {
		return fmt.Errorf("permanent %q; allowed are yes and no", f[3])
	}
	row.permanent = f[3] == "yes"
	t.providers[key] = row
	return nil
}

func (t *tables) addReply(f []string) error {
	row, err := newRow("reply", f[0], f[1])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || !isReply(n) {
		return fmt.Errorf("reply code %q; allowed are 400 to 579", f[0])
	}
	t.reply[n] = row
	return nil
}

// forStatus looks up the codes' status. A temporary reply code softens a
// permanent status code (450 5.1.1), as a mail server takes it.
func (t *tables) forStatus(k codes) (codeRow, bool) {
	if k.status == "" {
		return codeRow{}, false
	}
	if k.status[0] == '5' && k.temporary() {
		var buf [12]byte
		soft := append(append(buf[:0], '4'), k.status[1:]...)
		row, ok := t.status[string(soft)]
		return row, ok
	}
	row, ok := t.status[k.status]
	return row, ok
}
