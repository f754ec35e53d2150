package mockidp

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func newEvil(t *testing.T, mixes ...Mix) (honest *Provider, evil *Evil) {
	t.Helper()
	honest = newProvider(t, nil)
	evil, err := honest.server.NewEvil(honest, Config{}, mixes...)
	if err != nil {
		t.Fatal(err)
	}
	return honest, evil
}

// party is a relying party that serves several issuers at one redirect URI. It
// believes that an answer comes from the issuer it last sent the browser to,
// unless it heeds RFC 9207.
type party struct {
	b      *browser // for its own requests too: it knows no cookies
	issuer string   // where the sign-in began
	meta   protocol.Metadata
	heeds  bool
}

var errMixUp = errors.New("the response is of another issuer")

// begin is where the party sends the browser for a sign-in at an issuer.
func (rp *party) begin(issuer string) string {
	rp.b.t.Helper()
	r := rp.b.do(request(rp.b.t, http.MethodGet, issuer+"/.well-known/openid-configuration", nil))
	if err := json.Unmarshal([]byte(r.Text), &rp.meta); err != nil {
		rp.b.t.Fatalf("discovery: %v", err)
	}
	rp.issuer = issuer
	return rp.meta.AuthorizationEndpoint + "?" + authParams("nonce", "").Encode()
}

// finish takes an authorization response and returns the token response.
func (rp *party) finish(back url.Values) (reply, error) {
	rp.b.t.Helper()
	if rp.heeds && back.Get("iss") != rp.issuer {
		return reply{}, errMixUp
	}
	return rp.b.post(rp.meta.TokenEndpoint, codeForm(back.Get("code")), "Authorization", basicHeader(basicClient())), nil
}

// signInAt goes from the party to whatever authorization endpoint it names.
func (rp *party) signInAt(issuer string) url.Values {
	rp.b.t.Helper()
	page := rp.b.do(request(rp.b.t, http.MethodGet, rp.begin(issuer), nil))
	back := rp.b.post(action(rp.b.t, page.Text), url.Values{"username": {"ada"}, "password": {"correct horse"}}).redirect()
	if back.Get("code") == "" {
		rp.b.t.Fatalf("no code: %d, %v", page.StatusCode, back)
	}
	return back
}

// TestMixUp plays the attack of RFC 9207, section 1: what a naive relying party
// loses, and that heeding iss saves it.
func TestMixUp(t *testing.T) {
	t.Parallel()
	honest, evil := newEvil(t, MixAuthorizationEndpoint)
	naive := &party{b: newBrowser(t, honest)}
	back := naive.signInAt(evil.Issuer())
	if back.Get("iss") != honest.Issuer() {
		t.Fatalf("signed in at %s", back.Get("iss"))
	}
	r, err := naive.finish(back)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("the evil token endpoint: %d %s, %v", r.StatusCode, r.Text, err)
	}
	got := evil.Captured()
	if len(got) != 1 || got[0].Kind != journal.Token || got[0].Code != back.Get("code") || got[0].CodeVerifier != verifier ||
		got[0].Client != "shop" || got[0].ClientSecret != basicClient().Secret || got[0].RedirectURI != callback {
		t.Fatalf("captured %+v", got)
	}
	// The attacker has all that it takes to be ada.
	attacker := newBrowser(t, honest)
	stolen := attacker.post("/swap", codeForm(got[0].Code, "code_verifier", got[0].CodeVerifier),
		"Authorization", basicHeader(identity.Client{ID: got[0].Client, Secret: got[0].ClientSecret}))
	access, _ := stolen.member(t, "access_token").(string)
	info := attacker.do(request(t, http.MethodGet, honest.Issuer()+"/who", nil, "Authorization", "Bearer "+access))
	if info.StatusCode != http.StatusOK || info.member(t, "sub") != "sub-ada" {
		t.Errorf("the stolen code: %s, %d %s", stolen.Text, info.StatusCode, info.Text)
	}

	mark := evil.Journal().Mark()
	heeding := &party{b: newBrowser(t, honest), heeds: true}
	if _, err := heeding.finish(heeding.signInAt(evil.Issuer())); !errors.Is(err, errMixUp) {
		t.Errorf("a relying party that heeds iss: %v", err)
	}
	if told := evil.Journal().Select(journal.Query{Kind: journal.Token, After: mark}); len(told) > 0 {
		t.Errorf("it told the evil issuer %+v", told)
	}
	// The same relying party signs in where nothing is mixed up.
	heeding.b = newBrowser(t, honest)
	if r, err := heeding.finish(heeding.signInAt(honest.Issuer())); err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("at the honest issuer: %d %s, %v", r.StatusCode, r.Text, err)
	}
}

// TestMixes holds what each mix changes for the relying party, and that it
// changes nothing else.
func TestMixes(t *testing.T) {
	t.Parallel()
	for mix, want := range map[Mix]string{
		"":                       "",
		MixAuthorizationEndpoint: "document.authorization_endpoint",
		MixTokenEndpoint:         "document.token_endpoint",
		MixUserInfoEndpoint:      "document.userinfo_endpoint",
		MixIssuer:                "document.issuer",
		MixJWKSURI:               "document.jwks_uri",
		MixTokenIssuer:           "id_token.iss",
		MixResponseIssuer:        "response.iss",
	} {
		t.Run(string(mix), func(t *testing.T) {
			t.Parallel()
			var mixes []Mix
			if mix != "" {
				mixes = append(mixes, mix)
			}
			honest, evil := newEvil(t, mixes...)
			b := newBrowser(t, evil.Provider)
			told := map[string]string{}
			var document map[string]any
			if err := json.Unmarshal([]byte(b.get("/.well-known/openid-configuration", nil).Text), &document); err != nil {
				t.Fatal(err)
			}
			for name, v := range document {
				if text, ok := v.(string); ok {
					told["document."+name] = text
				}
			}
			back := b.signIn(authParams()).redirect()
			told["response.iss"] = back.Get("iss")
			raw, _ := b.swap(codeForm(back.Get("code"))).member(t, "id_token").(string)
			_, claims, signed := opened(t, evil.Provider, raw)
			told["id_token.iss"], _ = claims["iss"].(string)
			if signed != "published RS256" || signedBy(t, honest.Keys(), strings.Split(raw, ".")) == signed || claims["sub"] != "sub-ada" {
				t.Errorf("claims %v, signed by %s", claims, signed)
			}
			var mixed []string
			for name, v := range told {
				if v == honest.Issuer() || strings.HasPrefix(v, honest.Issuer()+"/") {
					mixed = append(mixed, name)
				}
			}
			if strings.Join(mixed, " ") != want {
				t.Errorf("honest values in %q, want %q", mixed, want)
			}
			if evil.Metadata().Issuer != evil.Issuer() || evil.Issuer() == honest.Issuer() {
				t.Errorf("issuer %s, metadata %+v", evil.Issuer(), evil.Metadata())
			}
		})
	}
}

// TestEvilTakesAnything holds that no token request is refused, whatever the
// client says of itself and wherever the code is from.
func TestEvilTakesAnything(t *testing.T) {
	t.Parallel()
	honest, evil := newEvil(t)
	b := newBrowser(t, evil.Provider)
	foreign := newBrowser(t, honest).code()
	for name, tc := range map[string]struct {
		form   url.Values
		header []string
	}{
		"honest code, wrong secret": {codeForm(foreign), []string{"Authorization", basicHeader(identity.Client{ID: "shop", Secret: "wrong"})}},
		"no code of anybody":        {codeForm("x", "client_id", "poster", "client_secret", "y"), nil},
		"another method":            {codeForm("x", "client_id", "shop", "client_secret", "y"), nil},
		"nothing to prove":          {codeForm("x", "client_id", "app", "code_verifier", ""), nil},
		"other redirect_uri":        {codeForm(b.code(), "client_id", "app", "redirect_uri", "http://x.test/"), nil},
	} {
		if r := b.post("/swap", tc.form, tc.header...); r.StatusCode != http.StatusOK || r.member(t, "id_token") == nil {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Text)
		}
	}
	if r := b.post("/swap", codeForm("x", "client_id", "nobody")); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a client that is not at the honest issuer either: %d", r.StatusCode)
	}
	evil.Reset()
	if r := b.post("/swap", codeForm("x", "client_id", "app")); r.StatusCode != http.StatusOK {
		t.Errorf("after Reset: %d %s", r.StatusCode, r.Text)
	}
	if r := newBrowser(t, honest).post("/swap", codeForm("x", "client_id", "app")); r.member(t, "error") != "invalid_grant" {
		t.Errorf("the honest issuer: %s", r.Text)
	}
	secret, _ := evil.Client("shop")
	if secret.Secret == basicClient().Secret || secret.Secret == "" {
		t.Errorf("the evil issuer knows the secret %q", secret.Secret)
	}
}

// TestCaptured holds which secrets are told, from which place of which
// exchange.
func TestCaptured(t *testing.T) {
	t.Parallel()
	_, evil := newEvil(t)
	b := newBrowser(t, evil.Provider)
	hint, _ := b.tokens()
	b.do(request(t, http.MethodGet, evil.Issuer()+"/who", nil, "Authorization", "bearer at-1"))
	b.post("/who", url.Values{"access_token": {"at-2"}})
	b.post("/swap", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"rt"}, "client_id": {"poster"}, "client_secret": {"ps"}})
	b.post("/swap", url.Values{"client_id": {"app"}, "client_assertion": {"ca"}})
	b.get("/leave", url.Values{"id_token_hint": {hint}})
	got := map[string]Capture{}
	for _, c := range evil.Captured() {
		for _, v := range []string{c.AccessToken, c.RefreshToken, c.ClientAssertion, c.IDToken, c.Password, c.CodeVerifier} {
			if v != "" {
				got[v] = c
			}
		}
	}
	want := []string{"at-1", "at-2", "ca", "correct horse", hint, "rt", verifier}
	slices.Sort(want)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Fatalf("captured %q, want %q", names, want)
	}
	if c := got["rt"]; c.Client != "poster" || c.ClientSecret != "ps" || c.Kind != journal.Token {
		t.Errorf("refresh: %+v", c)
	}
	if c := got["correct horse"]; c.Username != "ada" || c.Kind != journal.SignIn || c.Client != "shop" {
		t.Errorf("sign-in: %+v", c)
	}
	if c := got["at-1"]; c.Kind != journal.UserInfo || c.ClientSecret != "" {
		t.Errorf("UserInfo: %+v", c)
	}
}

func TestEvilConfiguration(t *testing.T) {
	t.Parallel()
	honest := newProvider(t, nil)
	s := honest.server
	if _, err := s.NewEvil(honest, Config{}, "everything", MixIssuer); err == nil || !strings.Contains(err.Error(), `evil issuer: mix "everything"; known: `) {
		t.Errorf("unknown mix: %v", err)
	}
	for _, mixes := range [][]Mix{nil, {MixIssuer}} {
		if _, err := s.NewEvil(honest, Config{Metadata: json.RawMessage(`[1]`)}, mixes...); err == nil || !strings.Contains(err.Error(), "not a JSON object") {
			t.Errorf("metadata that is a list, mixes %q: %v", mixes, err)
		}
	}
	evil, err := s.NewEvil(honest, Config{
		Path: "/evil", Users: []identity.User{{Username: "eve", Password: "pw"}},
		Metadata: json.RawMessage(`{"issuer": "http://third.test", "scopes_supported": null}`),
	}, MixIssuer, MixJWKSURI)
	if err != nil {
		t.Fatal(err)
	}
	var served map[string]any
	if err := json.Unmarshal(evil.ServedMetadata(), &served); err != nil || served["issuer"] != "http://third.test" ||
		served["jwks_uri"] != honest.Metadata().JWKSURI || served["scopes_supported"] != nil || evil.Issuer() != s.URL()+"/evil" {
		t.Errorf("served %v, %v", served, err)
	}
	b := newBrowser(t, evil.Provider)
	raw, _ := b.post("/swap", codeForm("x", "client_id", "app")).member(t, "id_token").(string)
	if _, claims, _ := opened(t, evil.Provider, raw); claims["sub"] != "eve" {
		t.Errorf("the first user is %v", claims["sub"])
	}
}

// TestCodeIssuedCanBeWaived holds that the waiver alone makes up for a code,
// for its client.
func TestCodeIssuedCanBeWaived(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	if _, err := b.p.Arm(fault.Spec{ID: "token.code.invented", Response: &fault.ResponseEdit{
		Endpoint: journal.Token, Waive: []fault.Rule{fault.RuleCodeIssued},
	}}, fault.Scope{Client: "shop"}, fault.Always); err != nil {
		t.Fatal(err)
	}
	if r := b.swap(codeForm("invented")); r.StatusCode != http.StatusOK || b.last().User != "ada" {
		t.Errorf("%d %s", r.StatusCode, r.Text)
	}
	if r := b.post("/swap", codeForm("invented", "client_id", "app")); r.member(t, "error") != "invalid_grant" {
		t.Errorf("another client: %s", r.Text)
	}
	if r := b.swap(codeForm("invented", "code_verifier", "short")); r.member(t, "error") != "invalid_grant" {
		t.Errorf("malformed verifier: %s", r.Text)
	}
}
