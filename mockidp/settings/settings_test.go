package settings

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

func none(string) ([]byte, error) { return nil, fs.ErrNotExist }

func TestExampleIsServed(t *testing.T) {
	f, err := Load("../../docs/idp.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Server.Options()
	if err != nil {
		t.Fatal(err)
	}
	if o.Addr != "127.0.0.1:9400" || o.Host != "localhost" {
		t.Errorf("options %+v", o)
	}
	o.Addr = ""
	s, err := mockidp.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	ps, err := f.Add(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(ps) != 2 || !strings.HasSuffix(ps[0].Issuer(), "/acme") || !strings.HasSuffix(ps[1].Issuer(), "/partner") {
		t.Fatalf("providers %v", ps)
	}
	if c, ok := ps[1].Client("shop"); !ok || c.Method() != identity.AuthPost || c.Secret != "another one" {
		t.Errorf("client %+v", c)
	}
	if !strings.Contains(string(ps[1].ServedMetadata()), `"service_documentation":"https://partner.example/docs"`) {
		t.Errorf("metadata %s", ps[1].ServedMetadata())
	}
	acme := f.Issuers[0].Config()
	if acme.CodeLifetime != 90*time.Second || acme.KeySchedule.Overlap != 2*time.Hour {
		t.Errorf("config %+v", acme)
	}
	claims, err := json.Marshal(acme.Users[0].Claims)
	want := `{"address":{"country":"CA","postal_code":null},"birthdate":"1815-12-10","email":"ada@customers.example","email_verified":true,"entitlements":[],"name":"Ada Lovelace","tgam_id":114517357}`
	if err != nil || string(claims) != want {
		t.Errorf("claims %s, %v", claims, err)
	}
	if a := f.Issuers[0].Faults[0]; a.spec.ID != "id_token.aud.other" || a.User != "ada" || a.Budget != 1 {
		t.Errorf("fault %+v", a)
	}
	if a := f.Issuers[1].Faults[0]; string(a.spec.Response.Merge) != `{"email":42}` {
		t.Errorf("fault %+v", a)
	}
}

// TestSchemaIsPublished compares the copy that editors read with the one that
// is compiled in.
func TestSchemaIsPublished(t *testing.T) {
	published, err := os.ReadFile("../../docs/idp.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(published) != string(Schema()) {
		t.Error("docs/idp.schema.json differs from mockidp/settings/schema.json; copy it")
	}
}

const wrong = `issuers:
- path: /acme/keys
  lifetimes: {code: 1ms}
  clients:
  - client_id: a
    redirect_uris: ["http://x.test/cb"]
  - client_id: a
    redirect_uris: [nowhere]
  users:
  - {username: ada, password: x, sub: s, claims: {iss: x}}
  - {username: ada, password: x}
  - {username: bob, password: x, sub: s}
  faults:
  - {fault: id_token.aud.othr, user: eve, client: b}
  - fault: {id: x.y}
- path: /acme/keys
- {path: /evil, evil: {honest: /acme, mixes: [issuer]}}
server: {url: "https://x.test/op", cert: a.pem}
fault_files: [missing.yaml, bad.yaml]
`

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := Parse("f.yaml", []byte(wrong), func(name string) ([]byte, error) {
		if name == "bad.yaml" {
			return []byte("- {id: a.b, title: x, titel: y, token: {sign: unsigned}}"), nil
		}
		return nil, fs.ErrNotExist
	})
	if _, ok := errors.AsType[document.Problems](err); !ok {
		t.Fatalf("%T %v", err, err)
	}
	for _, want := range []string{
		`f.yaml:2:3: issuers[0]: path "/acme/keys" ends like an endpoint`,
		"f.yaml:2:3: issuers[0]: code lifetime 1ms is less than a second",
		`f.yaml:7:5: issuers[0].clients[1]: redirect URI "nowhere" is not absolute`,
		`f.yaml:7:16: issuers[0].clients[1].client_id: another client has the ID "a"`,
		`f.yaml:10:5: issuers[0].users[0]: claim "iss" is the provider's own to set`,
		`f.yaml:11:16: issuers[0].users[1].username: another user has the name "ada"`,
		`f.yaml:12:39: issuers[0].users[2].sub: another user has the sub "s"`,
		`f.yaml:14:13: issuers[0].faults[0].fault: no fault has the ID "id_token.aud.othr"; did you mean "id_token.aud.other"?`,
		`f.yaml:14:38: issuers[0].faults[0].user: no user of this issuer is called "eve"`,
		`f.yaml:14:51: issuers[0].faults[0].client: no client of this issuer has the ID "b"`,
		`f.yaml:15:12: issuers[0].faults[1].fault: fault x.y: no edits`,
		`f.yaml:16:9: issuers[1].path: another issuer has the path "/acme/keys"`,
		`f.yaml:17:32: issuers[2].evil.honest: no honest issuer has the path "/acme"`,
		`f.yaml:18:9: server: URL: "https://x.test/op" is more than an origin`,
		`f.yaml:18:9: server: a certificate needs its key`,
		"f.yaml:19:15: fault_files[0]: ",
		`f.yaml:19:29: fault_files[1]: bad.yaml:1:23: [0]: unknown member "titel"; did you mean "title"?`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestSchemaRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"issuers: []":                                  "f:1:10: issuers: is an empty list; give a value or leave it out",
		"{}":                                           `f:1:1: "issuers" is missing`,
		"issuers: [{lifetimes: {code: 90}}]":           `f:1:30: issuers[0].lifetimes.code: expected a duration such as "90s", got number`,
		"issuers: [{lifetimes: {code: -1s}}]":          `f:1:30: issuers[0].lifetimes.code: "-1s" is not a duration such as "90s"`,
		"issuers: [{path: acme}]":                      `f:1:18: issuers[0].path: "acme" is not a path such as "/acme"`,
		"issuers: [{clients: [{}]}]":                   `f:1:22: issuers[0].clients[0]: "client_id" is missing`,
		"issuers: [{user: []}]":                        `f:1:12: issuers[0]: unknown member "user"; did you mean "users"?`,
		"issuers: [{key_rotation: {}}]":                `f:1:26: issuers[0].key_rotation: "every" is missing`,
		"issuers: [{faults: [{fault: 1}]}]":            `f:1:29: issuers[0].faults[0].fault: expected string or object, got number`,
		"issuers: [{faults: [{fault: x, budget: 0}]}]": `f:1:40: issuers[0].faults[0].budget: 0 is less than 1`,
		"issuers: [{}]\nserver: {tls: on}":             `f:2:15: server.tls: expected boolean, got string; write true or false, without quotes`,
	} {
		if _, err := Parse("f", []byte(text), none); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got\n%v\nwant\n%s", text, err, want)
		}
	}
}

// TestSchemaHasTheMembersOfTheTypes walks the schema and the Go types side by
// side: neither may know a member that the other does not.
func TestSchemaHasTheMembersOfTheTypes(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	compared := 0
	var walk func(at string, schema map[string]any, typ reflect.Type)
	walk = func(at string, schema map[string]any, typ reflect.Type) {
		if ref, ok := schema["$ref"].(string); ok {
			defs := root["$defs"].(map[string]any)
			walk(at, defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any), typ)
			return
		}
		kind, _ := schema["type"].(string)
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		want := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array", reflect.Struct: "object", reflect.Map: "object"}[typ.Kind()]
		if typ.Kind() == reflect.Int64 {
			want = "integer"
		}
		if _, isText := reflect.New(typ).Interface().(interface{ UnmarshalText([]byte) error }); isText {
			want = "string"
		}
		if typ == reflect.TypeFor[json.RawMessage]() {
			return // any JSON, which others check
		}
		if kind != want {
			t.Errorf("%s: %s in the schema, %s in Go", at, kind, want)
		}
		compared++
		switch typ.Kind() {
		case reflect.Slice:
			walk(at+"[]", schema["items"].(map[string]any), typ.Elem())
		case reflect.Struct:
			properties, ok := schema["properties"].(map[string]any)
			if !ok {
				t.Fatalf("%s: no properties", at)
			}
			var names []string
			for i := range typ.NumField() {
				field := typ.Field(i)
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				if !field.IsExported() {
					continue
				}
				names = append(names, name)
				if p, ok := properties[name].(map[string]any); ok {
					if _, told := p["description"]; !told {
						t.Errorf("%s.%s: no description", at, name)
					}
					if field.Type.PkgPath() != "github.com/go-jose/go-jose/v4" && name != "jwks" {
						walk(at+"."+name, p, field.Type)
					}
				}
			}
			slices.Sort(names)
			if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, names) {
				t.Errorf("%s: the schema has %q, Go has %q", at, got, names)
			}
			if schema["additionalProperties"] != false {
				t.Errorf("%s: unknown members are not refused", at)
			}
		}
	}
	walk("", root, reflect.TypeFor[File]())
	if compared < 50 {
		t.Errorf("only %d members compared", compared)
	}
}

func TestOptionsReadTheCertificate(t *testing.T) {
	_, err := Server{Cert: "missing.pem", Key: "missing.key", CAFile: "ca.pem"}.Options()
	if err == nil || !strings.Contains(err.Error(), "missing.pem") || !strings.Contains(err.Error(), "a CA file without a CA") {
		t.Errorf("got %v", err)
	}
	if o, err := (Server{TLS: true, CAFile: "ca.pem", URL: "https://idp.test", BackChannelURL: "https://idp:1"}).Options(); err != nil || !o.TLS || o.URL != "https://idp.test" || o.BackChannelURL != "https://idp:1" {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestEvilIssuer(t *testing.T) {
	f, err := Parse("f", []byte(`issuers:
- path: /evil
  evil: {honest: /acme, mixes: [authorization_endpoint]}
  faults: [{fault: token.status.500, user: ada, client: shop}]
- path: /acme
  clients: [{client_id: shop, redirect_uris: ["http://x.test/cb"]}]
  users: [{username: ada, password: pw}]
`), none)
	if err != nil {
		t.Fatal(err)
	}
	s, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	ps, err := f.Add(s)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(ps[0].Issuer(), "/evil") || !strings.HasSuffix(ps[1].Issuer(), "/acme") {
		t.Fatalf("issuers %s, %s", ps[0].Issuer(), ps[1].Issuer())
	}
	if want := `"authorization_endpoint":"` + ps[1].Metadata().AuthorizationEndpoint; !strings.Contains(string(ps[0].ServedMetadata()), want) {
		t.Errorf("%s lacks %s", ps[0].ServedMetadata(), want)
	}
}

func TestMixesAreInTheSchema(t *testing.T) {
	for _, m := range mockidp.Mixes() {
		text := "issuers: [{path: /a}, {evil: {honest: /a, mixes: [" + string(m) + "]}}]"
		if _, err := Parse("f", []byte(text), none); err != nil {
			t.Error(err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("own.yaml", "- {id: own.one, title: x, token: {sign: unsigned}}")
	f, err := Load(write("idp.json", `{"issuers": [{"faults": [{"fault": "own.one"}]}], "fault_files": ["own.yaml"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Issuers[0].Faults[0].spec.Token; got == nil || got.Sign != "unsigned" {
		t.Errorf("got %+v", got)
	}
	if specs, err := LoadFaults(filepath.Join(dir, "own.yaml")); err != nil || len(specs) != 1 {
		t.Errorf("got %v, %v", specs, err)
	}
	if _, err := Load(filepath.Join(dir, "missing.yaml")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "check the path") {
		t.Errorf("got %v", err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("got %v", err)
	}
	if _, err := LoadFaults(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../../docs/idp.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte(wrong))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("f", data, none)
		if err == nil {
			for _, i := range file.Issuers {
				if err := i.Config().Validate(); err != nil {
					t.Fatalf("accepted, but %v", err)
				}
			}
			return
		}
		if _, ok := errors.AsType[document.Problems](err); !ok {
			t.Fatalf("%T %v", err, err)
		}
	})
}
