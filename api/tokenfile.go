package api

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

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
	unlock, err := t.lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	for _, have := range t.List() {
		if have.Name == token.Name {
			return "", fmt.Errorf("there is a token %q already; revoke it first, or choose another name", token.Name)
		}
	}
	if err := t.store(append(t.List(), token)); err != nil {
		return "", err
	}
	return secret, nil
}

// Revoke takes a token out of the file.
func (t *Tokens) Revoke(name string) error {
	unlock, err := t.lock()
	if err != nil {
		return err
	}
	defer unlock()
	left := slices.DeleteFunc(t.List(), func(have Token) bool { return have.Name == name })
	if len(left) == len(t.List()) {
		return fmt.Errorf("there is no token %q in %s", name, t.path)
	}
	return t.store(left)
}

// lock keeps others, in this process and in others, from changing the file, and
// reads it as it is now. The lock is a file of its own, because the token file
// is replaced.
func (t *Tokens) lock() (unlock func(), err error) {
	path := t.path + ".lock"
	unlock, err = lockedfile.MutexAt(path).Lock()
	if err != nil {
		return nil, fmt.Errorf("lock token file: %w", err)
	}
	if err := errors.Join(giveTo(ownerOf(t.path), path), t.Reload()); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// tokenFile is the file's content.
type tokenFile struct {
	Tokens []Token `json:"tokens"`
}

func parseTokens(data []byte) ([]Token, error) {
	var file tokenFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	for _, token := range file.Tokens {
		if err := token.validate(); err != nil {
			return nil, err
		}
	}
	return file.Tokens, nil
}

// store replaces the file in one step, readable for its owner only: who owned it
// before, so that root can change the tokens of a server that isn't root's.
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
	if err := errors.Join(err, giveTo(ownerOf(t.path), temp.Name()), temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	if err := os.Rename(temp.Name(), t.path); err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	return t.Reload()
}
