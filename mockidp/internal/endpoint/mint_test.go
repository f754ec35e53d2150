package endpoint

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

const longSecret = "a secret of sixty-four octets, which is what HS512 has to have.."

func put(t testing.TB, d *Directory, u identity.User) {
	t.Helper()
	if err := d.PutUser(u); err != nil {
		t.Fatal(err)
	}
}

// minting is a mint whose clock stands still, and one user.
func minting(t testing.TB) (*Mint, person) {
	t.Helper()
	d := NewDirectory("http://op.test", keys.New())
	put(t, d, identity.User{Username: "ada", Claims: map[string]any{
		"name": "Ada", "email": "ada@example.test", "phone_number": "1", "tier": "gold",
	}})
	ada, _ := d.user("ada")
	now := func() time.Time { return time.Unix(1_000_000, 0) }
	return &Mint{Issuer: "http://op.test", Now: now, Directory: d, Ring: d.ring, Lifetime: time.Hour}, ada
}

// parts are the header and the claims of a compact token.
func parts(t testing.TB, compact string) (header, claims map[string]any) {
	t.Helper()
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(compact, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

func TestIDTokenSaysWhatTheGrantSays(t *testing.T) {
	t.Parallel()
	m, ada := minting(t)
	full := state.Grant{
		User: "ada", Nonce: "n", AuthTime: time.Unix(999_000, 0), SID: "sid-1", ACR: "silver", AMR: []string{"pwd", "otp"},
	}
	half := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	for name, tc := range map[string]struct {
		grant state.Grant
		with  hashed
		want  map[string]any // beside iss, sub, aud, exp, iat and jti
	}{
		"nothing": {state.Grant{User: "ada"}, hashed{}, map[string]any{}},
		"everything": {full, hashed{accessToken: "access", code: "code"}, map[string]any{
			"nonce": "n", "auth_time": 999_000.0, "sid": "sid-1", "acr": "silver", "amr": []any{"pwd", "otp"},
			"at_hash": half("access"), "c_hash": half("code"),
		}},
		"a code alone": {state.Grant{User: "ada"}, hashed{code: "code"}, map[string]any{"c_hash": half("code")}},
	} {
		issued, err := m.idToken(&Exchange{}, identity.Client{ID: "shop", IDTokenAlg: keys.ES256}, ada, tc.grant, tc.with)
		if err != nil {
			t.Fatal(err)
		}
		_, got := parts(t, issued.Value)
		if got["jti"] == "" {
			t.Errorf("%s: no jti", name)
		}
		delete(got, "jti")
		maps.Copy(tc.want, map[string]any{"iss": "http://op.test", "sub": "ada", "aud": "shop", "exp": 1_003_600.0, "iat": 1_000_000.0, "tier": "gold"})
		text, _ := json.Marshal(got)
		want, _ := json.Marshal(tc.want)
		if string(text) != string(want) {
			t.Errorf("%s:\n%s, want\n%s", name, text, want)
		}
	}
}

// TestClaimsOfIDToken holds where the claims of scopes and those asked for by
// name go (OpenID Connect Core 1.0, sections 5.4 and 5.5).
func TestClaimsOfIDToken(t *testing.T) {
	t.Parallel()
	m, ada := minting(t)
	asked := protocol.ClaimsRequest{
		IDToken:  map[string]*protocol.ClaimRequest{"phone_number": nil, "unknown": {Essential: true}},
		UserInfo: map[string]*protocol.ClaimRequest{"address": nil},
	}
	for name, tc := range map[string]struct {
		thin   bool
		access string
		claims protocol.ClaimsRequest
		want   []string
	}{
		"fat":                       {false, "access", protocol.ClaimsRequest{}, []string{"email", "tier"}},
		"thin":                      {true, "access", protocol.ClaimsRequest{}, []string{"tier"}},
		"thin without access token": {true, "", protocol.ClaimsRequest{}, []string{"email", "tier"}},
		"by name":                   {false, "access", asked, []string{"email", "phone_number", "tier"}},
		"thin, by name":             {true, "access", asked, []string{"phone_number", "tier"}},
	} {
		c := identity.Client{ID: "shop", ThinIDToken: tc.thin}
		g := state.Grant{User: "ada", Scopes: []string{"openid", "email"}, Claims: tc.claims}
		var got []string
		for _, claim := range m.claims(c, ada, g, hashed{accessToken: tc.access}, keys.RS256) {
			if !protocol.Reserved(claim.Name) {
				got = append(got, claim.Name)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestHeaderOfToken(t *testing.T) {
	t.Parallel()
	m, _ := minting(t)
	c := identity.Client{ID: "shop", Secret: longSecret}
	for _, alg := range []string{keys.ES256, keys.HS256, keys.HS512, keys.None} {
		issued, err := m.sign(&Exchange{}, jwt{kind: "logout_token", typ: "logout+jwt", client: c, alg: alg})
		if err != nil {
			t.Fatal(err)
		}
		header, _ := parts(t, issued.Value)
		_, named := header["kid"]
		if header["typ"] != "logout+jwt" || header["alg"] != alg || named != (alg == keys.ES256) {
			t.Errorf("%s: %v", alg, header)
		}
		if unsigned := strings.HasSuffix(issued.Value, "."); unsigned != (alg == keys.None) {
			t.Errorf("%s: %s", alg, issued.Value)
		}
	}
	c.Secret = "short"
	if _, err := m.sign(&Exchange{}, jwt{client: c, alg: keys.HS256}); err == nil {
		t.Error("signed with a secret of 5 octets")
	}
}
