package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// fixture is the test fleet: a small repository, less the schema.
const fixture = "../../testdata/fleet"

// newRepo makes a repository of the test fleet and the real schema, and gives its folder.
func newRepo(t testing.TB, dir string) string {
	t.Helper()
	for from, to := range fixtureDirs() {
		if err := os.CopyFS(filepath.Join(dir, to), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fixtureDirs are the folders that make a test repository, and where in it they go.
func fixtureDirs() map[string]string {
	return map[string]string{fixture: ".", "../../schema": "generator/schema"}
}

func put(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// lay puts an archive's files over a repository, and does what its comment says
// that files of text cannot: lines of the form
//
//	symlink NAME TARGET    make a symbolic link
//	bytes NAME N           make a file of N spaces
//	latin1 NAME            turn a file's text into Latin-1
//	empty NAME             make an empty file
func lay(t testing.TB, dir string, archive *txtar.Archive) {
	t.Helper()
	for _, f := range archive.Files {
		if f.Name == "want" {
			continue
		}
		if err := put(filepath.Join(dir, f.Name), f.Data); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(archive.Comment)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		name := filepath.Join(dir, words[1])
		var err error
		switch words[0] {
		case "symlink":
			err = os.Symlink(words[2], name)
		case "bytes":
			err = put(name, []byte(strings.Repeat(" ", atoi(t, words[2]))))
		case "empty":
			err = put(name, nil)
		case "latin1":
			err = latin1(name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func latin1(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var out []byte
	for _, r := range string(data) {
		out = append(out, byte(r))
	}
	return os.WriteFile(name, out, 0o644)
}
