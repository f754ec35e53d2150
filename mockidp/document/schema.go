package document

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Schema is a JSON Schema, draft 2020-12, of the keywords that this package
// knows; others are refused and not ignored. It is validated here and not by a
// library because those that are to be had spend milliseconds on metaschemas
// in every process that links them.
//
// In problems, "title" is what people call a value and "examples" show one:
// give both to whatever has a pattern.
type Schema struct {
	root *rule
	defs map[string]*rule
}

// Def is the part of a schema that stands in its "$defs" under that name, as a
// schema of its own.
func (s *Schema) Def(name string) (*Schema, bool) {
	r, ok := s.defs[name]
	return &Schema{r, s.defs}, ok
}

// rule is a schema or a part of one. The zero value allows everything.
type rule struct {
	source *node // for its title, its examples and its "$ref"
	never  bool  // the schema false

	ref                   *rule
	types                 []string
	enum                  []*node
	properties            map[string]*rule
	listed                []string // the names of properties, in order
	required              []string
	others, names, items  *rule
	pattern               *regexp.Regexp
	minLength, minItems   int
	minimum, maximum      *big.Rat
	unique                bool
	anyOf, oneOf          []*rule
	test, then, otherwise *rule
}

// Compile reads a schema. References lead nowhere but into itself.
func Compile(data []byte) (*Schema, error) {
	doc, err := Parse("schema.json", data)
	if err != nil {
		return nil, err
	}
	if doc.root.shape != isObject {
		return nil, errors.New("schema: not an object")
	}
	c := &compiler{root: doc.root, rules: make(map[*node]*rule)}
	root := c.compile(doc.root)
	for n, r := range c.rules {
		for next, steps := r.ref, 0; next != nil; next, steps = next.ref, steps+1 {
			if steps == len(c.rules) {
				c.fail(n, "a reference that leads back to itself")
				break
			}
		}
	}
	if len(c.problems) > 0 {
		return nil, fmt.Errorf("schema: %w", errors.Join(c.problems...))
	}
	defs := make(map[string]*rule)
	if named := doc.root.child("$defs"); named != nil {
		for i, n := range named.names {
			defs[n.value] = c.rules[named.items[i]]
		}
	}
	return &Schema{root, defs}, nil
}

// compiler reads each part of a schema once, so that it may refer to itself.
type compiler struct {
	root     *node
	rules    map[*node]*rule
	problems []error
}

func (c *compiler) fail(n *node, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("line %d: "+format, append([]any{n.pos.Line}, args...)...))
}

func (c *compiler) compile(n *node) *rule {
	if r, ok := c.rules[n]; ok {
		return r
	}
	r := &rule{source: n}
	c.rules[n] = r
	switch n.shape {
	case isBoolean:
		r.never = n.value == "false"
	case isObject:
		for i, name := range n.names {
			c.keyword(r, name.value, n.items[i])
		}
	default:
		c.fail(n, "a schema is an object, true or false")
	}
	return r
}

// keyword reads one keyword (JSON Schema Validation, sections 6 and 9; Core,
// sections 8 and 10).
func (c *compiler) keyword(r *rule, name string, n *node) {
	switch name {
	case "$schema":
		if n.value != "https://json-schema.org/draft/2020-12/schema" {
			c.fail(n, "$schema %q is not that of draft 2020-12", n.value)
		}
	case "$id", "$comment", "title", "description", "examples", "default":
	case "$defs":
		for _, def := range n.items {
			c.compile(def)
		}
	case "$ref":
		r.ref = c.reference(n)
	case "type":
		r.types = c.words(n, types)
	case "enum":
		r.enum = n.items
	case "required":
		r.required = c.words(n, nil)
	case "properties":
		r.properties = make(map[string]*rule, len(n.items))
		for i, p := range n.names {
			r.properties[p.value] = c.compile(n.items[i])
			r.listed = append(r.listed, p.value)
		}
		slices.Sort(r.listed)
	case "pattern":
		c.pattern(r, n)
	case "minLength", "minItems", "minimum", "maximum", "uniqueItems":
		c.bound(r, name, n)
	default:
		c.applicator(r, name, n)
	}
}

func (c *compiler) applicator(r *rule, name string, n *node) {
	one := map[string]**rule{
		"additionalProperties": &r.others, "propertyNames": &r.names, "items": &r.items,
		"if": &r.test, "then": &r.then, "else": &r.otherwise,
	}
	several := map[string]*[]*rule{"anyOf": &r.anyOf, "oneOf": &r.oneOf}
	switch {
	case one[name] != nil:
		*one[name] = c.compile(n)
	case several[name] != nil:
		for _, item := range n.items {
			*several[name] = append(*several[name], c.compile(item))
		}
	default:
		c.fail(n, "the keyword %q is not one that is known here", name)
	}
}

func (c *compiler) reference(n *node) *rule {
	pointer, own := strings.CutPrefix(n.value, "#")
	if !own {
		c.fail(n, "reference to %s: a schema may refer to itself only", n.value)
		return nil
	}
	to := c.root.find(tokens(pointer))
	if to == nil {
		c.fail(n, "reference to %s, which is not there", n.value)
		return nil
	}
	return c.compile(to)
}

var types = []string{"null", "boolean", "integer", "number", "string", "array", "object"}

// words reads a text or a list of texts, of the known ones if any are given.
func (c *compiler) words(n *node, known []string) []string {
	items := n.items
	if n.shape == isText {
		items = []*node{n}
	}
	var out []string
	for _, item := range items {
		if item.shape != isText || known != nil && !slices.Contains(known, item.value) {
			c.fail(item, "%s does not fit here", item.value)
		}
		out = append(out, item.value)
	}
	if len(out) == 0 && n.shape != isArray {
		c.fail(n, "a text or a list of texts belongs here")
	}
	return out
}

func (c *compiler) pattern(r *rule, n *node) {
	p, err := regexp.Compile(n.value)
	if err != nil {
		c.fail(n, "pattern: %w", err)
		return
	}
	r.pattern = p
}

func (c *compiler) bound(r *rule, name string, n *node) {
	switch name {
	case "uniqueItems":
		r.unique = n.value == "true"
	case "minimum", "maximum":
		limit, ok := new(big.Rat).SetString(n.value)
		if !ok || n.shape != isNumber {
			c.fail(n, "%s is no number", name)
		}
		if name == "minimum" {
			r.minimum = limit
		} else {
			r.maximum = limit
		}
	default:
		count, err := strconv.Atoi(n.value)
		if err != nil || n.shape != isNumber {
			c.fail(n, "%s is no whole number", name)
		}
		if name == "minItems" {
			r.minItems = count
		} else {
			r.minLength = count
		}
	}
}
