package fault

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(Schema())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:faults", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:faults")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaTakesTheCatalogue holds that Load reads every fault of the
// catalogue back as it is.
func TestSchemaTakesTheCatalogue(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for _, spec := range All() {
		text, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value); err != nil {
			t.Errorf("%s: %v", spec.ID, err)
		}
		read, err := Load("fault.json", text)
		if err != nil || len(read) != 1 {
			t.Errorf("%s: %d specs, %v", spec.ID, len(read), err)
			continue
		}
		again, err := json.Marshal(read[0])
		var was, is any
		if err = errors.Join(err, json.Unmarshal(text, &was), json.Unmarshal(again, &is)); err != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("%s became %s: %v", text, again, err)
		}
	}
}

// TestSchemaHasTheMembers holds that the schema and the types name the same
// members, and that it describes each.
func TestSchemaHasTheMembers(t *testing.T) {
	t.Parallel()
	var doc struct {
		Defs map[string]struct {
			Properties map[string]struct {
				Description string `json:"description"`
				Ref         string `json:"$ref"`
				Items       struct {
					Properties map[string]json.RawMessage `json:"properties"`
				} `json:"items"`
			} `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	for def, value := range map[string]any{
		"fault": Spec{}, "token_edit": TokenEdit{}, "response_edit": ResponseEdit{}, "redirect_edit": RedirectEdit{}, "keys_edit": KeysEdit{}, "elsewhere": Elsewhere{},
	} {
		got := slices.Sorted(maps.Keys(doc.Defs[def].Properties))
		if want := members(reflect.TypeOf(value)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", def, got, want)
		}
		for name, p := range doc.Defs[def].Properties {
			if p.Description == "" && p.Ref == "" {
				t.Errorf("%s.%s: no description", def, name)
			}
		}
	}
	refs := slices.Sorted(maps.Keys(doc.Defs["fault"].Properties["refs"].Items.Properties))
	if want := members(reflect.TypeFor[protocol.Ref]()); !slices.Equal(refs, want) {
		t.Errorf("refs: %q, want %q", refs, want)
	}
}

func members(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func TestLoad(t *testing.T) {
	t.Parallel()
	specs, err := Load("faults.yaml", []byte(`
- id: id_token.aud.mine
  title: a wrong audience
  token:
    set_claims: {aud: [{$client: id}, other]}
- id: token.status.mine
  skip: 1
  response: {endpoint: token, status: 500}
`))
	if err != nil || len(specs) != 2 || specs[1].Skip != 1 || string(specs[0].Token.SetClaims["aud"]) != `[{"$client":"id"},"other"]` {
		t.Errorf("%+v, %v", specs, err)
	}
	for text, parts := range map[string][]string{
		"id: a.b\ntoken: {sing: unsigned}\nresponse: {endpoint: tokn, status: 99}\n": {"f.yaml:2:", "sing", "f.yaml:3:", "tokn", "99"},
		"- id: a.b\n  token: {sign: hmac}\n- id: a.b\n  token: {sign: unsigned}\n":   {"f.yaml:1:", "token.secret", "f.yaml:3:", "given twice"},
		"id: a.b\ntoken: {set_claims: {exp: {$nwo: 1h}}}\n":                          {"$nwo"},
		"id: Nonsense\ntoken: {sign: unsigned}\n":                                    {"f.yaml:1:", "Nonsense"},
		"id: a.b\n": {"f.yaml:1:"},
		"id: a.b\nresponse: {endpoint: token, delay: soon}\n":                       {"f.yaml:2:", "soon"},
		"id: a.b\nredirect: {endpoint: authorize, code: stolen, mode: telepathy}\n": {"stolen", "telepathy"},
	} {
		_, err := Load("f.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q was taken", text)
			continue
		}
		for _, part := range parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: no %q in %v", text, part, err)
			}
		}
	}
}

// FuzzLoad holds that what is read is valid, and is read again from its JSON.
func FuzzLoad(f *testing.F) {
	f.Add("- id: a.b\n  token: {sign: unsigned}\n")
	f.Add(`{"id":"a.b","response":{"endpoint":"jwks","keys":{"first":[{"$jwk":"rogue"}]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		specs, err := Load("f", []byte(text))
		if err != nil {
			return
		}
		for _, s := range specs {
			out, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Load("g.json", out); err != nil {
				t.Fatalf("%q became %q: %v", text, out, err)
			}
		}
	})
}
