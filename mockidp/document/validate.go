package document

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate lists everything in which the document differs from a schema. The
// error is of type Problems.
func (d *Document) Validate(s *Schema) error {
	v := verdict{name: d.name}
	v.check(s.root, d.root, nil)
	if len(v.problems) == 0 {
		return nil
	}
	return v.problems.Sorted()
}

// verdict collects the problems of a validation.
type verdict struct {
	name     string
	problems Problems
}

func (v *verdict) add(pos Position, at []string, format string, args ...any) {
	tokens := make([]any, len(at))
	for i, token := range at {
		tokens[i] = token
	}
	v.problems = append(v.problems, Problem{
		File: v.name, Position: pos, Pointer: Pointer(tokens...), Path: path(at), Text: fmt.Sprintf(format, args...),
	})
}

// check holds a value to a rule. After a wrong type nothing else of the rule
// is worth a word.
func (v *verdict) check(r *rule, n *node, at []string) {
	if r == nil {
		return
	}
	if r.never {
		v.add(n.pos, at, "is not allowed here")
		return
	}
	if len(r.types) > 0 && !slices.ContainsFunc(r.types, n.is) {
		v.add(n.pos, at, "expected %s, got %s%s", r.noun(strings.Join(r.types, " or ")), n.kind(), hint(r, n))
		return
	}
	v.check(r.ref, n, at)
	v.scalar(r, n, at)
	switch n.shape {
	case isArray:
		v.array(r, n, at)
	case isObject:
		v.object(r, n, at)
	}
	v.alternatives(r.anyOf, n, at, len(r.anyOf))
	v.alternatives(r.oneOf, n, at, 1)
	if r.test != nil {
		if r.test.allows(n) {
			v.check(r.then, n, at)
		} else {
			v.check(r.otherwise, n, at)
		}
	}
}

// allows reports whether a rule has no objection.
func (r *rule) allows(n *node) bool {
	var v verdict
	v.check(r, n, nil)
	return len(v.problems) == 0
}

func (v *verdict) scalar(r *rule, n *node, at []string) {
	if len(r.enum) > 0 && !slices.ContainsFunc(r.enum, n.equal) {
		words := make([]string, len(r.enum))
		for i, e := range r.enum {
			words[i] = e.value
		}
		v.add(n.pos, at, "%s is none of the known values%s", n.show(), Suggest(n.value, words))
	}
	if n.shape == isText {
		length := utf8.RuneCountInString(n.value)
		switch {
		case length < r.minLength && length == 0:
			v.add(n.pos, at, "is empty")
		case length < r.minLength:
			v.add(n.pos, at, "is shorter than %d characters", r.minLength)
		case r.pattern != nil && !r.pattern.MatchString(n.value):
			v.add(n.pos, at, "%s is not %s", n.show(), r.noun("of the form "+r.pattern.String()))
		}
	}
	if n.shape == isNumber && (r.minimum != nil || r.maximum != nil) {
		value, ok := n.number()
		switch {
		case !ok:
		case r.minimum != nil && value.Cmp(r.minimum) < 0:
			v.add(n.pos, at, "%s is less than %s", n.value, r.minimum.RatString())
		case r.maximum != nil && value.Cmp(r.maximum) > 0:
			v.add(n.pos, at, "%s is more than %s", n.value, r.maximum.RatString())
		}
	}
}

func (v *verdict) array(r *rule, n *node, at []string) {
	switch count := len(n.items); {
	case count < r.minItems && count == 0:
		v.add(n.pos, at, "is an empty list; give a value or leave it out")
	case count < r.minItems:
		v.add(n.pos, at, "has %d items, %d is the least", count, r.minItems)
	}
	if r.unique {
		v.duplicates(n, at)
	}
	if r.items == nil {
		return
	}
	for i, item := range n.items {
		v.check(r.items, item, append(slices.Clip(at), strconv.Itoa(i)))
	}
}

func (v *verdict) duplicates(n *node, at []string) {
	seen := make(map[string]int, len(n.items))
	for i, item := range n.items {
		key := item.canonical()
		if first, ok := seen[key]; ok {
			v.add(n.pos, at, "items %d and %d are the same", first+1, i+1)
			return
		}
		seen[key] = i
	}
}

func (v *verdict) object(r *rule, n *node, at []string) {
	for _, name := range r.required {
		if n.child(name) == nil {
			v.add(n.pos, at, "%q is missing", name)
		}
	}
	for i, m := range n.names {
		below := append(slices.Clip(at), m.value)
		if r.names != nil && !r.names.allows(&node{shape: isText, value: m.value}) {
			v.add(m.pos, at, "%q is no name for a member", shorten(m.value))
		}
		property, known := r.properties[m.value]
		switch {
		case known:
			v.check(property, n.items[i], below)
		case r.others != nil && r.others.never:
			v.unknown(r, m, at)
		default:
			v.check(r.others, n.items[i], below)
		}
	}
}

func (v *verdict) unknown(r *rule, m name, at []string) {
	listed := r.listed
	if len(v.problems) > shown {
		listed = nil // will not be read
	}
	v.add(m.pos, at, "unknown member %q%s", shorten(m.value), Suggest(m.value, listed))
}

// alternatives wants one of several rules to allow a value, and at most so
// many. Otherwise it explains the one that was meant: the one whose type the
// value has. If none has it, all are named.
func (v *verdict) alternatives(rules []*rule, n *node, at []string, most int) {
	if len(rules) == 0 {
		return
	}
	var best Problems
	var want []string
	matched, typed := 0, false
	for _, r := range rules {
		if types := r.typesOf(); len(types) > 0 && !slices.ContainsFunc(types, n.is) {
			want = append(want, types...)
			continue
		}
		own := verdict{name: v.name}
		own.check(r, n, at)
		if len(own.problems) == 0 {
			matched++
		}
		if !typed || len(own.problems) < len(best) {
			best = own.problems
		}
		typed = true
	}
	switch {
	case matched > most:
		v.add(n.pos, at, "fits several alternatives that exclude each other")
	case matched > 0:
	case typed:
		v.problems = append(v.problems, best...)
	default:
		v.add(n.pos, at, "expected %s, got %s", strings.Join(want, " or "), n.kind())
	}
}

// typesOf are the types that a rule, or what it refers to, allows.
func (r *rule) typesOf() []string {
	for r != nil && len(r.types) == 0 {
		r = r.ref
	}
	if r == nil {
		return nil
	}
	return r.types
}

// hint helps where YAML is likely to surprise.
func hint(r *rule, n *node) string {
	switch want := r.types[0]; {
	case n.shape == isNull:
		return "; give a value or leave the name out"
	case want == "boolean" && n.shape == isText:
		return "; write true or false, without quotes"
	case want == "string" && (n.shape == isNumber || n.shape == isBoolean):
		return "; put it in quotes if it is right"
	}
	return ""
}

// noun is what the schema calls a value, with an example if it has one.
func (r *rule) noun(otherwise string) string {
	title := r.source.child("title")
	if title == nil || title.shape != isText {
		return otherwise
	}
	out := title.value
	if examples := r.source.child("examples"); examples != nil && len(examples.items) > 0 {
		example, _ := examples.items[0].encode()
		out += " such as " + string(example)
	}
	return out
}

// is reports whether a value has a type of JSON Schema.
func (n *node) is(name string) bool {
	switch name {
	case "integer":
		value, ok := n.number()
		return ok && value.IsInt()
	case "number":
		return n.shape == isNumber
	default:
		return n.kind() == name
	}
}

func (n *node) kind() string {
	return [...]string{isNull: "null", isBoolean: "boolean", isNumber: "number", isText: "string", isArray: "array", isObject: "object"}[n.shape]
}

func (n *node) number() (*big.Rat, bool) {
	if n.shape != isNumber {
		return nil, false
	}
	return new(big.Rat).SetString(n.value)
}

func (n *node) equal(other *node) bool { return n.canonical() == other.canonical() }

// canonical is one text for all spellings of a value.
func (n *node) canonical() string {
	if value, ok := n.number(); ok {
		return value.RatString()
	}
	switch n.shape {
	case isArray:
		var b strings.Builder
		for _, item := range n.items {
			b.WriteString(item.canonical() + ",")
		}
		return "[" + b.String() + "]"
	case isObject:
		members := make([]string, len(n.names))
		for i, m := range n.names {
			members[i] = string(quote(m.value)) + ":" + n.items[i].canonical()
		}
		slices.Sort(members)
		return "{" + strings.Join(members, ",") + "}"
	default:
		text, _ := n.encode()
		return string(text)
	}
}

// show is a value as JSON, shortened.
func (n *node) show() string {
	if n.shape == isText {
		return string(quote(shorten(n.value)))
	}
	text, _ := n.encode()
	return shorten(string(text))
}
