package document

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// add notes a problem with the value that an error is about.
func (v *verdict) add(e *jsonschema.ValidationError, text string) {
	v.problems = append(v.problems, Problem{
		File: v.name, Position: v.nearest(e.InstanceLocation), Path: path(e.InstanceLocation), Text: text,
	})
}

func (v *verdict) nearest(location []string) Position {
	if n := v.root.find(location); n != nil {
		return n.pos
	}
	return v.root.pos
}

// leaf words an error that has no causes.
func (v *verdict) leaf(e *jsonschema.ValidationError) {
	rule := v.rule(e)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		v.unknown(e, rule, k.Properties)
	case *kind.FalseSchema:
		v.add(e, "is not allowed here")
	case *kind.Required:
		for _, missing := range k.Missing {
			v.add(e, fmt.Sprintf("%q is missing", missing))
		}
	case *kind.DependentRequired:
		v.add(e, fmt.Sprintf("%q needs %s as well", k.Prop, strings.Join(k.Missing, ", ")))
	case *kind.Type:
		v.add(e, fmt.Sprintf("expected %s, got %s%s", noun(rule, strings.Join(k.Want, " or ")), k.Got, v.hint(e, k)))
	case *kind.Enum:
		words := words(k.Want)
		v.add(e, show(k.Got)+" is none of the known values"+Suggest(fmt.Sprint(k.Got), words))
	case *kind.Const:
		v.add(e, fmt.Sprintf("must be %s, not %s", show(k.Want), show(k.Got)))
	case *kind.Pattern:
		v.add(e, show(k.Got)+" is not "+noun(rule, "of the form "+k.Want))
	case *kind.MinLength:
		if k.Got == 0 {
			v.add(e, "is empty")
			return
		}
		v.add(e, fmt.Sprintf("is shorter than %d characters", k.Want))
	case *kind.MinItems:
		if k.Got == 0 {
			v.add(e, "is an empty list; give a value or leave it out")
			return
		}
		v.add(e, fmt.Sprintf("has %d items, %d is the least", k.Got, k.Want))
	case *kind.UniqueItems:
		v.add(e, fmt.Sprintf("items %d and %d are the same", k.Duplicates[0]+1, k.Duplicates[1]+1))
	case *kind.Minimum:
		v.add(e, fmt.Sprintf("%s is less than %s", k.Got.RatString(), k.Want.RatString()))
	case *kind.Maximum:
		v.add(e, fmt.Sprintf("%s is more than %s", k.Got.RatString(), k.Want.RatString()))
	default:
		v.add(e, k.LocalizedString(message.NewPrinter(language.English)))
	}
}

// unknown reports members that a schema does not list, where their names are.
func (v *verdict) unknown(e *jsonschema.ValidationError, rule *node, members []string) {
	at := make(map[string]Position)
	if n := v.root.find(e.InstanceLocation); n != nil {
		for _, m := range n.names {
			at[m.value] = m.pos
		}
	}
	names := known(rule)
	for _, m := range members {
		if len(v.problems) > shown {
			names = nil // will not be read
		}
		v.problems = append(v.problems, Problem{
			File: v.name, Position: at[m], Path: path(e.InstanceLocation),
			Text: fmt.Sprintf("unknown member %q%s", shorten(m), Suggest(m, names)),
		})
	}
}

// hint helps where YAML is likely to surprise.
func (v *verdict) hint(e *jsonschema.ValidationError, k *kind.Type) string {
	n := v.root.find(e.InstanceLocation)
	want := k.Want[0]
	switch {
	case n == nil:
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
func noun(rule *node, otherwise string) string {
	title := rule.child("title")
	if title == nil || title.shape != isText {
		return otherwise
	}
	out := title.value
	if examples := rule.child("examples"); examples != nil && len(examples.items) > 0 {
		example, _ := examples.items[0].encode()
		out += " such as " + string(example)
	}
	return out
}

func words(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out
}

// show is a value as JSON, shortened.
func show(v any) string {
	if s, ok := v.(string); ok {
		return string(quote(shorten(s)))
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return shorten(string(text))
}
