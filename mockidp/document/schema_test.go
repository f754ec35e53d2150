package document

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const example = `{
	"$id": "https://example.test/schema.json",
	"type": "object",
	"required": ["clients"],
	"additionalProperties": false,
	"properties": {
		"clients": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/client"}},
		"lifetime": {"$ref": "#/$defs/duration"},
		"strict": {"type": "boolean"},
		"level": {"enum": ["low", "high"]},
		"count": {"type": "integer", "minimum": 1, "maximum": 9},
		"fault": {"oneOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/client"}]},
		"claims": {"type": "object", "propertyNames": {"pattern": "^[a-z]"}}
	},
	"$defs": {
		"client": {
			"type": "object", "required": ["client_id"], "additionalProperties": false,
			"properties": {
				"client_id": {"type": "string", "minLength": 1},
				"redirect_uris": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}
			}
		},
		"duration": {"title": "a duration", "type": "string", "pattern": "^[0-9]+[smh]$", "examples": ["90s"]}
	}
}`

func compile(t testing.TB, text string) *Schema {
	t.Helper()
	s, err := Compile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValidateSaysEverythingAtOnce(t *testing.T) {
	s := compile(t, example)
	for _, c := range []struct{ text, want string }{
		{"clients: [{client_id: a, redirect_uris: [x]}]\nlifetime: 90s\nlevel: low\ncount: 3\nfault: x", ""},
		{"clients:\n- client_id: a\n  redirect_uris: x", "f:3:18: clients[0].redirect_uris: expected array, got string"},
		{"clients:\n- client_id: a\n  redirect_uri: [x]", `f:3:3: clients[0]: unknown member "redirect_uri"; did you mean "redirect_uris"?`},
		{"clients:\n- redirect_uris: [x, x]", "f:2:3: clients[0]: \"client_id\" is missing\nf:2:18: clients[0].redirect_uris: items 1 and 2 are the same"},
		{"lifetime: 90\nclient: []", `f:1:1: "clients" is missing` + "\n" +
			`f:1:11: lifetime: expected a duration such as "90s", got number; put it in quotes if it is right` + "\n" +
			`f:2:1: unknown member "client"; did you mean "clients"?`},
		{"clients: [{client_id: ''}]\nlifetime: 90x", "f:1:23: clients[0].client_id: is empty\nf:2:11: lifetime: \"90x\" is not a duration such as \"90s\""},
		{"clients: []\nstrict: yes\nlevel: hihg\ncount: 10", "f:1:10: clients: is an empty list; give a value or leave it out\n" +
			"f:2:9: strict: expected boolean, got string; write true or false, without quotes\n" +
			"f:3:8: level: \"hihg\" is none of the known values; did you mean \"high\"?\nf:4:8: count: 10 is more than 9"},
		{"clients: [{client_id: a}]\ncount: 0\nlevel: purple", "f:2:8: count: 0 is less than 1\nf:3:8: level: \"purple\" is none of the known values; known: low, high"},
		{"clients:", "f:1:9: clients: expected array, got null; give a value or leave the name out"},
		{"clients: [{client_id: a}]\nfault: {client_id: 1}", "f:2:20: fault.client_id: expected string, got number; put it in quotes if it is right"},
		{"clients: [{client_id: a}]\nfault: 7", "f:2:8: fault: expected string or object, got number"},
		{"clients: [{client_id: a}]\nfault: ''", "f:2:8: fault: is empty"},
		{"[]", "f:1:1: expected object, got array"},
		{"clients: [{client_id: a}]\nclaims: {\"https://x/y\": 1, 'Z': 2}", `f:2:9: claims: propertyNames`},
	} {
		d, err := Parse("f", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		err = d.Validate(s)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if c.want == "f:2:9: claims: propertyNames" {
			if !strings.Contains(got, "Z") {
				t.Errorf("got %s", got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}

func TestCompileStaysAtHome(t *testing.T) {
	for text, want := range map[string]string{
		`{"$ref": "https://example.test/other.json"}`: "a schema may refer to itself only",
		`{"$ref": "file:///etc/passwd"}`:              "a schema may refer to itself only",
		`{"$ref": "#"}`:                               "leads back to itself",
		`{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}`: "leads back to itself",
		`{"$ref": "#/$defs/x"}`:                     "which is not there",
		`{"minProperties": 1}`:                      `the keyword "minProperties" is not one that is known here`,
		`{"items": {"pattern": "("}}`:               "pattern: ",
		`{"properties": {"a": {"minimum": "one"}}}`: "minimum is no number",
		`{"type": 5}`:                               "schema",
		`[]`:                                        "not an object",
		`{"$schema": "http://example.test/meta", "type": "any"}`: "schema",
		`{`: "ends too early",
	} {
		if _, err := Compile([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	d, err := Parse("f", []byte("clients: [{client_id: a}]\n"+many(5000)))
	if err != nil {
		t.Fatal(err)
	}
	problems, ok := errors.AsType[Problems](d.Validate(compile(t, example)))
	if !ok || len(problems) != shown {
		t.Fatalf("%d problems", len(problems))
	}
	if last := problems[shown-1]; last.Text != "4901 more problems from here on; mend those above first" || last.Line != 101 {
		t.Errorf("got %v", last)
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k")
		b.WriteString(strings.Repeat("a", i%7))
		b.WriteString(strings.Repeat("b", i/7%100))
		b.WriteString(strings.Repeat("c", i/700))
		b.WriteString(": 1\n")
	}
	return b.String()
}

func TestPath(t *testing.T) {
	for pointer, want := range map[string]string{
		"": "", "/clients/0/redirect_uris/1": "clients[0].redirect_uris[1]", "/claims/https:~1~1x~1y": `claims["https://x/y"]`,
		"/a/": `a[""]`,
	} {
		if got := Path(pointer); got != want {
			t.Errorf("%s: got %s, want %s", pointer, got, want)
		}
	}
}

// library is a schema in a library that knows all of JSON Schema: what this
// package allows and refuses must be the same.
func library(t testing.TB, text string) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", value); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// plain is the value as encoding/json would decode it, numbers as json.Number.
func (n *node) plain() any {
	switch n.shape {
	case isBoolean:
		return n.value == "true"
	case isNumber:
		return json.Number(n.value)
	case isText:
		return n.value
	case isArray:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = item.plain()
		}
		return out
	case isObject:
		out := make(map[string]any, len(n.items))
		for i, item := range n.items {
			out[n.names[i].value] = item.plain()
		}
		return out
	default:
		return nil
	}
}

// rules has every keyword in the ways that they meet.
const rules = `{
	"type": "object",
	"properties": {
		"a": {"anyOf": [{"type": "integer", "maximum": 5}, {"type": "string", "pattern": "^x"}, {"enum": [null, 1.50, {"k": [1]}]}]},
		"b": {"if": {"type": "array"}, "then": {"minItems": 2, "items": {"$ref": "#"}, "uniqueItems": true}, "else": {"type": ["string", "number"], "minLength": 2}},
		"c": {"oneOf": [{"type": "number", "minimum": 0}, {"type": "integer"}]},
		"d": false, "e": true, "f": {"additionalProperties": {"type": "boolean"}, "propertyNames": {"minLength": 2}, "required": ["gh"]}
	},
	"additionalProperties": {"$ref": "#/properties/a"}
}`

func TestValidateAgreesWithALibrary(t *testing.T) {
	s, reference := compile(t, rules), library(t, rules)
	values := []string{
		"null", "true", "0", "-1", "3", "5.0", "6", "1.5", "15e-1", "1.25", `""`, `"x"`, `"xy"`, `"y"`, "[]", "[1]", `["x", "x"]`, `[{}, {"a": 1}]`,
		`[1, 1.0]`, `[{"a": "y"}, {}]`, `{}`, `{"k": [1]}`, `{"k": [1.0]}`, `{"k": [2]}`, `{"gh": true}`, `{"gh": 1}`, `{"g": true, "gh": true}`, `{"gh": true, "hi": false}`,
	}
	agreed := map[bool]int{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "other"} {
		for _, value := range values {
			text := `{"` + name + `": ` + value + `}`
			d, err := Parse("f", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			got, want := d.Validate(s), reference.Validate(d.root.plain())
			if (got == nil) != (want == nil) {
				t.Errorf("%s: %v; the library says %v", text, got, want)
			}
			agreed[got == nil]++
		}
	}
	if agreed[true] < 40 || agreed[false] < 40 {
		t.Errorf("the table is one-sided: %v", agreed)
	}
}

func FuzzValidate(f *testing.F) {
	s, reference := compile(f, example), library(f, example)
	f.Add([]byte("clients: [{client_id: a}]\nfault: {x: 1}\ncount: 1e300"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse("f", data)
		if err != nil {
			return
		}
		err = d.Validate(s)
		if want := reference.Validate(d.root.plain()); (err == nil) != (want == nil) {
			t.Fatalf("%q: %v; the library says %v", data, err, want)
		}
		if err == nil {
			return
		}
		problems, ok := errors.AsType[Problems](err)
		if !ok || len(problems) == 0 {
			t.Fatalf("%T", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
