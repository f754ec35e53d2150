package document

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Schema is a JSON Schema, draft 2020-12.
//
// In problems, "title" is what people call a value and "examples" show one:
// give both to whatever has a pattern.
type Schema struct {
	compiled *jsonschema.Schema
	raw      *node
}

// schemaURL stands for a schema while it is compiled. Nothing is fetched.
const schemaURL = "urn:countersign:schema"

// Compile reads a schema. References lead nowhere but into itself.
func Compile(data []byte) (*Schema, error) {
	doc, err := Parse("schema.json", data)
	if err != nil {
		return nil, err
	}
	// The schema's own $id would be the base of locations.
	value, ok := doc.root.plain().(map[string]any)
	if !ok {
		return nil, errors.New("schema: not an object")
	}
	delete(value, "$id")
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	if err := c.AddResource(schemaURL, value); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	compiled, err := c.Compile(schemaURL)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &Schema{compiled, doc.root}, nil
}

type noLoader struct{}

func (noLoader) Load(u string) (any, error) {
	return nil, fmt.Errorf("reference to %s: a schema may refer to itself only", u)
}

// Validate lists everything in which the document differs from a schema. The
// error is of type Problems.
func (d *Document) Validate(s *Schema) error {
	err := s.compiled.Validate(d.root.plain())
	if err == nil {
		return nil
	}
	var wrong *jsonschema.ValidationError
	if !errors.As(err, &wrong) {
		return Problems{{File: d.name, Position: d.root.pos, Text: err.Error()}}
	}
	v := &verdict{d, s, nil}
	v.explain(wrong)
	return v.problems.Sorted()
}

// verdict turns the errors of a validation into problems.
type verdict struct {
	*Document
	schema   *Schema
	problems Problems
}

func (v *verdict) explain(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		v.alternatives(e)
		return
	}
	if len(e.Causes) == 0 {
		v.leaf(e)
	}
	for _, cause := range e.Causes {
		v.explain(cause)
	}
}

// alternatives explains the one alternative that was meant: the one whose type
// the value has. If none has it, all are named.
func (v *verdict) alternatives(e *jsonschema.ValidationError) {
	var meant []*jsonschema.ValidationError
	var want []string
	got := ""
	for _, cause := range e.Causes {
		leaf := cause
		for len(leaf.Causes) == 1 && len(leaf.InstanceLocation) == len(e.InstanceLocation) {
			leaf = leaf.Causes[0]
		}
		k, ok := leaf.ErrorKind.(*kind.Type)
		if ok && len(leaf.InstanceLocation) == len(e.InstanceLocation) {
			want, got = append(want, k.Want...), k.Got
		} else {
			meant = append(meant, cause)
		}
	}
	switch {
	case len(meant) == 0 && got != "":
		v.add(e, fmt.Sprintf("expected %s, got %s", strings.Join(want, " or "), got))
	case len(meant) == 0:
		v.leaf(e)
	default:
		v.explain(slices.MinFunc(meant, func(a, b *jsonschema.ValidationError) int { return leaves(a) - leaves(b) }))
	}
}

func leaves(e *jsonschema.ValidationError) int {
	n := 1
	for _, c := range e.Causes {
		n += leaves(c)
	}
	return n
}

// rule is the part of the schema that an error is about.
func (v *verdict) rule(e *jsonschema.ValidationError) *node {
	_, fragment, _ := strings.Cut(e.SchemaURL, "#")
	if pointer, err := url.PathUnescape(fragment); err == nil {
		if n := v.schema.raw.find(tokens(pointer)); n != nil {
			return n
		}
	}
	return v.schema.raw
}

// known are the member names that a part of the schema lists.
func known(rule *node) []string {
	properties := rule.child("properties")
	if properties == nil {
		return nil
	}
	names := make(map[string]bool)
	for _, m := range properties.names {
		names[m.value] = true
	}
	return slices.Sorted(maps.Keys(names))
}
