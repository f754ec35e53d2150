package idtoken

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

func jwtOf(payload string) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	return []byte(encode([]byte(`{"alg":"RS256"}`)) + "." + encode([]byte(payload)) + ".signature")
}

// TestRead holds which claims of a token are kept, which are not and why.
func TestRead(t *testing.T) {
	t.Parallel()
	const uuid, mongo = "b7f1c2d0-5f7e-4a57-9a55-0c1d2e3f4a5b", "507f1f77bcf86cd799439011"
	secret := map[string]string{
		`"access_token":"x"`: "named like a secret", `"apiKey":"x"`: "named like a secret", `"https://shop/reset-password":"x"`: "named like a secret",
		`"pin":1234`: "named like a secret", `"note":"` + string(jwtOf(`{"a":1}`)) + `"`: "looks like a token",
		`"k":"-----BEGIN RSA PRIVATE KEY-----"`: "looks like a key", `"h":"$2b$10$abcdefghijklmnopqrstuv"`: "looks like the hash of a password",
		`"u":"https://me:pw@shop.test/"`: "looks like an address with a password", `"g":"ghp_abc"`: "looks like a secret",
		`"b":"` + strings.Repeat("aB3", 20) + `"`: "looks like a secret", `"l":["a","ghp_abc"]`: "an item looks like a secret",
		`"iss":"x"`: "belongs to the token and not to the person", `"nonce":"x"`: "belongs to the token and not to the person", `"s_hash":"x"`: "belongs to the token and not to the person",
	}
	kept := []string{
		`"email":"a@b.test"`, `"email_verified":false`, `"big":12345678901234567890`, `"half":0.50`, `"none":null`, `"groups":["a",1,{"b":[]}]`,
		`"oid":"` + uuid + `"`, `"crm":"001Sv00000GVVcoIAH"`, `"mongo":"` + mongo + `"`, `"picture":"https://x.test/A1b2C3d4E5f6A1b2C3d4E5f6A1b2C3d4E5f6A1b2?s=96"`,
		`"shipping":"x"`, `"sha":"da39a3ee5e6b4b0d3255bfef95601890afd80709da39a3ee"`, `"spinning":1`, `"address":{"country":"CA","region":null}`,
	}
	for member, why := range secret {
		p, err := Read(jwtOf(`{"sub":"s",` + member + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if c := p.Claims[0]; len(p.User.Claims) > 0 || c.Dropped != why && p.Claims[1].Dropped != why {
			t.Errorf("%s: %+v, want %s", member, p, why)
		}
	}
	p, err := Read(jwtOf(`{"sub":"s",` + strings.Join(kept, ",") + `}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(p.User.Claims)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range kept {
		if !strings.Contains(string(got), member) {
			t.Errorf("%s is not kept in %s: %+v", member, got, p.Claims)
		}
	}
}

// TestReadInside holds that a secret in an object goes alone, and that a claim
// can be kept by name.
func TestReadInside(t *testing.T) {
	t.Parallel()
	const payload = `{"sub":"s","preferred_username":"","email":"a@b.test","shop":{"id":7,"auth":{"session_token":"x","n":1}},"badge_pin":"12"}`
	p, err := Read(jwtOf(payload), "badge_pin")
	if err != nil {
		t.Fatal(err)
	}
	want := Person{
		User: identity.User{Username: "a@b.test", Subject: "s", Claims: map[string]any{
			"preferred_username": "", "email": "a@b.test", "badge_pin": "12",
			"shop": map[string]any{"id": json.Number("7"), "auth": map[string]any{"n": json.Number("1")}},
		}},
		Claims: []Claim{
			{"badge_pin", "string", ""},
			{"email", "string", ""},
			{"preferred_username", "string", ""},
			{"shop.auth.session_token", "string", "named like a secret"},
			{"shop", "object", ""},
			{"sub", "string", ""},
		},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v\nwant %+v", p, want)
	}
	if err := p.User.Validate(); err == nil || err.Error() != "no password" {
		t.Errorf("what is wrong with the user: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0"
	for token, want := range map[string]string{
		"":                                   "this has 1",
		secret + "." + secret:                "this has 2",
		"a.b.c.d." + secret:                  "decrypt it first",
		"!." + secret + ".x":                 "the header is not base64url",
		secret + "." + secret + "." + secret: "the header is not JSON",
		string(jwtOf("[]")):                  "the claims is not a JSON object",
		string(jwtOf("null")):                "the claims is not a JSON object",
		string(jwtOf(`{"sub":1}`)):           "no sub that is a text",
		string(jwtOf(`{"sub":"secret","sub":"secret"}`)):    "given twice",
		string(jwtOf(`{"sub":"s","a":1e999}`)):              "out of range",
		string(jwtOf("{\"sub\":\"secret\xff\"}")):           "not Unicode",
		string(jwtOf(`{"sub":"` + secret + `","email":1}`)): `no claim "emial" to keep; did you mean "email"?`,
		strings.Repeat("x", MaxSize+1):                      "longer than 64 KiB",
	} {
		_, err := Read([]byte(token), "emial")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", token, err, want)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes the token: %v", err)
		}
	}
}

// FuzzRead holds that no token is too odd to be read or refused, that what is
// kept is valid, and that it comes back from YAML as it was.
func FuzzRead(f *testing.F) {
	for _, payload := range []string{
		`{"sub":"s","a":[1,1e5,-0,0.10],"b":{"":null},"on":"yes","1":"#","\u2028":"\u0085\ufeff\u007f\ud83d\ude00"}`,
		`{"sub":"s","x":": - ? ! % @ & * {} [] | > ' \" \\ \t \n"}`, `{"sub":""}`, `[]`, `{"sub":"s","t":{"token":"x"}}`,
		`{"sub":"s","` + strings.Repeat("long ", 2000) + `":{"` + strings.Repeat("x", 10_000) + `":1}}`,
	} {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		p, err := Read(jwtOf(payload))
		if err != nil {
			if len(err.Error()) > 200 {
				t.Errorf("a long error: %v", err)
			}
			return
		}
		p.User.Password = "pw"
		if len(p.User.Subject) <= 255 {
			if err := p.User.Validate(); err != nil {
				t.Errorf("not valid: %v", err)
			}
		}
		var out bytes.Buffer
		if err := WriteYAML(&out, p.User); err != nil {
			t.Fatal(err)
		}
		doc, err := document.Parse("users.yaml", out.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.String())
		}
		var back []identity.User
		if err := doc.Decode(&back); err != nil {
			t.Fatal(err)
		}
		if len(p.User.Claims) == 0 {
			p.User.Claims = nil
		}
		if len(back) != 1 || !reflect.DeepEqual(back[0], p.User) {
			t.Errorf("got %+v\nwant %+v\nfrom\n%s", back, p.User, out.String())
		}
	})
}
