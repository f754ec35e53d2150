package mockidp

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// longSecret is long enough for HS512.
var longSecret = strings.Repeat("0123456789abcdef", 4)

// clientKeys are private keys of a client, by the start of the algorithm.
var clientKeys = sync.OnceValue(func() map[string]any {
	must := func(k any, err error) any {
		if err != nil {
			panic(err)
		}
		return k
	}
	curve := func(c elliptic.Curve) any { return must(ecdsa.GenerateKey(c, rand.Reader)) }
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	pair := must(rsa.GenerateKey(rand.Reader, 2048))
	return map[string]any{
		"RS": pair, "PS": pair, "ES256": curve(elliptic.P256()), "ES384": curve(elliptic.P384()),
		"ES512": curve(elliptic.P521()), "EdDSA": must(ed, err),
	}
})

func clientKey(alg string) any {
	for start, k := range clientKeys() {
		if strings.HasPrefix(alg, start) {
			return k
		}
	}
	return []byte(longSecret)
}

func jwtClient(alg string) identity.Client {
	c := basicClient()
	c.ID, c.Secret, c.AuthMethod = "jwt", longSecret, identity.AuthSecretJWT
	if !strings.HasPrefix(alg, "HS") {
		private := jose.JSONWebKey{Key: clientKey(alg), KeyID: "k1"}
		public := private.Public()
		c.Secret, c.AuthMethod, c.Keys = "", identity.AuthPrivateJWT, &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}
	}
	return c
}

// signed is a JWT as a client makes it.
func signed(t testing.TB, alg string, key any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// assertionClaims are good claims, changed; a nil value removes.
func assertionClaims(p *Provider, id string, edits map[string]any) map[string]any {
	claims := map[string]any{
		"iss": id, "sub": id, "aud": p.Issuer() + "/swap", "jti": rand.Text(),
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	maps.Copy(claims, edits)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func assertionForm(assertion string, edits ...string) url.Values {
	return edited(codeForm("x", "client_assertion_type", jwtBearer, "client_assertion", assertion), edits...)
}

// TestAssertionAlgorithms holds that every advertised algorithm authenticates
// a client, and that no other key does.
func TestAssertionAlgorithms(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	for _, alg := range p.Metadata().AuthAlgsSupported {
		c := jwtClient(alg)
		putClient(t, p, c)
		form := assertionForm(signed(t, alg, clientKey(alg), assertionClaims(p, c.ID, nil)))
		if r := b.post("/swap", form); r.member(t, "error") != "invalid_grant" {
			t.Errorf("%s: %s", alg, r.Text)
		}
		if last := lastEntry(p); last.ClientAuth != string(c.AuthMethod) || last.Client != c.ID {
			t.Errorf("%s: journal says %q of %q", alg, last.ClientAuth, last.Client)
		}
		if r := b.post("/swap", form); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: the same assertion again: %d", alg, r.StatusCode)
		}
		other := p.Metadata().AuthAlgsSupported[0]
		if strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS") {
			other = "ES256"
		}
		form = assertionForm(signed(t, other, clientKey(other), assertionClaims(p, c.ID, nil)))
		if r := b.post("/swap", form); r.StatusCode != http.StatusUnauthorized || r.member(t, "error") != "invalid_client" {
			t.Errorf("%s registered, %s by another key: %d %s", alg, other, r.StatusCode, r.Text)
		}
	}
	all := slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs())
	if !slices.Equal(all, p.Metadata().AuthAlgsSupported) {
		t.Errorf("advertised %q", p.Metadata().AuthAlgsSupported)
	}
}

func lastEntry(p *Provider) journal.Entry {
	entries := p.Journal().Select(query(0))
	return entries[len(entries)-1]
}

func TestAssertionClaims(t *testing.T) {
	t.Parallel()
	// Many tests run side by side: minutes can pass before it is a row's turn.
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	for name, tc := range map[string]struct {
		edits map[string]any
		ok    bool
	}{
		"plain":                       {nil, true},
		"issuer as audience":          {map[string]any{"aud": "ISSUER"}, true},
		"issuer in a list":            {map[string]any{"aud": []string{"ISSUER"}}, true},
		"no iat":                      {map[string]any{"iat": nil}, true},
		"clock a little ahead":        {map[string]any{"iat": at(3 * time.Second), "nbf": at(3 * time.Second)}, true},
		"other audience":              {map[string]any{"aud": "https://op.example"}, false},
		"another provider in aud too": {map[string]any{"aud": []string{"ISSUER", "https://op.example"}}, false},
		"no audience":                 {map[string]any{"aud": nil}, false},
		"empty audience":              {map[string]any{"aud": []string{}}, false},
		"UserInfo as audience":        {map[string]any{"aud": "ISSUER/who"}, false},
		"no exp":                      {map[string]any{"exp": nil}, false},
		"expired":                     {map[string]any{"exp": at(-time.Second)}, false},
		"expires in a day":            {map[string]any{"exp": at(24 * time.Hour)}, false},
		"not yet valid":               {map[string]any{"nbf": at(30 * time.Minute)}, false},
		"issued in the future":        {map[string]any{"iat": at(30 * time.Minute)}, false},
		"no jti":                      {map[string]any{"jti": nil}, false},
		"other iss":                   {map[string]any{"iss": "shop"}, false},
		"no iss":                      {map[string]any{"iss": nil}, false},
		"exp is a text":               {map[string]any{"exp": "soon"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := jwtClient("ES256")
			p := newProvider(t, func(cfg *Config) { cfg.Clients = append(cfg.Clients, c) })
			claims := assertionClaims(p, c.ID, tc.edits)
			text, err := json.Marshal(claims)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "ISSUER", p.Issuer())), &claims); err != nil {
				t.Fatal(err)
			}
			// JSON numbers of a map are floats, which would be written with an exponent.
			for _, at := range []string{"exp", "iat", "nbf"} {
				if v, ok := claims[at].(float64); ok {
					claims[at] = int64(v)
				}
			}
			r := newBrowser(t, p).post("/swap", assertionForm(signed(t, "ES256", clientKey("ES256"), claims)))
			want := "invalid_client"
			if tc.ok {
				want = "invalid_grant"
			}
			if got := r.member(t, "error"); got != want || (r.StatusCode == http.StatusUnauthorized) == tc.ok {
				t.Errorf("%d %s, want %s", r.StatusCode, r.Text, want)
			}
		})
	}
}

// TestClientAuthenticationIsStrict holds what is refused before anything else
// is looked at, and what the journal then says.
func TestClientAuthenticationIsStrict(t *testing.T) {
	t.Parallel()
	basic := basicHeader(basicClient())
	none := "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqd3QiLCJzdWIiOiJqd3QifQ."
	for name, tc := range map[string]struct {
		form   func(good string) url.Values
		header []string
		status int
		code   string
		auth   string
	}{
		"assertion and header":   {func(a string) url.Values { return assertionForm(a) }, []string{"Authorization", basic}, 400, "invalid_request", ""},
		"assertion and secret":   {func(a string) url.Values { return assertionForm(a, "client_secret", "x") }, nil, 400, "invalid_request", ""},
		"header and secret":      {func(string) url.Values { return codeForm("x", "client_secret", "x") }, []string{"Authorization", basic}, 400, "invalid_request", ""},
		"assertion without type": {func(a string) url.Values { return assertionForm(a, "client_assertion_type", "") }, nil, 400, "invalid_request", ""},
		"type without assertion": {func(a string) url.Values { return assertionForm(a, "client_assertion", "") }, nil, 400, "invalid_request", ""},
		"SAML assertion": {func(a string) url.Values {
			return assertionForm(a, "client_assertion_type", strings.Replace(jwtBearer, "jwt", "saml2", 1))
		}, nil, 401, "invalid_client", ""},
		"another client_id":         {func(a string) url.Values { return assertionForm(a, "client_id", "shop") }, nil, 400, "invalid_request", "private_key_jwt"},
		"the same client_id":        {func(a string) url.Values { return assertionForm(a, "client_id", "jwt") }, nil, 400, "invalid_grant", "private_key_jwt"},
		"unsigned":                  {func(string) url.Values { return assertionForm(none) }, nil, 401, "invalid_client", ""},
		"junk":                      {func(string) url.Values { return assertionForm("junk") }, nil, 401, "invalid_client", ""},
		"secret of a JWT client":    {func(string) url.Values { return codeForm("x", "client_id", "jwt", "client_secret", "x") }, nil, 401, "invalid_client", "client_secret_post"},
		"nothing from a JWT client": {func(string) url.Values { return codeForm("x", "client_id", "jwt") }, nil, 401, "invalid_client", "none"},
		"bearer":                    {func(string) url.Values { return codeForm("x", "client_id", "jwt") }, []string{"Authorization", "Bearer x"}, 401, "invalid_client", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := jwtClient("RS256")
			p := newProvider(t, func(cfg *Config) { cfg.Clients = append(cfg.Clients, c) })
			good := signed(t, "RS256", clientKey("RS256"), assertionClaims(p, c.ID, nil))
			r := newBrowser(t, p).post("/swap", tc.form(good), tc.header...)
			if r.StatusCode != tc.status || r.member(t, "error") != tc.code {
				t.Errorf("%d %s, want %d %s", r.StatusCode, r.Text, tc.status, tc.code)
			}
			if got := r.Header.Get("WWW-Authenticate"); (got != "") != (tc.status == 401) {
				t.Errorf("WWW-Authenticate %q", got)
			}
			if e := lastEntry(p); e.ClientAuth != tc.auth || e.Error != tc.code {
				t.Errorf("journal: %q, %q", e.ClientAuth, e.Error)
			}
			if strings.Contains(toJSON(t, lastEntry(p).Redacted()), good) {
				t.Error("the redacted entry shows the assertion")
			}
		})
	}
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAssertionOfAnotherAlgorithm(t *testing.T) {
	t.Parallel()
	c := jwtClient("RS256")
	c.AuthAlg = "PS256"
	p := newProvider(t, func(cfg *Config) { cfg.Clients = append(cfg.Clients, c) })
	b := newBrowser(t, p)
	for alg, want := range map[string]string{"PS256": "invalid_grant", "RS256": "invalid_client", "PS384": "invalid_client"} {
		r := b.post("/swap", assertionForm(signed(t, alg, clientKey(alg), assertionClaims(p, c.ID, nil))))
		if r.member(t, "error") != want {
			t.Errorf("%s: %s, want %s", alg, r.Text, want)
		}
	}
}

// TestClientRulesCanBeWaived holds that a waiver opens its own rule alone and
// that the journal names it only where it did.
func TestClientRulesCanBeWaived(t *testing.T) {
	t.Parallel()
	c := jwtClient("ES256")
	expired := func(p *Provider) url.Values {
		return assertionForm(signed(t, "ES256", clientKey("ES256"), assertionClaims(p, c.ID, map[string]any{"exp": 1})))
	}
	posted := func(secret string) func(*Provider) url.Values {
		return func(*Provider) url.Values { return codeForm("x", "client_id", "shop", "client_secret", secret) }
	}
	for name, tc := range map[string]struct {
		waive   []fault.Rule
		form    func(*Provider) url.Values
		want    string
		applied bool
	}{
		"method":                       {[]fault.Rule{fault.RuleClientMethod}, posted(basicClient().Secret), "invalid_grant", true},
		"method, wrong secret":         {[]fault.Rule{fault.RuleClientMethod}, posted("wrong"), "invalid_client", true},
		"method, no secret":            {[]fault.Rule{fault.RuleClientMethod}, posted(""), "invalid_client", true},
		"secret, other method":         {[]fault.Rule{fault.RuleClientSecret}, posted("wrong"), "invalid_client", false},
		"both":                         {[]fault.Rule{fault.RuleClientMethod, fault.RuleClientSecret}, posted("wrong"), "invalid_grant", true},
		"method, no assertion":         {[]fault.Rule{fault.RuleClientMethod}, func(*Provider) url.Values { return codeForm("x", "client_id", "jwt") }, "invalid_client", true},
		"secret, expired assertion":    {[]fault.Rule{fault.RuleClientSecret}, expired, "invalid_grant", true},
		"method, expired assertion":    {[]fault.Rule{fault.RuleClientMethod}, expired, "invalid_client", false},
		"secret, nobody's credentials": {[]fault.Rule{fault.RuleClientSecret}, func(*Provider) url.Values { return codeForm("x", "client_id", "nobody") }, "invalid_client", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, func(cfg *Config) { cfg.Clients = append(cfg.Clients, c) })
			waive(t, p, journal.Token, tc.waive...)
			r := newBrowser(t, p).post("/swap", tc.form(p))
			if r.member(t, "error") != tc.want {
				t.Errorf("%s, want %s", r.Text, tc.want)
			}
			if e := lastEntry(p); (len(e.Faults) > 0) != tc.applied {
				t.Errorf("journal names faults %q", e.Faults)
			}
		})
	}
}

func waive(t testing.TB, p *Provider, at journal.Kind, rules ...fault.Rule) *fault.Ticket {
	t.Helper()
	ticket, err := p.Arm(fault.Spec{
		ID: "test.rule.waived", Title: "a rule is forgotten", Response: &fault.ResponseEdit{Endpoint: at, Waive: rules},
	}, fault.Scope{}, fault.Always)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}
