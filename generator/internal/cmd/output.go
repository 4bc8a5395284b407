package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// output is how a command prints what it found.
type output struct {
	format  string
	formats []string
}

// newOutput allows text, JSON and YAML.
func newOutput() *output { return &output{format: "text", formats: []string{"text", "json", "yaml"}} }

func (o *output) flag(c *cobra.Command) {
	c.Flags().VarP(o, "output", "o", "how to print: "+strings.Join(o.formats, ", "))
	err := c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(o.formats, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag was added on the line before
	}
}

// Set implements pflag.Value.
func (o *output) Set(format string) error {
	if !slices.Contains(o.formats, format) {
		return fmt.Errorf("it must be one of %v", o.formats)
	}
	o.format = format
	return nil
}

// String implements pflag.Value.
func (o *output) String() string { return o.format }

// Type implements pflag.Value.
func (o *output) Type() string { return "format" }

func (o *output) structured() bool { return o.format != "text" }

// print writes v as JSON or YAML.
func (o *output) print(w io.Writer, v any) error {
	if o.format == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(v)
	}
	data, err := yaml.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
