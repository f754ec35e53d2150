package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yaml reads the data as a YAML document.
func (r *reader) yaml() {
	loader, err := yaml.NewLoader(bytes.NewReader(r.data))
	if err != nil {
		r.syntax(err)
		return
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		r.at(Position{1, 1}, "empty")
		return
	case err != nil:
		r.syntax(err)
		return
	case len(doc.Content) != 1:
		r.at(Position{1, 1}, "empty")
		return
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err)
		return
	default:
		r.at(place(&second), "a second document begins here; put everything into the first")
		return
	}
	r.root = r.value(doc.Content[0], 0)
}

// place is where a node begins. Empty values may have no place of their own.
func place(n *yaml.Node) Position { return Position{max(n.Line, 1), max(n.Column, 1)} }

const tooDeep = "nested more than 64 levels deep"

// value converts a node. It follows no alias.
func (r *reader) value(n *yaml.Node, depth int) *node {
	out := &node{pos: place(n)}
	switch {
	case depth > maxDepth:
		r.at(out.pos, tooDeep)
		return out
	case n.Kind == yaml.AliasNode:
		r.at(out.pos, "aliases are not supported; write the value out")
		return out
	case n.Anchor != "":
		r.at(out.pos, "anchors are not supported; write the value where it is used")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.at(out.pos, "tags are not supported; put text in quotes and write anything else plainly")
	}
	switch n.Kind {
	case yaml.MappingNode:
		out.shape = isObject
		r.mapping(n, out, depth)
	case yaml.SequenceNode:
		out.shape = isArray
		for _, item := range n.Content {
			out.items = append(out.items, r.value(item, depth+1))
		}
	default:
		r.scalar(n, out)
	}
	return out
}

func (r *reader) mapping(n *yaml.Node, out *node, depth int) {
	seen := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := place(key)
		switch {
		case key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge":
			r.at(at, "merge keys are not supported; write the values out")
			continue
		case key.Kind != yaml.ScalarNode:
			r.at(at, "a name must be text")
			continue
		}
		k := r.value(key, depth)
		if k.shape != isText {
			r.at(at, fmt.Sprintf("a name must be text; put %s in quotes", shorten(key.Value)))
			continue
		}
		if line, twice := seen[k.value]; twice {
			r.at(at, fmt.Sprintf("%q is already set on line %d", shorten(k.value), line))
			continue
		}
		seen[k.value] = at.Line
		out.names = append(out.names, name{k.value, at})
		out.items = append(out.items, r.value(n.Content[i+1], depth+1))
	}
}

var (
	// numeral is a number of JSON (RFC 8259, section 6).
	numeral = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	// numeric is what some reader of YAML takes for a number.
	numeric = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?$|^[-+]?0[xob][0-9A-Fa-f_]+$`)
)

// scalar converts a single value. The words of YAML 1.1 for booleans, and
// dates, are text.
func (r *reader) scalar(n *yaml.Node, out *node) {
	out.shape, out.value = isText, n.Value
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return
	}
	tag := n.ShortTag()
	switch {
	case tag == "!!null":
		out.shape, out.value = isNull, ""
	case tag == "!!bool":
		out.shape, out.value = isBoolean, strings.ToLower(n.Value)
	case numeral.MatchString(n.Value):
		out.shape = isNumber
		if why := unfit(n.Value); why != "" {
			r.at(out.pos, why)
		}
	case tag == "!!int", tag == "!!float", numeric.MatchString(n.Value):
		r.at(out.pos, fmt.Sprintf("%s is not a number of JSON; write it in plain decimal digits, or in quotes if it is text", shorten(n.Value)))
	}
}

// unfit says why a number is refused. Its exponent could make it so large that
// comparing it with another one never ends.
func unfit(literal string) string {
	if len(literal) > maxNumber {
		return "a number of more than 400 characters"
	}
	if i := strings.IndexAny(literal, "eE"); i >= 0 {
		if exp, err := strconv.Atoi(literal[i+1:]); err != nil || exp > 308 || exp < -308 {
			return "the exponent of " + literal + " is beyond 308"
		}
	}
	return ""
}

// syntax reports malformed YAML where the parser stopped.
func (r *reader) syntax(err error) {
	var all *yaml.LoadErrors
	if errors.As(err, &all) && len(all.Errors) > 0 {
		err = all.Errors[0]
	}
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		r.at(Position{1, 1}, "not valid YAML: "+err.Error())
		return
	}
	mark, hint := e.Mark, ""
	switch {
	case strings.Contains(e.Message, "control characters"):
		at := bytes.IndexFunc(r.data, func(c rune) bool { return c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f })
		r.at(position(r.data, at), "not valid YAML: a control character")
		return
	case strings.Contains(e.ContextMsg, "quoted scalar"):
		mark, hint = e.ContextMark, "; a quote that opens here is not closed"
	case strings.Contains(e.Message, "tab character"), r.tabAt(mark.Line, mark.Column):
		hint = "; indent with spaces"
	case strings.Contains(e.Message, "mapping values are not allowed"):
		hint = "; put text that contains \": \" in quotes, or check the indentation"
	}
	r.at(Position{max(mark.Line, 1), max(mark.Column, 1)}, "not valid YAML: "+e.Message+hint)
}

func (r *reader) tabAt(line, column int) bool {
	lines := bytes.Split(r.data, []byte("\n"))
	return line >= 1 && line <= len(lines) && column >= 1 && column <= len(lines[line-1]) && lines[line-1][column-1] == '\t'
}
