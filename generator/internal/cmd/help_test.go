package cmd_test

import (
	"bytes"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/cmd"
)

// TestHelp asks every command for help: each says what it is, and each that
// does something has an example.
func TestHelp(t *testing.T) {
	seen := 0
	var visit func(path ...string)
	visit = func(path ...string) {
		var out, errOut bytes.Buffer
		if code := cmd.Run(t.Context(), append(path, "--help"), nil, &out, &errOut); code != 0 {
			t.Errorf("heddle %s --help: exit code %d: %s", strings.Join(path, " "), code, errOut.String())
		}
		text := out.String()
		subcommands := commandsIn(text)
		if len(subcommands) == 0 {
			seen++
			if !strings.Contains(text, "Examples:\n  heddle "+strings.Join(path, " ")) {
				t.Errorf("heddle %s --help has no example:\n%s", strings.Join(path, " "), text)
			}
		}
		for _, name := range subcommands {
			if name != "completion" && name != "help" {
				visit(append(append([]string{}, path...), name)...)
			}
		}
	}
	visit()
	if seen < 8 {
		t.Errorf("%d commands were found, want at least 8", seen)
	}
}

// commandsIn lists the commands that a help text lists.
func commandsIn(text string) []string {
	_, rest, ok := strings.Cut(text, "Available Commands:\n")
	if !ok {
		return nil
	}
	list, _, _ := strings.Cut(rest, "\n\n")
	var names []string
	for line := range strings.Lines(list) {
		if words := strings.Fields(line); len(words) > 0 {
			names = append(names, words[0])
		}
	}
	return names
}
