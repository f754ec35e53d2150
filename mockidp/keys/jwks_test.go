package keys

import (
	"crypto"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

func jwk(t testing.TB, alg, kid string, private crypto.Signer) string {
	t.Helper()
	raw, err := json.Marshal(jose.JSONWebKey{Key: private, KeyID: kid, Algorithm: alg})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func newPrivate(t testing.TB, alg string) crypto.Signer {
	t.Helper()
	private, err := generate(alg)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func set(keys ...string) []byte { return []byte(`{"keys":[` + strings.Join(keys, ",") + `]}`) }

func TestFromJWKS(t *testing.T) {
	t.Parallel()
	rs, es, ed, es384 := newPrivate(t, RS256), newPrivate(t, ES256), newPrivate(t, EdDSA), newPrivate(t, ES384)
	r, err := FromJWKS(set(
		jwk(t, "PS256", "pss", rs), jwk(t, "", "mine", es), jwk(t, "", "next", newPrivate(t, ES256)), jwk(t, "", "", ed), jwk(t, "", "p384", es384),
	))
	if err != nil {
		t.Fatal(err)
	}
	for alg, want := range map[string]struct {
		kid    string
		public crypto.PublicKey
	}{PS256: {"pss", rs.Public()}, ES256: {"mine", es.Public()}, ES384: {"p384", es384.Public()}, EdDSA: {"", ed.Public()}} {
		compact, k := sign(t, r, alg)
		if want.kid != "" && k.ID != want.kid || !k.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(want.public) {
			t.Errorf("%s: key %q", alg, k.ID)
		}
		if !accepts(t, fetch(t, r), compact, alg) {
			t.Errorf("%s does not verify", alg)
		}
	}
	published := fetch(t, r)
	for kid, n := range map[string]int{"mine": 1, "next": 1, "pss": 1} {
		if len(published.Key(kid)) != n {
			t.Errorf("%s is published %d times", kid, len(published.Key(kid)))
		}
	}
	if len(ofAlg(published, RS256)) != 1 {
		t.Error("no RS256 key was made")
	}
}

func TestFromJWKSListsAllProblems(t *testing.T) {
	t.Parallel()
	es, other := newPrivate(t, ES256), newPrivate(t, ES256)
	public, err := json.Marshal(jose.JSONWebKey{Key: es.Public()})
	if err != nil {
		t.Fatal(err)
	}
	// The private half of one key with the public half of another.
	var mixed, with map[string]any
	for text, into := range map[string]*map[string]any{jwk(t, "", "", es): &mixed, jwk(t, "", "", other): &with} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	mixed["d"] = with["d"]
	chimera, err := json.Marshal(mixed)
	if err != nil {
		t.Fatal(err)
	}
	_, err = FromJWKS(set(
		string(public), `{"kty":"oct","k":"AAAA"}`, `{"kty":"XX"}`, `7`, jwk(t, "RS256", "", es), jwk(t, "", "a", es), jwk(t, "", "a", other),
		fmt.Sprintf(`%s,"use":"enc"}`, strings.TrimSuffix(jwk(t, "", "", es), "}")), string(chimera),
	))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{
		"key 1: has no private half", "key 2: ", "key 3: ", "key 4: ", "key 5: a key on P-256 does not sign RS256",
		`key 7: has the kid "a" of key 6`, `key 8: use is "enc"`, "key 9: ",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	for _, data := range []string{"", "[]", "{}", `{"keys":[]}`, `{"keys":{}}`} {
		if _, err := FromJWKS([]byte(data)); err == nil {
			t.Errorf("%q was accepted", data)
		}
	}
}

// FuzzFromJWKS holds that a set that is read can sign what it publishes.
func FuzzFromJWKS(f *testing.F) {
	f.Add(set(jwk(f, "", "a", newPrivate(f, ES256)), jwk(f, "EdDSA", "", newPrivate(f, EdDSA))))
	f.Add(set(jwk(f, "PS512", "a", newPrivate(f, PS512))))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},null,{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := FromJWKS(data)
		if err != nil {
			return
		}
		for alg, e := range r.current {
			k := e.made.Load()
			if k == nil {
				continue
			}
			public := k.JWK()
			if compact, _ := sign(t, r, alg); k.halvesMatch() != nil || k.ID == "" || !public.IsPublic() {
				t.Errorf("%s: %s", alg, compact)
			}
		}
	})
}
