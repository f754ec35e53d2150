package mockidp

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// swapAs is a sign-in of ada at a client that authenticates with Basic, and
// the token response.
func (b *browser) swapAs(c identity.Client, edits ...string) reply {
	b.t.Helper()
	code := b.code(append([]string{"client_id", c.ID}, edits...)...)
	return b.post("/swap", codeForm(code), "Authorization", basicHeader(c))
}

// published is the JWKS as it is served.
func (b *browser) published() jose.JSONWebKeySet {
	b.t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(b.get("/keys", nil).Text), &set); err != nil {
		b.t.Fatal(err)
	}
	return set
}

// TestEveryAlgorithmIsServed signs in with each algorithm that is advertised,
// and verifies the token and its at_hash without the product's own code.
func TestEveryAlgorithmIsServed(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, func(c *Config) { c.Keys = keys.New() })
	b := newMemoryBrowser(t, p)
	hashes := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512, "DSA": crypto.SHA512}
	if m := p.Metadata(); !slices.Equal(m.IDTokenAlgsSupported, m.UserInfoAlgsSupported) {
		t.Errorf("UserInfo with %q", m.UserInfoAlgsSupported)
	}
	for i, alg := range p.Metadata().IDTokenAlgsSupported {
		c := basicClient()
		c.ID, c.Secret, c.IDTokenAlg, c.UserInfoAlg = "with-"+alg, strings.Repeat("k", 64), alg, alg
		if err := p.PutClient(c); err != nil {
			t.Fatal(err)
		}
		if n := len(b.published().Keys); i == 0 && n != 2 {
			t.Errorf("%d keys are published before anybody uses others", n)
		}
		r := b.swapAs(c)
		raw, _ := r.member(t, "id_token").(string)
		access, _ := r.member(t, "access_token").(string)
		jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
		if err != nil {
			t.Fatalf("%s: %v: %s", alg, err, r.Text)
		}
		var with any = b.published()
		if strings.HasPrefix(alg, "HS") {
			with = []byte(c.Secret)
		}
		payload, err := jws.Verify(with)
		if err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		h := hashes[alg[len(alg)-3:]].New()
		h.Write([]byte(access))
		if sum := h.Sum(nil); claims["at_hash"] != base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]) {
			t.Errorf("%s: at_hash %v", alg, claims["at_hash"])
		}
		info := userinfo("Authorization", "Bearer "+access)(t, b).Text
		if jws, err := jose.ParseSignedCompact(info, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)}); err != nil {
			t.Errorf("%s: UserInfo: %v", alg, err)
		} else if payload, err := jws.Verify(with); err != nil || !strings.Contains(string(payload), `"sub":"sub-ada"`) {
			t.Errorf("%s: UserInfo: %v: %s", alg, err, payload)
		}
		// What a provider signs it also knows again.
		if back := b.get("/begin", authParams("client_id", c.ID, "id_token_hint", raw, "prompt", "none")).redirect(); back.Get("code") == "" {
			t.Errorf("%s: as a hint: %v", alg, back)
		}
	}
}

func TestUnsignedIDToken(t *testing.T) {
	t.Parallel()
	c := basicClient()
	c.IDTokenAlg = keys.None
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) { cfg.Clients = []identity.Client{c} }))
	raw, _ := b.swap(codeForm(b.code())).member(t, "id_token").(string)
	header, claims := decoded(t, raw)
	if header["alg"] != "none" || header["kid"] != nil || !strings.HasSuffix(raw, ".") || claims["sub"] != "sub-ada" || claims["at_hash"] != nil {
		t.Errorf("%v %v %s", header, claims, raw)
	}
	// Anybody could have written it.
	if back := b.get("/begin", authParams("id_token_hint", raw)).redirect(); back.Get("error") != "invalid_request" {
		t.Errorf("as a hint: %v", back)
	}
}

// decoded is the header and the claims of a compact token.
func decoded(t testing.TB, compact string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts: %q", len(parts), compact)
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// TestRotationsAtRelyingParty holds what a relying party that caches keys, as
// go-oidc does, makes of each rotation.
func TestRotationsAtRelyingParty(t *testing.T) {
	t.Parallel()
	for how, want := range map[keys.Rotation]struct{ fresh, old bool }{
		keys.Overlap: {true, true}, keys.Sudden: {true, false}, keys.BeforeSigning: {true, true},
		// The cached key of that kid is of no use, so the library fetches the
		// new one, which is of no use for tokens of before.
		keys.SameKID: {true, false},
	} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			// In a bubble, for go-oidc stores the keys that it has fetched in a
			// goroutine of its own.
			synctest.Test(t, func(t *testing.T) { rotateAtRelyingParty(t, how, want.fresh, want.old) })
		})
	}
}

func rotateAtRelyingParty(t *testing.T, how keys.Rotation, wantFresh, wantOld bool) {
	c := basicClient()
	c.IDTokenAlg = keys.ES256
	ring := keys.New()
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) { cfg.Keys, cfg.Clients = ring, []identity.Client{c} }))
	ctx := oidc.ClientContext(t.Context(), b.c)
	verifier := oidc.NewVerifier(b.p.Issuer(), oidc.NewRemoteKeySet(ctx, b.p.Issuer()+"/keys"), &oidc.Config{
		ClientID: c.ID, SupportedSigningAlgs: []string{keys.ES256},
	})
	verify := func(raw string) error {
		_, err := verifier.Verify(ctx, raw)
		synctest.Wait()
		return err
	}
	token := func() string {
		raw, _ := b.swap(codeForm(b.code())).member(t, "id_token").(string)
		return raw
	}
	old := token()
	if err := verify(old); err != nil {
		t.Fatal(err)
	}
	if err := ring.Rotate(how); err != nil {
		t.Fatal(err)
	}
	fresh := token()
	if err := verify(fresh); (err == nil) != wantFresh {
		t.Errorf("the new token: %v", err)
	}
	if err := verify(old); (err == nil) != wantOld {
		t.Errorf("the old token: %v", err)
	}
	for name, hint := range map[string]string{"old": old, "new": fresh} {
		if back := b.get("/begin", authParams("id_token_hint", hint, "prompt", "none")).redirect(); back.Get("code") == "" {
			t.Errorf("the %s token as a hint: %v", name, back)
		}
	}
}

func TestKeySchedule(t *testing.T) {
	t.Parallel()
	var clk clock
	c := basicClient()
	c.IDTokenAlg = keys.ES256
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) {
		cfg.Now, cfg.Keys, cfg.Clients = clk.now, keys.New(), []identity.Client{c}
		cfg.KeySchedule = keys.Schedule{Every: time.Hour, Overlap: time.Minute}
	}))
	kid := func() any {
		raw, _ := b.swap(codeForm(b.code())).member(t, "id_token").(string)
		header, _ := decoded(t, raw)
		return header["kid"]
	}
	first := kid()
	b.published()
	clk.forward(time.Hour)
	second := kid()
	if n := len(b.published().Keys); second == first || n != 4 {
		t.Errorf("after an hour %v signs as before %v, %d keys are published", second, first, n)
	}
	clk.forward(time.Minute)
	if n := len(b.published().Keys); kid() != second || n != 2 {
		t.Errorf("after the overlap %d keys are published", n)
	}
	_, err := b.p.server.NewProvider(Config{KeySchedule: keys.Schedule{Every: time.Millisecond}})
	if err == nil || !strings.Contains(err.Error(), "key schedule") {
		t.Errorf("a schedule of milliseconds: %v", err)
	}
}

// TestPairwiseClients holds that the subject is the same in each place, and
// that the provider knows its own again.
func TestPairwiseClients(t *testing.T) {
	t.Parallel()
	shop, other := basicClient(), basicClient()
	shop.IDTokenAlg, other.IDTokenAlg = keys.ES256, keys.ES256
	shop.SubjectType, other.SubjectType = identity.SubjectPairwise, identity.SubjectPairwise
	other.ID, other.SectorIdentifier = "other", "https://sector.test/uris.json"
	b := newMemoryBrowser(t, newMemoryProvider(t, func(c *Config) { c.Clients = []identity.Client{shop, other} }))
	subjects := make(map[string]string)
	for _, c := range []identity.Client{shop, other} {
		r := b.swapAs(c)
		raw, _ := r.member(t, "id_token").(string)
		access, _ := r.member(t, "access_token").(string)
		_, claims := decoded(t, raw)
		sub, _ := claims["sub"].(string)
		subjects[sub] = raw
		if info := userinfo("Authorization", "Bearer "+access)(t, b); info.member(t, "sub") != sub || sub == "sub-ada" || len(sub) != 43 {
			t.Errorf("%s: ID token for %q, UserInfo %s", c.ID, sub, info.Text)
		}
	}
	if len(subjects) != 2 {
		t.Errorf("two sectors have the subjects %q", slices.Collect(maps.Keys(subjects)))
	}
	for sub, raw := range subjects {
		if back := b.get("/begin", authParams("id_token_hint", raw, "prompt", "none")).redirect(); back.Get("code") == "" {
			t.Errorf("hint for %s: %v", sub, back)
		}
	}
	mark := b.p.Journal().Mark()
	stranger := newMemoryBrowser(t, b.p)
	for _, raw := range subjects {
		stranger.get("/leave", url.Values{"id_token_hint": {raw}})
	}
	for _, e := range b.p.Journal().Select(query(mark)) {
		if e.User != "ada" {
			t.Errorf("sign-out of %q, status %d, want ada", e.User, e.Status)
		}
	}
	if r := b.get("/begin", authParams("prompt", "none")); r.StatusCode != http.StatusFound {
		t.Errorf("status %d", r.StatusCode)
	}
}
