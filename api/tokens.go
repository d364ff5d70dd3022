package api

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Role is what a token may do.
type Role string

// The roles.
const (
	RoleRead    Role = "read"    // look up, export, classify
	RoleWrite   Role = "write"   // also suppress, allow and release
	RoleWebhook Role = "webhook" // post the webhooks of one source
	RoleAdmin   Role = "admin"   // everything
)

// Roles lists every role.
func Roles() []Role { return []Role{RoleRead, RoleWrite, RoleWebhook, RoleAdmin} }

// may reports whether a token with role r may do what needs a role.
func (r Role) may(need Role) bool {
	return r == need || r == RoleAdmin || r == RoleWrite && need == RoleRead
}

// Token is one row of the token file. The secret itself isn't kept.
type Token struct {
	Name    string    `json:"name"`             // for the audit trail
	Role    Role      `json:"role"`             //
	Source  string    `json:"source,omitempty"` // whose webhooks; only for the role webhook
	SHA256  string    `json:"sha256"`           // of the secret, in hex; secrets are random, so one round is enough
	Created time.Time `json:"created"`
}

func (t Token) validate() error {
	switch {
	case t.Name == "":
		return errors.New("a token needs a name")
	case !slices.Contains(Roles(), t.Role):
		return fmt.Errorf("token %q: role is %q, allowed are read, write, webhook, admin", t.Name, t.Role)
	case t.Role == RoleWebhook && t.Source == "":
		return fmt.Errorf("token %q: role webhook needs the source that it is for", t.Name)
	case t.Role != RoleWebhook && t.Source != "":
		return fmt.Errorf("token %q: only the role webhook has a source", t.Name)
	case len(t.SHA256) != 2*sha256.Size || !isHex(t.SHA256):
		return fmt.Errorf("token %q: sha256 must be %d hex digits in lower case", t.Name, 2*sha256.Size)
	}
	return nil
}

// isHex reports whether s is what hashSecret writes.
func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// Tokens are the tokens of one file. Its methods may be called concurrently.
type Tokens struct {
	path string

	mu     sync.RWMutex
	tokens []Token
	exists bool   // the file is or was there, so that requests need a token
	data   []byte // the file as it was read
}

// OpenTokens reads the token file. A missing file is no error: nobody needs a
// token then. Once there was one, its end doesn't open the server again.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	return t, t.Reload()
}

// Reload reads the file again. After an error the tokens are as they were: none,
// if a file that can't be read is the first one.
func (t *Tokens) Reload() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	data, err := os.ReadFile(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		if t.exists {
			return fmt.Errorf("token file %s is gone; the tokens read before stay in force", t.path)
		}
		return nil
	}
	t.exists = true // whatever is in it, somebody wants tokens to be asked for
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	// Neither time, size nor number of the file tells every change.
	if t.data != nil && bytes.Equal(data, t.data) {
		return nil
	}
	tokens, err := parseTokens(data)
	if err != nil {
		return fmt.Errorf("token file %s: %w", t.path, err)
	}
	t.tokens, t.data = tokens, data
	return nil
}

// Required reports whether requests need a token.
func (t *Tokens) Required() bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.exists
}

// List returns the tokens, in the order in which they were made.
func (t *Tokens) List() []Token {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.tokens)
}

// find returns the token with a secret. The comparison takes the same time
// wherever it fails. A secret that isn't known may be a new one, so the file is
// looked at again.
func (t *Tokens) find(secret string) (Token, bool) {
	if found, ok := t.match(secret); ok {
		return found, true
	}
	if t.Reload() != nil {
		return Token{}, false
	}
	return t.match(secret)
}

func (t *Tokens) match(secret string) (found Token, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	hash := hashSecret(secret)
	for _, token := range t.tokens {
		if subtle.ConstantTimeCompare([]byte(token.SHA256), []byte(hash)) == 1 {
			found, ok = token, true
		}
	}
	return found, ok
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
