package reference

import (
	"strings"

	"github.com/spf13/cobra"
)

// commands documents a command and all below it.
func commands(root *cobra.Command) *page {
	root.InitDefaultHelpFlag()
	root.InitDefaultCompletionCmd()
	p := newPage("Commands", "What `bin/heddle` can do; `make build` makes it. `heddle help COMMAND` says the same.")
	p.table([]string{"Command", "What it does"}, commandRows(root))
	p.command(root)
	return p
}

// runnable lists the commands of a tree that do something, in order.
func runnable(c *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	if c.Runnable() && c.HasParent() {
		all = append(all, c)
	}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" {
			all = append(all, runnable(sub)...)
		}
	}
	return all
}

func commandRows(root *cobra.Command) [][]string {
	var rows [][]string
	for _, c := range runnable(root) {
		rows = append(rows, []string{link(code(c.CommandPath()), "", c.CommandPath()), c.Short})
	}
	return rows
}

func (p *page) command(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	p.heading(2, c.CommandPath())
	p.paragraph(c.Short + ".")
	if c.Runnable() {
		p.block("text", c.UseLine())
	}
	if c.Long != "" {
		p.block("text", c.Long)
	}
	if c.Example != "" {
		p.paragraph("Examples:")
		p.block("text", dedent(c.Example))
	}
	if flags := c.NonInheritedFlags().FlagUsages(); flags != "" {
		p.paragraph("Flags:")
		p.block("text", dedent(flags))
	}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" {
			p.command(sub)
		}
	}
}

// dedent takes away the indentation that all lines have.
func dedent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	least := -1
	for _, line := range lines {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) != "" && (least < 0 || indent < least) {
			least = indent
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(max(least, 0), len(line)):], " ")
	}
	return strings.Join(lines, "\n")
}
