// Package document reads the files that people write for the provider, YAML or
// JSON: strictly, with every problem at once, each with its line and column.
//
// A document holds what JSON can say. Words such as "on" and dates are text,
// numbers keep every digit. Anchors, aliases, merge keys and tags are refused:
// what a file says should be where it is read, and a small file must not stand
// for a huge one. So are numbers that YAML's readers disagree about.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The bounds of a document: its size in bytes, how deep its values may nest,
// and how long a number may be in characters.
const (
	MaxSize   = 1 << 20
	maxDepth  = 64
	maxNumber = 400
)

// Document is a value read from a file, with the places it was read from.
type Document struct {
	name string
	root *node
}

// Parse reads the only value of a file; name is what problems call it. JSON is
// read as JSON, anything else as YAML. The error is of type Problems.
func Parse(name string, data []byte) (*Document, error) {
	r := &reader{name: name, data: data}
	switch {
	case len(data) > MaxSize:
		r.at(Position{1, 1}, "larger than 1 MiB, which nobody writes by hand")
	case !utf8.Valid(data):
		r.at(position(data, invalidUTF8(data)), "not UTF-8")
	case json.Valid(data) || strings.HasSuffix(name, ".json"):
		r.json()
	default:
		r.yaml()
	}
	if len(r.problems) > 0 {
		return nil, r.problems.Sorted()
	}
	return &Document{name, r.root}, nil
}

func invalidUTF8(data []byte) int {
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// position is the place of an offset.
func position(data []byte, offset int) Position {
	before := data[:min(max(offset, 0), len(data))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return Position{bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(line) + 1}
}

// reader builds the tree of a file and collects problems.
type reader struct {
	name     string
	data     []byte
	root     *node
	problems Problems
}

func (r *reader) at(p Position, text string) {
	r.problems = append(r.problems, Problem{File: r.name, Position: p, Text: text})
}

// JSON is the document as JSON, members in the order of the file.
func (d *Document) JSON() []byte {
	out, _ := d.root.encode()
	return out
}

// Decode stores the document in the value that v points to, as encoding/json
// does; numbers in an interface are json.Number. Members that v has no place
// for are refused. Validate first: its problems are worded for people.
func (d *Document) Decode(v any) error {
	text, spans := d.root.encode()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		return nil
	}
	problem := Problem{File: d.name, Position: d.root.pos, Text: strings.TrimPrefix(err.Error(), "json: ")}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		at := innermost(spans, int(wrong.Offset))
		problem.Position, problem.Text = at.pos, "a JSON "+wrong.Value+" does not fit here"
		problem.Pointer, problem.Path = at.pointer, Path(at.pointer)
	}
	return Problems{problem}
}

// At is the place of the value at a JSON pointer (RFC 6901), or of the nearest
// value around it when there is none.
func (d *Document) At(pointer string) Position {
	n := d.root
	for _, token := range tokens(pointer) {
		next := n.child(token)
		if next == nil {
			break
		}
		n = next
	}
	return n.pos
}

// Problem is what is wrong with the value at a JSON pointer, for rules that no
// schema can express.
func (d *Document) Problem(pointer, text string) Problem {
	return Problem{File: d.name, Position: d.At(pointer), Pointer: pointer, Path: Path(pointer), Text: text}
}

// tokens are the unescaped reference tokens of a JSON pointer.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(p)
	}
	return parts
}

// Pointer is the JSON pointer of reference tokens, each text or an index.
func Pointer(tokens ...any) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		switch t := t.(type) {
		case int:
			b.WriteString(strconv.Itoa(t))
		case string:
			b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(t))
		}
	}
	return b.String()
}
