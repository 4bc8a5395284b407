// Package cache keeps what clusters were resolved to, outside the repository, so
// that unchanged clusters need not be evaluated again. Nothing depends on it:
// without it, or with what it cannot read, everything is evaluated.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Variable is the environment variable that names the cache's folder; the
// value "off" switches it off.
const Variable = "HEDDLE_CACHE"

// Key is a fingerprint of all that a result depends on.
type Key [sha256.Size]byte

// Cache is a folder with one file for each cluster. The zero Cache keeps nothing.
type Cache struct {
	dir     string
	program Key
}

// Open gives the cache of one repository, told by its absolute path. What this
// program did not write itself, byte for byte the same program, it does not read.
func Open(repository string) Cache {
	dir := os.Getenv(Variable)
	if dir == "off" {
		return Cache{}
	}
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return Cache{}
		}
		dir = filepath.Join(user, "heddle")
	}
	program, err := programKey()
	if err != nil {
		return Cache{}
	}
	id := sha256.Sum256([]byte(repository))
	dir = filepath.Join(dir, hex.EncodeToString(id[:8]))
	if os.MkdirAll(dir, 0o700) != nil {
		return Cache{}
	}
	return Cache{dir: dir, program: program}
}

// programKey is the fingerprint of the running program.
func programKey() (Key, error) {
	name, err := os.Executable()
	if err != nil {
		return Key{}, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return Key{}, err
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s %d %d", name, info.Size(), info.ModTime().UnixNano())), nil
}

func (c Cache) file(name string) string {
	id := sha256.Sum256([]byte(name))
	return filepath.Join(c.dir, hex.EncodeToString(id[:8]))
}

// Get gives what was kept under a name, if it was kept under the same key.
func (c Cache) Get(name string, key Key) ([]byte, bool) {
	if c.dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(c.file(name))
	prefix := append(c.program[:], key[:]...)
	if err != nil || !bytes.HasPrefix(data, prefix) {
		return nil, false
	}
	return data[len(prefix):], true
}

// Put keeps a result under a name, in place of what was there. That it cannot is no error.
func (c Cache) Put(name string, key Key, result []byte) {
	if c.dir == "" {
		return
	}
	f, err := os.CreateTemp(c.dir, "new-")
	if err != nil {
		return
	}
	_, err = f.Write(bytes.Join([][]byte{c.program[:], key[:], result}, nil))
	if closeErr := f.Close(); err != nil || closeErr != nil || os.Rename(f.Name(), c.file(name)) != nil {
		_ = os.Remove(f.Name()) // a leftover does no harm
	}
}
