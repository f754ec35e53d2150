package mockidp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func mint(t testing.TB, p *Provider, order Token) string {
	t.Helper()
	value, err := p.Mint(order)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestMintIDToken(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	b := newMemoryBrowser(t, newMemoryProvider(t, func(c *Config) { c.Now = func() time.Time { return now } }))
	// An armed fault is about what the relying party gets in its flows.
	ticket := arm(t, b.p, fault.IDTokenAudOther, fault.Scope{}, fault.Always)
	claims := verified(t, b, mint(t, b.p, Token{
		Kind: "id_token", Client: "poster", User: "ada", Scopes: []string{"openid", "email"}, Nonce: "n",
		AuthTime: now.Add(-time.Hour), SID: "s", ACR: "gold", AMR: []string{"pwd"}, AccessToken: "a", Code: "c", Lifetime: time.Minute,
	}), keys.ES256)
	for name, want := range map[string]any{
		"iss": b.p.Issuer(), "sub": "sub-ada", "aud": "poster", "nonce": "n", "auth_time": 1_799_996_400.0, "sid": "s",
		"acr": "gold", "exp": 1_800_000_060.0, "iat": 1_800_000_000.0, "email": "ada@example.test", "name": nil,
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	if claims["at_hash"] == nil || claims["c_hash"] == nil || claims["amr"] == nil {
		t.Errorf("%v", claims)
	}
	claims = verified(t, b, mint(t, b.p, Token{Kind: "id_token", Client: "shop", User: "bob", Lifetime: -time.Second}), keys.RS256)
	if claims["exp"] != 1_799_999_999.0 || claims["auth_time"] != 1_800_000_000.0 || claims["nonce"] != nil || claims["sid"] != nil {
		t.Errorf("%v", claims)
	}
	if ticket.Fired() != 0 || len(b.p.Journal().Select(journal.Query{Kind: journal.Token})) != 0 {
		t.Errorf("fired %d", ticket.Fired())
	}
}

// TestMintedTokensAreGood takes them to the endpoints.
func TestMintedTokensAreGood(t *testing.T) {
	t.Parallel()
	var clk clock
	b := newMemoryBrowser(t, newMemoryProvider(t, func(c *Config) { c.Now = clk.now }))
	access := func(order Token) string {
		order.Kind, order.Client = "access_token", "shop"
		return "Bearer " + mint(t, b.p, order)
	}
	for name, tc := range map[string]struct {
		bearer string
		status int
	}{
		"good":    {access(Token{User: "ada", Scopes: []string{"openid", "email"}}), http.StatusOK},
		"default": {access(Token{User: "ada"}), http.StatusOK},
		"expired": {access(Token{User: "ada", Lifetime: -time.Second}), http.StatusUnauthorized},
		"narrow":  {access(Token{User: "ada", Scopes: []string{"email"}}), http.StatusForbidden},
		"own":     {access(Token{}), http.StatusForbidden},
	} {
		r := userinfo("Authorization", tc.bearer)(t, b)
		if r.StatusCode != tc.status || tc.status == http.StatusOK && r.member(t, "sub") != "sub-ada" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Text)
		}
	}
	long := access(Token{User: "ada", Lifetime: 3 * time.Hour})
	refresh := mint(t, b.p, Token{Kind: "refresh_token", Client: "shop", User: "ada"})
	clk.forward(2 * time.Hour)
	if r := userinfo("Authorization", long)(t, b); r.StatusCode != http.StatusOK {
		t.Errorf("after two of three hours: %d", r.StatusCode)
	}
	r := b.swap(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
	if raw, _ := r.member(t, "id_token").(string); raw == "" || r.member(t, "refresh_token") == nil {
		t.Errorf("refresh: %s", r.Text)
	} else if claims := verified(t, b, raw, keys.RS256); claims["sub"] != "sub-ada" {
		t.Errorf("refreshed %v", claims)
	}
	hint := mint(t, b.p, Token{Kind: "id_token", Client: "shop", User: "ada"})
	if back := b.signIn(authParams("id_token_hint", hint)).redirect(); back.Get("code") == "" {
		t.Errorf("as a hint: %v", back)
	}
}

func TestMintLogoutToken(t *testing.T) {
	t.Parallel()
	b := newMemoryBrowser(t, newMemoryProvider(t, nil))
	raw := mint(t, b.p, Token{Kind: "logout_token", Client: "poster", User: "ada", SID: "s"})
	header, _ := decoded(t, raw)
	claims := verified(t, b, raw, keys.ES256)
	events, _ := claims["events"].(map[string]any)
	if header["typ"] != "logout+jwt" || claims["sub"] != "sub-ada" || claims["sid"] != "s" || claims["nonce"] != nil || len(events) != 1 {
		t.Errorf("%v %v", header, claims)
	}
	if claims := verified(t, b, mint(t, b.p, Token{Kind: "logout_token", Client: "poster", SID: "s"}), keys.ES256); claims["sub"] != nil || claims["sid"] != "s" {
		t.Errorf("%v", claims)
	}
}

// TestMintEdits makes each token fault of the catalogue that needs no earlier
// token.
func TestMintEdits(t *testing.T) {
	t.Parallel()
	b := newMemoryBrowser(t, newMemoryProvider(t, nil))
	made := 0
	for _, spec := range fault.All() {
		if spec.Token == nil || spec.Token.Kind() != fault.IDToken || spec.Token.From != "" {
			continue
		}
		client := "shop"
		if spec.Token.Signature == fault.DER {
			client = "poster" // which is registered for ES256
		}
		order := Token{Kind: "id_token", Client: client, User: "ada", Scopes: protocol.Scopes(), Nonce: "n", SID: "s", AccessToken: "a", Code: "c", ACR: "x", AMR: []string{"pwd"}}
		honest := mint(t, b.p, order)
		order.Edit = spec.Token
		if got, err := b.p.Mint(order); err != nil || got == honest {
			t.Errorf("%s: %v", spec.ID, err)
		}
		made++
	}
	if made < 20 {
		t.Errorf("%d faults were tried", made)
	}
	raw := mint(t, b.p, Token{
		Kind: "id_token", Client: "shop", User: "ada",
		Edit: &fault.TokenEdit{Sign: fault.Unsigned, SetClaims: map[string]json.RawMessage{"aud": json.RawMessage(`"other"`)}},
	})
	if header, claims := decoded(t, raw); header["alg"] != "none" || claims["aud"] != "other" {
		t.Errorf("%v %v", header, claims)
	}
	raw = mint(t, b.p, Token{Kind: "logout_token", Client: "shop", User: "ada", Edit: &fault.TokenEdit{RemoveClaims: []string{"events"}}})
	if claims := verified(t, b, raw, keys.RS256); claims["events"] != nil {
		t.Errorf("%v", claims)
	}
}

func TestMintListsAllProblems(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	none := &fault.TokenEdit{RemoveClaims: []string{"absent"}}
	for name, tc := range map[string]struct {
		order Token
		want  []string
	}{
		"nothing":       {Token{}, []string{`kind ""`, `no client ""`, `no user ""`}},
		"strangers":     {Token{Kind: "id_token", Client: "x", User: "y"}, []string{`no client "x"`, `no user "y"`}},
		"opaque":        {Token{Kind: "access_token", Client: "shop", Edit: none}, []string{"opaque"}},
		"no effect":     {Token{Kind: "id_token", Client: "shop", User: "ada", Edit: none}, []string{"changes nothing"}},
		"no edit":       {Token{Kind: "id_token", Client: "shop", User: "ada", Edit: &fault.TokenEdit{}}, []string{"mint.own.edit"}},
		"nobody leaves": {Token{Kind: "logout_token", Client: "shop"}, []string{`no user ""`}},
	} {
		_, err := p.Mint(tc.order)
		for _, part := range tc.want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: no %q in %v", name, part, err)
			}
		}
	}
}

// TestMintIsEncrypted holds that the registration of the client decides.
func TestMintIsEncrypted(t *testing.T) {
	t.Parallel()
	c := encrypted("A256KW", "A256GCM")
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) { cfg.Clients = []identity.Client{c} }))
	inner, _ := decrypt(t, c, mint(t, b.p, Token{Kind: "id_token", Client: c.ID, User: "ada"}), "A256KW", "A256GCM")
	if claims := verified(t, b, string(inner), keys.ES256); claims["sub"] != "sub-ada" || claims["aud"] != c.ID {
		t.Errorf("%v", claims)
	}
}
