package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	File         string
	Line, Column int
	Text         string
}

// String is the problem as compilers write them: file:line:column: text.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Problems are all that is wrong with a configuration, in the order of its
// lines.
type Problems []Problem

// Error is one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, q := range p {
		lines[i] = q.String()
	}
	return strings.Join(lines, "\n")
}

// shown bounds how many problems are told at once: a file with more is not
// mistyped but of another kind.
const shown = 100

// reader walks a YAML tree and collects problems.
type reader struct {
	name     string
	problems []Problem
}

func (r *reader) at(line, column int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.name, line, column, fmt.Sprintf(format, args...)})
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.at(n.Line, n.Column, format, args...)
}

func (r *reader) sorted() Problems {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if more := len(r.problems) - shown; more > 0 {
		last := r.problems[shown-1]
		last.Text = fmt.Sprintf("%d more problems from here on; mend those above first", more+1)
		return append(r.problems[:shown-1:shown-1], last)
	}
	return r.problems
}
