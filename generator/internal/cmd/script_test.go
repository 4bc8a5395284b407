package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/testscript"

	"heddle.dev/platform/generator/internal/cache"
	"heddle.dev/platform/generator/internal/cmd"
)

func TestMain(m *testing.M) {
	// Tests that run in this process keep nothing in the user's own cache; scripts have a home of their own.
	if os.Getenv(cache.Variable) == "" {
		if err := os.Setenv(cache.Variable, "off"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){
		"heddle": func() {
			os.Exit(cmd.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScript runs the command line as people do. Beside heddle and the commands
// of testscript, the scripts have
//
//	fleet                     the test fleet and the schema, under the script's own files
//	repository                the CUE of this repository itself, likewise
//	tree DIR                  print every file of a folder
//	save NAME                 remember what is under clusters
//	changes NAME              print how clusters differs from what was remembered
//	replace FILE OLD NEW      change a text that a file has once
//	formatted FILE...         check that cue fmt would leave files as they are
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"fleet":      scriptFleet,
			"repository": scriptRepository,
			"tree":       scriptTree,
			"save":       scriptSave,
			"changes":    scriptChanges,
			"replace":    scriptReplace,
			"formatted":  scriptFormatted,
		},
	})
}

func scriptFleet(ts *testscript.TestScript, _ bool, _ []string) {
	under(ts, fixtureDirs())
}

func scriptRepository(ts *testscript.TestScript, _ bool, _ []string) {
	dirs := map[string]string{}
	for _, dir := range []string{"clusters", "components", "cue.mod", "generator/schema", "models", "policies", "workspaces"} {
		dirs[filepath.Join("../../..", dir)] = dir
	}
	under(ts, dirs)
}

// under copies CUE and what is shared into a script's folder, but not over its own files.
func under(ts *testscript.TestScript, dirs map[string]string) {
	for from, to := range dirs {
		err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(from, name)
			if err != nil {
				return err
			}
			target := ts.MkAbs(filepath.Join(to, rel))
			shared := strings.Contains(filepath.ToSlash(name), "clusters/shared/flux/") && filepath.Base(name) == "kustomization.yaml"
			if _, err := os.Stat(target); err == nil || filepath.Ext(name) != ".cue" && !shared {
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return put(target, data)
		})
		ts.Check(err)
	}
}

func scriptTree(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	files := read(ts, dir)
	for _, name := range sortedKeys(files) {
		if filepath.Ext(name) == ".cue" {
			continue
		}
		fmt.Fprintf(ts.Stdout(), "=== %s\n%s", filepath.ToSlash(filepath.Join(args[0], name)), files[name])
	}
}

func scriptSave(ts *testscript.TestScript, _ bool, args []string) {
	for name, content := range read(ts, ts.MkAbs("clusters")) {
		ts.Check(put(ts.MkAbs(filepath.Join(".saved", args[0], name)), []byte(content)))
	}
}

func scriptChanges(ts *testscript.TestScript, _ bool, args []string) {
	before, after := read(ts, ts.MkAbs(filepath.Join(".saved", args[0]))), read(ts, ts.MkAbs("clusters"))
	names := append(sortedKeys(before), sortedKeys(after)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		slash := "clusters/" + filepath.ToSlash(name)
		_, was := before[name]
		_, is := after[name]
		switch {
		case !is:
			fmt.Fprintf(ts.Stdout(), "deleted %s\n", slash)
		case !was:
			fmt.Fprintf(ts.Stdout(), "created %s\n", slash)
		case filepath.Ext(name) != ".cue":
			_, err := ts.Stdout().Write(diff.Diff(slash, []byte(before[name]), slash, []byte(after[name])))
			ts.Check(err)
		}
	}
}

func scriptReplace(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, args[1]); n != 1 {
		ts.Fatalf("%s has %q %d times, want once", args[0], args[1], n)
	}
	ts.Check(put(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1))))
}

func scriptFormatted(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		data, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		formatted, err := format.Source(data)
		ts.Check(err)
		if !bytes.Equal(data, formatted) {
			ts.Fatalf("cue fmt would change %s:\n%s", name, diff.Diff("is", data, "formatted", formatted))
		}
	}
}

// read gives the files below a folder by their paths from it.
func read(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == dir {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		files[rel] = string(data)
		return err
	})
	ts.Check(err)
	return files
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
