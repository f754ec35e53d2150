package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestRedact(t *testing.T) {
	const decoded = `{"alg":"RS256","kid":"k1"}.{"sub":"ada","aud":"shop"}`
	nested := encode(`{"alg":"none"}`) + "." + encode(`{"t":"`+compactJWT+`"}`) + ".c2ln"
	for _, tt := range []struct{ name, in, want string }{
		{"alone", compactJWT, decoded},
		{"in a header", "Bearer " + compactJWT + ";", "Bearer " + decoded + ";"},
		{"two", compactJWT + " " + compactJWT, decoded + " " + decoded},
		{"with encoded dots", strings.ReplaceAll(compactJWT, ".", "%2E"), decoded},
		{"unsigned", encode(`{"alg":"none"}`) + "." + encode(`{"sub":"ada"}`) + ".", `{"alg":"none"}.{"sub":"ada"}`},
		{"white space in the header", encode("{ \"alg\":\"none\"}") + "." + encode(`{}`) + ".x", `{"alg":"none"}.{}`},
		{"line break in the header", encode("{\n\"alg\":\"none\"}") + "." + encode(`{}`) + ".x", `{"alg":"none"}.{}`},
		{"within a token", nested, `{"alg":"none"}.{"t":"` + decoded + `"}`},
		{"encrypted", encode(`{"alg":"RSA-OAEP"}`) + ".a.b.c.d", redactedToken},
		{"claims that are no object", encode(`{"alg":"none"}`) + "." + encode(`[1]`) + ".x", redactedToken},
		{"detached", encode(`{"alg":"none"}`) + "..x", redactedToken},
		{"undecodable", "eyJhbGciOiJSUzI1NiJ.eyJzdWI.c2ln", redactedToken},
		{"a host", "http://ewok.shop.example.com/", "http://ewok.shop.example.com/"},
		{"two parts", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0"},
		{"prose", "they said eyebrow... and went", "they said eyebrow... and went"},
	} {
		if got := redact(tt.in, nesting); got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// fill sets every string and every raw JSON value that a report can hold.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), s)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Slice:
		if _, ok := v.Interface().(json.RawMessage); ok {
			v.Set(reflect.ValueOf(json.RawMessage(`{"a":["` + s + `"]}`)))
		} else if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), s)
		}
	}
}

func TestNoFieldCarriesATokenIntoAReport(t *testing.T) {
	var r Report
	fill(reflect.ValueOf(&r).Elem(), compactJWT)
	for _, v := range []check.Verdict{check.Pass, check.Fail, check.Warn, check.Skip, check.Error} {
		r.Checks[0].Verdict = v
		r.Summary = count(r.Checks)
		for name, write := range map[string]func(io.Writer) error{"JSON": r.WriteJSON, "JUnit": r.WriteJUnit, "HTML": r.WriteHTML} {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "eyJ") || strings.Contains(out.String(), "c2lnLW5hdHVyZQ") {
				t.Errorf("%s of a check with the verdict %s carries a token", name, v)
			}
		}
	}
	if r.Checks[0].Reason != compactJWT || string(r.Checks[0].Evidence[0].Exchanges[0].Tokens[0].Header[0].Value) != `{"a":["`+compactJWT+`"]}` {
		t.Error("writing changed the report itself")
	}
}

func TestScrubRawKeepsTheRest(t *testing.T) {
	upper := func(s string) string { return strings.ReplaceAll(s, "x", "X") }
	for in, want := range map[string]string{
		`"a"`:                     `"a"`,
		`"x"`:                     `"X"`,
		`1.50e+400`:               `1.50e+400`,
		`{"a":1,"a":2}`:           `{"a":1,"a":2}`,
		`"\ud800"`:                `"\ud800"`,
		`"\u0078\"x"`:             `"X\"X"`,
		`[ "x" , {"x":"\\"} ]`:    `[ "X" , {"X":"\\"} ]`,
		`{"unclosed`:              `"{\"unclosed"`,
		"\"\xff\"":                "\"\ufffd\"",
		`"<&>\u2028"`:             `"<&>\u2028"`,
		`[null,true,"","x<","y"]`: `[null,true,"","X<","y"]`,
	} {
		if got := string(scrubRaw(json.RawMessage(in), upper)); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}
