package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
	case len(t.SHA256) != 2*sha256.Size:
		return fmt.Errorf("token %q: sha256 must be %d hex digits", t.Name, 2*sha256.Size)
	}
	return nil
}

// Tokens are the tokens of one file. Its methods may be called concurrently.
type Tokens struct {
	path string

	mu     sync.RWMutex
	tokens []Token
	exists bool // access control is on: the file is or was there
	stamp  string
}

// OpenTokens reads the token file. A missing file is no error: nobody needs a
// token then. Once there was one, its end doesn't open the server again.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	return t, t.Reload()
}

// Reload reads the file again if it changed. After an error the tokens are as
// they were.
func (t *Tokens) Reload() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		if t.exists {
			return fmt.Errorf("token file %s is gone; the tokens read before stay in force", t.path)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	stamp := fmt.Sprint(info.ModTime().UnixNano(), info.Size())
	if t.exists && stamp == t.stamp {
		return nil
	}
	tokens, err := readTokens(t.path)
	if err != nil {
		return err
	}
	t.tokens, t.exists, t.stamp = tokens, true, stamp
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

// Create adds a token to the file and returns its secret, which isn't kept.
// SHA256 and Created are set here.
func (t *Tokens) Create(token Token, now time.Time) (secret string, err error) {
	random := make([]byte, 32)
	rand.Read(random)
	secret = "nosend_" + base64.RawURLEncoding.EncodeToString(random)
	token.SHA256, token.Created = hashSecret(secret), now.UTC().Truncate(time.Second)
	if err := token.validate(); err != nil {
		return "", err
	}
	for _, have := range t.List() {
		if have.Name == token.Name {
			return "", fmt.Errorf("there is a token %q already; revoke it first, or choose another name", token.Name)
		}
	}
	return secret, t.store(append(t.List(), token))
}

// Revoke takes a token out of the file.
func (t *Tokens) Revoke(name string) error {
	left := slices.DeleteFunc(t.List(), func(have Token) bool { return have.Name == name })
	if len(left) == len(t.List()) {
		return fmt.Errorf("there is no token %q in %s", name, t.path)
	}
	return t.store(left)
}

// tokenFile is the file's content.
type tokenFile struct {
	Tokens []Token `json:"tokens"`
}

func readTokens(path string) ([]Token, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	var file tokenFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("token file %s: %w", path, err)
	}
	for _, token := range file.Tokens {
		if err := token.validate(); err != nil {
			return nil, fmt.Errorf("token file %s: %w", path, err)
		}
	}
	return file.Tokens, nil
}

// store replaces the file in one step, readable for its owner only.
func (t *Tokens) store(tokens []Token) error {
	data, err := json.MarshalIndent(tokenFile{Tokens: tokens}, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(t.path), ".nosend-tokens-")
	if err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	defer os.Remove(temp.Name()) // gone already if the rename worked
	_, err = temp.Write(append(data, '\n'))
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	if err := os.Rename(temp.Name(), t.path); err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	return t.Reload()
}
