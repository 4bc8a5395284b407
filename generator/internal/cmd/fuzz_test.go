package cmd_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var clusterName = regexp.MustCompile(`name: +"[^"]*"`)

// FuzzValidate feeds heddle anything at all as a cluster's file. It may refuse
// it, but never with exit code 2, which is a fault of ours; and what it does
// not refuse it can generate. Beside the bytes that the fuzzer changes there is
// a seed for changes that leave most of the file CUE: 0 makes none.
func FuzzValidate(f *testing.F) {
	fuzzing := flag.Lookup("test.fuzz").Value.String() != ""
	for i, file := range glob(f, invalid) {
		if !fuzzing && i%5 > 0 {
			continue // TestInvalid has them all
		}
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range archive.Files {
			if path.Base(part.Name) == "cluster.cue" {
				f.Add(clusterName.ReplaceAll(part.Data, []byte(`name: "fuzz"`)), uint64(0))
			}
		}
	}
	good, err := os.ReadFile(filepath.Join(fixture, "clusters/good/cluster.cue"))
	if err != nil {
		f.Fatal(err)
	}
	good = clusterName.ReplaceAll(good, []byte(`name: "fuzz"`))
	for seed := range uint64(20) {
		f.Add(good, seed)
	}
	dir := newRepo(f, f.TempDir())
	if err := os.RemoveAll(filepath.Join(dir, "clusters/good")); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		data = mutated(data, seed)
		if err := put(filepath.Join(dir, "clusters/fuzz/cluster.cue"), data); err != nil {
			t.Fatal(err)
		}
		code, text := runIn(t, dir, "validate")
		if code > 1 || code == 1 && !strings.Contains(text, ".cue") {
			t.Fatalf("validate: exit code %d:\n%s\n%s", code, text, data)
		}
		if code == 0 {
			if code, text := runIn(t, dir, "generate", "--check"); code > 1 {
				t.Fatalf("generate: exit code %d:\n%s\n%s", code, text, data)
			}
		}
	})
}

// words are what a file is made of: strings, names, numbers, signs.
var words = regexp.MustCompile(`"[^"\n]*"|[#_A-Za-z][#\w]*|[0-9]+|[^\s\w]`)

// spares are words that may come instead of others.
var spares = []string{
	"_", "_|_", "null", "true", "false", "3", "-1", "1e400", `"x"`, `""`, `"../x"`, "{}", "[]", "[...]", "{...}", "string", "int", "*1 | int", `"a" | "b"`,
	"cluster", "components", "workspaces", "backend", "issuer", "crew", "name", "config", "requires", "nodePools", "default", "replicas", "#choose", "ingress",
	"standard.#Model", "bare.#Backend", "crew.#Workspace", "issuer.#Component", "&", "|", ":", "?:", "!:", ",", "{", "}", "(name)", `"\(name)"`, "if true {}", "let x = 1", "for x in [1] {}",
}

// mutated changes a few words of a file.
func mutated(data []byte, seed uint64) []byte {
	if seed == 0 {
		return data
	}
	r := rand.New(rand.NewPCG(seed, 0))
	for range 1 + r.IntN(3) {
		all := words.FindAllIndex(data, -1)
		if len(all) == 0 {
			return data
		}
		at, from := all[r.IntN(len(all))], all[r.IntN(len(all))]
		with := string(data[from[0]:from[1]])
		switch r.IntN(4) {
		case 0:
			with = ""
		case 1, 2:
			with = spares[r.IntN(len(spares))]
		}
		data = slices.Concat(data[:at[0]], []byte(with), data[at[1]:])
	}
	return data
}
