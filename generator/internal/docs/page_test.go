package docs

import (
	"fmt"
	"slices"
	"strings"
)

// page is a page of Markdown, cut into lines.
type page struct {
	lines  []string
	blocks []block
}

// block is a fenced block of a page.
type block struct {
	language string
	file     string // of file=NAME
	exit     string // of exit=CODE; "" is 0
	from, to int    // the lines inside the fence are lines[from:to]
}

// step is one command of a console block, with what it prints.
type step struct {
	command  string
	from, to int // what it prints is lines[from:to]
}

// parse cuts a page into its blocks.
func parse(text string) (*page, error) {
	p := &page{lines: strings.Split(text, "\n")}
	open := false
	for i, line := range p.lines {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case !fence:
		case open:
			p.blocks[len(p.blocks)-1].to = i
			open = false
		default:
			b := block{from: i + 1}
			for n, word := range strings.Fields(info) {
				key, value, _ := strings.Cut(word, "=")
				switch {
				case n == 0:
					b.language = word
				case key == "file":
					b.file = value
				case key == "exit":
					b.exit = value
				default:
					return nil, fmt.Errorf("line %d: a block cannot have %q", i+1, word)
				}
			}
			p.blocks = append(p.blocks, b)
			open = true
		}
	}
	if open {
		return nil, fmt.Errorf("the last block is not closed")
	}
	return p, nil
}

// text is the content of a block.
func (p *page) text(b block) string {
	return strings.Join(p.lines[b.from:b.to], "\n") + "\n"
}

// steps cuts a console block into commands.
func (p *page) steps(b block) ([]step, error) {
	var steps []step
	for i := b.from; i < b.to; i++ {
		command, ok := strings.CutPrefix(p.lines[i], "$ ")
		if !ok {
			if len(steps) == 0 {
				return nil, fmt.Errorf("line %d: a console block begins with a command", i+1)
			}
			steps[len(steps)-1].to = i + 1
			continue
		}
		for strings.HasSuffix(command, "\\") && i+1 < b.to {
			i++
			command += "\n" + p.lines[i]
		}
		steps = append(steps, step{command: command, from: i + 1, to: i + 1})
	}
	return steps, nil
}

// prose gives the paragraph before a block.
func (p *page) prose(b block) string {
	end := b.from - 1
	for end > 0 && p.lines[end-1] == "" {
		end--
	}
	start := end
	for start > 0 && p.lines[start-1] != "" {
		start--
	}
	return strings.Join(p.lines[start:end], "\n")
}

// matches compares lines with those that a page expects.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == "..." {
		for n := range len(got) + 1 {
			if matches(want[1:], got[n:]) {
				return true
			}
		}
		return false
	}
	if len(got) == 0 {
		return false
	}
	return sameLine(want[0], got[0]) && matches(want[1:], got[1:])
}

// revise gives what a page should expect instead: what was printed, less what
// a line "..." stood for where the lines around it are still there.
func revise(want, got []string) []string {
	var revised []string
	for len(got) > 0 {
		n := slices.IndexFunc(want, func(line string) bool { return line == "..." || sameLine(line, got[0]) })
		switch {
		case n < 0:
			revised, got = append(revised, got[0]), got[1:]
		case n > 0 && want[n] == "...": // a line changed
			revised, got, want = append(revised, got[0]), got[1:], want[1:]
		case want[n] != "...":
			revised, got, want = append(revised, got[0]), got[1:], want[n+1:]
		default:
			want = want[n+1:]
			skipped := slices.IndexFunc(got, func(line string) bool {
				return slices.ContainsFunc(want, func(w string) bool { return w != "..." && sameLine(w, line) })
			})
			if skipped < 0 {
				skipped = len(got)
			}
			revised, got = append(revised, "..."), got[skipped:]
		}
	}
	return revised
}

// sameLine compares a line with one that a page expects.
func sameLine(want, got string) bool {
	return want == got || strings.HasPrefix(want, "index ") && strings.HasPrefix(got, "index ")
}
