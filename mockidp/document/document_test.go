package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseKeepsValues(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words of YAML 1.1 are text", "a: on\nb: yes\nc: No\nd: y", `{"a":"on","b":"yes","c":"No","d":"y"}`},
		{"booleans", "a: true\nb: FALSE", `{"a":true,"b":false}`},
		{"dates are text", "a: 1815-12-10\nb: 2001-12-14T21:59:43.10Z", `{"a":"1815-12-10","b":"2001-12-14T21:59:43.10Z"}`},
		{"numbers keep every digit", "a: 12345678901234567890123\nb: 0.10\nc: 1e3\nd: -0", `{"a":12345678901234567890123,"b":0.10,"c":1e3,"d":-0}`},
		{"quotes make text", "a: \"1\"\nb: 'true'\nc: ''", `{"a":"1","b":"true","c":""}`},
		{"nulls are kept", "a:\nb: null\nc: ~\nd: [null]", `{"a":null,"b":null,"c":null,"d":[null]}`},
		{"addresses and durations are text", "a: 127.0.0.1:0\nb: 90s\nc: 1.2.3", `{"a":"127.0.0.1:0","b":"90s","c":"1.2.3"}`},
		{"blocks", "a: |\n  x\n  y\nb: >-\n  x\n  y", `{"a":"x\ny\n","b":"x y"}`},
		{"order is kept", "z: 1\na: {y: 1, b: 2}", `{"z":1,"a":{"y":1,"b":2}}`},
		{"HTML stays", "a: <&>", `{"a":"<&>"}`},
		{"JSON", "\n{\"a\": [1, 12345678901234567890123, \"\\ud83d\\ude00\\/\", true, null], \"<<\": {}}", "{\"a\":[1,12345678901234567890123,\"\U0001F600/\",true,null],\"<<\":{}}"},
		{"a scalar", "x", `"x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Parse("f", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(d.JSON()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat("[", 66) + strings.Repeat("]", 66)
	for _, c := range []struct{ text, want string }{
		{"", "f:1:1: empty"},
		{"# nothing\n", "f:1:1: empty"},
		{"a: 1\nb: 2\na: 3", `f:3:1: "a" is already set on line 1`},
		{"{\"a\": 1,\n \"a\": 2}", `f:2:2: "a" is already set on line 1`},
		{"a: &x 1\nb: *x", "f:1:4: anchors are not supported; write the value where it is used\nf:2:4: aliases are not supported; write the value out"},
		{"a: {}\n<<: {b: 1}", "f:2:1: merge keys are not supported; write the values out"},
		{"a: !!binary aGk=", "f:1:4: tags are not supported; put text in quotes and write anything else plainly"},
		{"1: x", "f:1:1: a name must be text; put 1 in quotes"},
		{"? [a]\n: x", "f:1:3: a name must be text"},
		{"a: 0777", "f:1:4: 0777 is not a number of JSON; write it in plain decimal digits, or in quotes if it is text"},
		{"a: 1_000", "f:1:4: 1_000 is not a number of JSON; write it in plain decimal digits, or in quotes if it is text"},
		{"a: 0x1F", "f:1:4: 0x1F is not a number of JSON; write it in plain decimal digits, or in quotes if it is text"},
		{"a: .inf", "f:1:4: .inf is not a number of JSON; write it in plain decimal digits, or in quotes if it is text"},
		{"a: +1", "f:1:4: +1 is not a number of JSON; write it in plain decimal digits, or in quotes if it is text"},
		{"a: 1e400", "f:1:4: the exponent of 1e400 is beyond 308"},
		{`{"a": 1e-99999999999999999999}`, "f:1:7: the exponent of 1e-99999999999999999999 is beyond 308"},
		{"a: " + strings.Repeat("9", 401), "f:1:4: a number of more than 400 characters"},
		{"a: 1\n---\nb: 2", "f:2:1: a second document begins here; put everything into the first"},
		{"a:\n\t- b", "f:2:1: not valid YAML: found character that cannot start any token; indent with spaces"},
		{"a: \"b", "f:1:4: not valid YAML: found unexpected end of stream; a quote that opens here is not closed"},
		{"a: b: c", "f:1:5: not valid YAML: mapping values are not allowed in this context; put text that contains \": \" in quotes, or check the indentation"},
		{"a: \x00", "f:1:4: not valid YAML: a control character"},
		{"a: x\nb: \xff", "f:2:4: not UTF-8"},
		{deep, "f:1:66: nested more than 64 levels deep"},
		{"- " + deep, "f:1:67: nested more than 64 levels deep"},
		{strings.Repeat("x", MaxSize+1), "f:1:1: larger than 1 MiB, which nobody writes by hand"},
		{`["\ud800"]`, "f:1:2: half a surrogate pair is no character"},
	} {
		_, err := Parse("f", []byte(c.text))
		if _, ok := errors.AsType[Problems](err); !ok || err.Error() != c.want {
			t.Errorf("%.40q: got\n%v\nwant\n%s", c.text, err, c.want)
		}
	}
}

func TestParseRefusesBrokenJSON(t *testing.T) {
	for text, want := range map[string]string{
		"{\n \"a\": }":        "f.json:2:7: not valid JSON: invalid character '}' looking for beginning of value",
		"{\"a\": 1":           "f.json:1:8: not valid JSON: the file ends too early",
		"[1]\n2":              "f.json:2:1: not valid JSON: invalid character '2' after top-level value",
		" ":                   "f.json:1:1: empty",
		"{a: 1}":              "f.json:1:2: not valid JSON: invalid character 'a' looking for beginning of object key string",
		"{\"a\": 1, \"b\" 2}": "f.json:1:14: not valid JSON: invalid character '2' after object key",
	} {
		if _, err := Parse("f.json", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestAtFindsTheNearestValue(t *testing.T) {
	yaml := "clients:\n  - client_id: a\n    redirect_uris: [x, y]\n  - client_id: é; b\n\"a/b\": {~: 1}\n"
	yaml = strings.Replace(yaml, "{~: 1}", `{"~": 1}`, 1)
	for _, text := range []string{
		yaml,
		"{\"clients\":\n    [{\"client_id\": \"a\",\n\n     \"redirect_uris\": [1, 2]}],\n\"a/b\":  {\"~\": 1}}",
	} {
		d, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(
			d.At(""), d.At("/clients/0"), d.At("/clients/0/client_id"), d.At("/clients/0/redirect_uris/1"),
			d.At("/clients/0/client_secret"), d.At("/clients/9"), d.At(Pointer("a/b", "~")))
		want := "{1 1} {2 5} {2 16} {3 24} {2 5} {2 3} {5 14}"
		if text != yaml {
			want = "{1 1} {2 6} {2 20} {4 27} {2 6} {2 5} {5 15}"
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	type inner struct {
		Count  int            `json:"count"`
		Claims map[string]any `json:"claims"`
		Raw    json.RawMessage
	}
	type file struct {
		Items []inner `json:"items"`
	}
	parse := func(text string) *Document {
		d, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var f file
	if err := parse("items:\n- {count: 2, claims: {big: 12345678901234567890}, Raw: {z: 1, a: 2}}").Decode(&f); err != nil {
		t.Fatal(err)
	}
	if got := f.Items[0]; got.Count != 2 || got.Claims["big"] != json.Number("12345678901234567890") || string(got.Raw) != `{"z":1,"a":2}` {
		t.Errorf("got %+v", got)
	}
	for text, want := range map[string]string{
		"items:\n- count: 1\n- count: many": "f:3:10: items[1].count: a JSON string does not fit here",
		"items:\n- {count: 2.5}":            "f:2:11: items[0].count: a JSON number 2.5 does not fit here",
		"itens: []":                         `f:1:1: unknown field "itens"`,
	} {
		if err := parse(text).Decode(&file{}); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// TestLargeDocumentsAreReadInTime would not end within the test's patience if
// reading took quadratic time.
func TestLargeDocumentsAreReadInTime(t *testing.T) {
	items := strings.Repeat("1,", MaxSize/2-8)
	for _, text := range []string{"[" + items + "1]", "[" + items + "x]"} {
		d, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.At("/400000"); got != (Position{1, 800002}) {
			t.Errorf("got %v", got)
		}
	}
	var aliases strings.Builder
	aliases.WriteString("a: &a [x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'z'; c++ {
		fmt.Fprintf(&aliases, "%c: &%c [*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1)
	}
	if _, err := Parse("f", []byte(aliases.String())); err == nil || !strings.Contains(err.Error(), "more problems from here on") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a: 1\nb: [x, {c: null}]", `{"a": "\ud83d\ude00", "b": -1.5e3}`, "a: &x [*x]", "- |\n  x\n", "{a: 1, a: 2}", "a: !!str 1", "? a",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse("f", data)
		if err != nil {
			problems, ok := errors.AsType[Problems](err)
			if !ok || len(problems) == 0 || len(problems) > shown {
				t.Fatalf("%T %v", err, err)
			}
			for _, p := range problems {
				if p.Line < 1 || p.Column < 1 || p.Text == "" {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		text := d.JSON()
		var first any
		if err := d.Decode(&first); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, err := Parse("again.json", text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if string(again.JSON()) != string(text) {
			t.Fatalf("%s became %s", text, again.JSON())
		}
	})
}
