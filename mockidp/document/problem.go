package document

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Position is a place in a file: a line and, in characters, a column, both
// from 1.
type Position struct{ Line, Column int }

// Problem is one thing that is wrong with a document.
type Problem struct {
	File string
	Position
	// Pointer leads to the value (RFC 6901); it is empty for the document as a
	// whole. Path is the same for people, such as "clients[0].redirect_uris".
	Pointer, Path string
	Text          string
}

// Error is the problem as compilers write them: file:line:column: path: text.
func (p Problem) Error() string {
	where := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Path != "" {
		where += p.Path + ": "
	}
	return where + p.Text
}

// Problems are all that is wrong with a document, in the order of its lines.
type Problems []Problem

// Error is one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, q := range p {
		lines[i] = q.Error()
	}
	return strings.Join(lines, "\n")
}

// shown bounds how many problems are told at once: a file with more is not
// mistyped but of another kind.
const shown = 100

// Sorted are the problems in the order of lines. What goes beyond a hundred is
// counted only.
func (p Problems) Sorted() Problems {
	p = slices.Clone(p)
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	p = slices.CompactFunc(p, func(a, b Problem) bool { return a == b })
	if more := len(p) - shown; more > 0 {
		last := p[shown-1]
		last.Pointer, last.Path, last.Text = "", "", fmt.Sprintf("%d more problems from here on; mend those above first", more+1)
		p = append(p[:shown-1], last)
	}
	return p
}

var bareName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$-]*$`)

// Path is a JSON pointer as people write it: clients[0].redirect_uris.
func Path(pointer string) string { return path(tokens(pointer)) }

func path(tokens []string) string {
	var b strings.Builder
	for _, t := range tokens {
		_, err := strconv.ParseUint(t, 10, 32)
		switch {
		case err == nil:
			b.WriteString("[" + t + "]")
		case !bareName.MatchString(t):
			b.WriteString("[" + strconv.Quote(shorten(t)) + "]")
		case b.Len() > 0:
			b.WriteString("." + t)
		default:
			b.WriteString(t)
		}
	}
	return b.String()
}

// shorten keeps what is quoted in a problem readable.
func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// Suggest is `; did you mean "x"?` for the nearest of the known words, or the
// list of them if none is near and they are few.
func Suggest(word string, known []string) string {
	best, distance := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := edits(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	const few = 20
	switch {
	case best != "":
		return fmt.Sprintf("; did you mean %q?", best)
	case len(known) == 0 || len(known) > few:
		return ""
	default:
		return "; known: " + strings.Join(known, ", ")
	}
}

// edits is the Levenshtein distance of two short words.
func edits(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b)) // nothing is near
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
