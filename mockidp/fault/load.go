package fault

import (
	"bytes"
	_ "embed" // the schema is a file, so that editors can use it
	"errors"
	"fmt"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp/document"
)

//go:embed schema.json
var schemaJSON []byte

var compiled = sync.OnceValues(func() (*document.Schema, error) { return document.Compile(schemaJSON) })

// Schema is the JSON Schema (draft 2020-12) of what Load reads.
func Schema() []byte { return bytes.Clone(schemaJSON) }

// Load reads a fault or a list of them from YAML or JSON; name is what
// problems call the file. The error lists everything that is wrong, with lines
// and columns.
func Load(name string, data []byte) ([]Spec, error) {
	doc, err := document.Parse(name, data)
	if err != nil {
		return nil, err
	}
	schema, err := compiled()
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(schema); err != nil {
		return nil, err
	}
	specs, listed := make([]Spec, 1), false
	if bytes.HasPrefix(bytes.TrimSpace(doc.JSON()), []byte("[")) {
		specs, listed = nil, true
		err = doc.Decode(&specs)
	} else {
		err = doc.Decode(&specs[0])
	}
	if err != nil {
		return nil, err
	}
	if problems := check(doc, specs, listed); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	return specs, nil
}

// check finds what a schema cannot say.
func check(doc *document.Document, specs []Spec, listed bool) document.Problems {
	var problems document.Problems
	seen := make(map[ID]bool)
	for i, s := range specs {
		pointer := ""
		if listed {
			pointer = document.Pointer(i)
		}
		for _, err := range each(s.Validate()) {
			problems = append(problems, doc.Problem(pointer, err.Error()))
		}
		if seen[s.ID] {
			problems = append(problems, doc.Problem(pointer, fmt.Sprintf("id %q: given twice", s.ID)))
		}
		seen[s.ID] = true
	}
	return problems
}

// each is the problems that Validate joined.
func each(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := errors.Unwrap(err).(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
