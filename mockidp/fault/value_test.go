package fault

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func testHonest() Honest {
	members := map[string]json.RawMessage{"sub": []byte(`"ada"`), "exp": []byte(`100`), "groups": []byte(`["a"]`)}
	return Honest{
		Now: time.Unix(1000, 0), Client: "shop", Issuer: "https://op.test",
		Claim: func(name string) (json.RawMessage, bool) { v, ok := members[name]; return v, ok },
		Other: func(what string) (string, bool) { return "other-" + what, true },
		Key: func(name string) (json.RawMessage, bool) {
			return []byte(`{"kty":"RSA","kid":"k-` + name + `"}`), name != "small"
		},
		Certificate: func(name string) (string, bool) { return "cert-" + name, true },
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, value, want string }{
		{"sub", `"plain"`, `"plain"`},
		{"sub", `{"$own":"value"}`, `"ada"`},
		{"sub", `{"$append":"x"}`, `"adax"`},
		{"sub", `{"$prepend":"x"}`, `"xada"`},
		{"sub", `{"$cut":2}`, `"ad"`},
		{"sub", `{"$cut":-1}`, `"ad"`},
		{"exp", `{"$now":"-1h"}`, `-2600`},
		{"exp", `{"$now_ms":"1s"}`, `1001000`},
		{"exp", `{"$string":{"$own":"value"}}`, `"100"`},
		{"aud", `[{"$client":"id"},"b"]`, `["shop","b"]`},
		{"iss", `{"$join":[{"$issuer":"url"},"/",{"$upper":"x"}]}`, `"https://op.test/X"`},
		{"iss", `{"$lower":"ABC"}`, `"abc"`},
		{"sub", `{"$other":"sub"}`, `"other-sub"`},
		{"jwk", `{"$jwk":"rogue"}`, `{"kty":"RSA","kid":"k-rogue"}`},
		{"kid", `{"$kid":"other"}`, `"k-other"`},
		{"x5c", `{"$x5c":"rogue"}`, `["cert-rogue"]`},
		{"jwk", `{"$merge":[{"$jwk":"rogue"},{"kid":{"$kid":"signing"},"n":1}]}`, `{"kty":"RSA","kid":"k-signing","n":1}`},
		{"groups", `{"$repeat":{"value":"ab","times":3}}`, `"ababab"`},
		{"groups", `{"$repeat":{"value":7,"times":3}}`, `[7,7,7]`},
		{"deep", `{"$nest":3}`, `[[[]]]`},
		{"exp", `{"$raw":"01"}`, `01`},
		{"exp", `[{"$raw":"NaN"}]`, `[NaN]`},
		{"x", `{"b":{"$claim":"sub"},"a":[1]}`, `{"b":"ada","a":[1]}`},
	} {
		if err := checkValue(json.RawMessage(tc.value)); err != nil {
			t.Errorf("%s: %v", tc.value, err)
		}
		got, ok := Resolve(json.RawMessage(tc.value), tc.name, testHonest())
		if !ok || string(got) != tc.want {
			t.Errorf("%s is %s, %v, want %s", tc.value, got, ok, tc.want)
		}
	}
}

// TestResolveWithoutHonestValue holds that what has nothing to start from
// leaves its member alone.
func TestResolveWithoutHonestValue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, value string }{
		{"nonce", `{"$own":"value"}`},
		{"exp", `{"$append":"x"}`},
		{"sub", `{"$cut":9}`},
		{"sub", `{"$cut":-9}`},
		{"sub", `{"$claim":"nonce"}`},
		{"sub", `["a",{"$claim":"nonce"}]`},
		{"sub", `{"a":{"$claim":"nonce"}}`},
		{"sub", `{"$upper":{"$claim":"exp"}}`},
		{"sub", `{"$join":["a",1]}`},
		{"sub", `{"$merge":[{"$own":"value"}]}`},
		{"jwk", `{"$jwk":"small"}`},
		{"jwk", `{"$kid":"small"}`},
	} {
		if got, ok := Resolve(json.RawMessage(tc.value), tc.name, testHonest()); ok {
			t.Errorf("%s is %s", tc.value, got)
		}
		if got, ok := Resolve(json.RawMessage(tc.value), tc.name, Honest{}); ok {
			t.Errorf("%s is %s where nothing is known", tc.value, got)
		}
	}
}

func TestCheckValue(t *testing.T) {
	t.Parallel()
	for value, part := range map[string]string{
		`{`:                                 "not JSON",
		`{"$nwo":"1h"}`:                     "known:",
		`{"$now":"soon"}`:                   "duration",
		`{"$now":5}`:                        "not a text",
		`{"$now":"1h","x":1}`:               "alone",
		`{"a":{"$x":1}}`:                    "$x",
		`[{"$own":"sub"}]`:                  "known: value",
		`{"$jwk":"stolen"}`:                 "rogue",
		`{"$append":""}`:                    "empty",
		`{"$cut":"1"}`:                      "number",
		`{"$nest":0}`:                       "number",
		`{"$nest":99999999999}`:             "number",
		`{"$join":"a"}`:                     "list",
		`{"$merge":[]}`:                     "list",
		`{"$repeat":{"value":1}}`:           "form",
		`{"$repeat":[1,2]}`:                 "form",
		`{"$repeat":{"value":1,"times":0}}`: "times",
		`{"$repeat":{"value":{"$repeat":{"value":1,"times":2}},"times":2}}`: "within",
		`{"$upper":{"$nwo":1}}`: "$nwo",
	} {
		if err := checkValue(json.RawMessage(value)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v, want %q", value, err, part)
		}
	}
}

// FuzzResolve holds that a value that is accepted is resolved without a panic,
// within bounds, and to the same whether it was re-encoded before or not.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{
		`{"$own":"value"}`, `[{"$now":"1h"},{"a":{"$cut":-1}}]`, `{"$repeat":{"value":{"$upper":"x"},"times":3}}`,
		`{"$merge":[{"$jwk":"rogue"},{"kid":{"$kid":"signing"}}]}`, `{"$raw":"{"}`, `{"$nest":4}`, `{"$join":["a",{"$string":1}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) > 4096 || checkValue(json.RawMessage(value)) != nil {
			return
		}
		got, ok := Resolve(json.RawMessage(value), "sub", testHonest())
		if len(got) > maxValue {
			t.Fatalf("%q became %d bytes", value, len(got))
		}
		compact, err := json.Marshal(json.RawMessage(value))
		if err != nil {
			t.Fatal(err)
		}
		if _, again := Resolve(compact, "sub", testHonest()); ok != again {
			t.Fatalf("%q resolves: %v, %q: %v", value, ok, compact, again)
		}
	})
}
