package mockidp

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// requestClaims are a request object with edits; nil removes a member.
func requestClaims(p *Provider, client string, edits map[string]any) map[string]any {
	claims := map[string]any{"iss": client, "aud": p.Issuer(), "exp": time.Now().Add(time.Minute).Unix()}
	for name, v := range authParams("client_id", client) {
		claims[name] = v[0]
	}
	maps.Copy(claims, edits)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func unsignedJWT(t testing.TB, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
}

func typed(t testing.TB, typ string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: clientKey("ES256")}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
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

// TestRequestObjectAlgorithms holds that every advertised algorithm is taken,
// and that "none" is so only from a client that is registered for it.
func TestRequestObjectAlgorithms(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	for _, alg := range b.p.Metadata().RequestAlgsSupported {
		c := jwtClient(alg)
		claims := requestClaims(b.p, c.ID, nil)
		var object string
		if alg == "none" {
			c, object = publicClient(), unsignedJWT(t, requestClaims(b.p, "app", nil))
			putClient(t, b.p, c)
			b.get("/begin", objectParams(c.ID, object)).on(t, b.p, "error")
			c.RequestAlg = "none"
		} else {
			object = signed(t, alg, clientKey(alg), claims)
		}
		putClient(t, b.p, c)
		b.get("/begin", objectParams(c.ID, object)).on(t, b.p, "sign-in")
	}
}

func objectParams(client, object string, edits ...string) url.Values {
	return edited(url.Values{"client_id": {client}, "request": {object}}, edits...)
}

// TestRequestObjects holds what a request object may be like. Where there is a
// registered redirect_uri beside it the error goes there, else it is shown.
func TestRequestObjects(t *testing.T) {
	t.Parallel()
	future, past := time.Now().Add(time.Hour).Unix(), time.Now().Add(-time.Hour).Unix()
	other := func(t *testing.T, claims map[string]any) string {
		return signed(t, "RS256", clientKey("RS256"), claims)
	}
	for name, tc := range map[string]struct {
		claims map[string]any
		sign   func(*testing.T, map[string]any) string
		params []string
		code   string // "" is accepted
	}{
		"good":                      {},
		"without exp and iss":       {claims: map[string]any{"exp": nil, "iss": nil}},
		"two audiences":             {claims: map[string]any{"aud": []string{"x", "ISSUER"}}},
		"numbers and objects":       {claims: map[string]any{"max_age": 3600, "claims": map[string]any{"userinfo": map[string]any{"email": nil}}}},
		"typ of RFC 9101":           {sign: func(t *testing.T, c map[string]any) string { return typed(t, "oauth-authz-req+jwt", c) }},
		"typ JWT":                   {sign: func(t *testing.T, c map[string]any) string { return typed(t, "JWT", c) }},
		"parameters outside":        {params: []string{"scope", "nonsense", "max_age", "soon", "state", "outside", "response_type", "code"}},
		"key of nobody":             {sign: func(t *testing.T, c map[string]any) string { return signed(t, "ES384", clientKey("ES384"), c) }, code: "invalid_request_object"},
		"another algorithm":         {sign: other, code: "invalid_request_object"},
		"unsigned":                  {sign: func(t *testing.T, c map[string]any) string { return unsignedJWT(t, c) }, code: "invalid_request_object"},
		"HMAC with an empty secret": {sign: func(t *testing.T, c map[string]any) string { return signed(t, "HS256", make([]byte, 32), c) }, code: "invalid_request_object"},
		"a client assertion":        {claims: map[string]any{"sub": "jwt"}, code: "invalid_request_object"},
		"typ of a logout token":     {sign: func(t *testing.T, c map[string]any) string { return typed(t, "logout+jwt", c) }, code: "invalid_request_object"},
		"aud of another":            {claims: map[string]any{"aud": "https://other.test"}, code: "invalid_request_object"},
		"no aud":                    {claims: map[string]any{"aud": nil}, code: "invalid_request_object"},
		"iss of another":            {claims: map[string]any{"iss": "other"}, code: "invalid_request_object"},
		"expired":                   {claims: map[string]any{"exp": past}, code: "invalid_request_object"},
		"not valid yet":             {claims: map[string]any{"nbf": future}, code: "invalid_request_object"},
		"exp that is a text":        {claims: map[string]any{"exp": "soon"}, code: "invalid_request_object"},
		"client_id of another":      {claims: map[string]any{"client_id": "shop"}, code: "invalid_request_object"},
		"no client_id":              {claims: map[string]any{"client_id": nil}, code: "invalid_request_object"},
		"request inside":            {claims: map[string]any{"request": "x"}, code: "invalid_request_object"},
		"request_uri inside":        {claims: map[string]any{"request_uri": "https://x.test"}, code: "invalid_request_object"},
		"a list":                    {claims: map[string]any{"scope": []string{"openid"}}, code: "invalid_request_object"},
		"a truth value":             {claims: map[string]any{"prompt": true}, code: "invalid_request_object"},
		"null":                      {claims: map[string]any{"state": json.RawMessage("null")}, code: "invalid_request_object"},
		"other response_type":       {params: []string{"response_type", "id_token"}, code: "invalid_request_object"},
		"scope only outside":        {claims: map[string]any{"scope": nil}, params: []string{"scope", "openid"}, code: "invalid_scope"},
		"bad parameter inside":      {claims: map[string]any{"prompt": "none login"}, code: "invalid_request"},
		"a JWE":                     {sign: func(*testing.T, map[string]any) string { return "e30.e30.e30.e30.e30" }, code: "invalid_request_object"},
		"no JWT":                    {sign: func(*testing.T, map[string]any) string { return "x" }, code: "invalid_request_object"},
		"request_uri beside it":     {params: []string{"request_uri", "urn:ietf:params:oauth:request_uri:x"}, code: "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			c := jwtClient("ES256")
			c.RequestAlg = ""
			if strings.Contains(name, "another algorithm") {
				c.RequestAlg = "ES256"
			}
			c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
				{Key: publicOf("ES256"), KeyID: "k1"}, {Key: publicOf("RS256"), KeyID: "k2"},
			}}
			putClient(t, b.p, c)
			edits := maps.Clone(tc.claims)
			if list, ok := edits["aud"].([]string); ok {
				edits["aud"] = []string{list[0], b.p.Issuer()}
			}
			sign := tc.sign
			if sign == nil {
				sign = func(t *testing.T, c map[string]any) string { return signed(t, "ES256", clientKey("ES256"), c) }
			}
			object := sign(t, requestClaims(b.p, c.ID, edits))
			params := objectParams(c.ID, object, tc.params...)
			params.Set("redirect_uri", callback)
			r := b.get("/begin", params)
			if tc.code != "" {
				r.back(t, tc.code)
				params.Del("redirect_uri")
				if tc.code == "invalid_request_object" {
					b.get("/begin", params).on(t, b.p, "error")
				}
				return
			}
			r.on(t, b.p, "sign-in")
			e := last(t, b.p)
			if e.Client != c.ID || e.Query.Get("request") != object || strings.Contains(e.Redacted().Query.Get("request"), object) {
				t.Errorf("journal: client %q, redacted request %q", e.Client, e.Redacted().Query.Get("request"))
			}
			back := b.submit(r, "username", "ada", "password", "correct horse").back(t, "")
			if back.Get("state") != "st-1" {
				t.Errorf("state %q is not the one inside", back.Get("state"))
			}
		})
	}
}

func publicOf(alg string) any {
	private := jose.JSONWebKey{Key: clientKey(alg)}
	return private.Public().Key
}

// push is a pushed authorization request of the basic client.
func (b *browser) push(form url.Values, header ...string) reply {
	b.t.Helper()
	if len(header) == 0 {
		header = []string{"Authorization", basicHeader(basicClient())}
	}
	return b.post("/push", form, header...)
}

func TestPushedRequests(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
	r := b.push(authParams("state", "pushed"))
	reference, _ := r.member(t, "request_uri").(string)
	if r.StatusCode != http.StatusCreated || !strings.HasPrefix(reference, "urn:ietf:params:oauth:request_uri:") || r.member(t, "expires_in") != 90.0 ||
		r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	if e := last(t, b.p); e.Kind != journal.PAR || e.Client != "shop" || e.ClientAuth != "client_secret_basic" || e.Form.Get("state") != "pushed" {
		t.Errorf("journal: %+v", e)
	}
	by := func(client, reference string, edits ...string) url.Values {
		return edited(url.Values{"client_id": {client}, "request_uri": {reference}}, edits...)
	}
	if e := b.get("/begin", by("app", reference)).on(t, b.p, "error"); e.StatusCode != http.StatusBadRequest {
		t.Errorf("another client: %d", e.StatusCode)
	}
	page := b.get("/begin", by("shop", reference, "state", "outside", "scope", "email")).on(t, b.p, "sign-in")
	page = b.submit(page, "username", "ada", "password", "wrong").on(t, b.p, "sign-in")
	if back := b.submit(page, "username", "ada", "password", "correct horse").back(t, ""); back.Get("state") != "pushed" {
		t.Errorf("answer %v", back)
	}
	b.get("/begin", by("shop", reference)).on(t, b.p, "error")
	b.get("/begin", by("shop", reference, "redirect_uri", callback)).back(t, "invalid_request_uri")
	late, _ := b.push(authParams()).member(t, "request_uri").(string)
	c.forward(91 * time.Second)
	b.get("/begin", by("shop", late, "redirect_uri", callback)).back(t, "invalid_request_uri")
	b.get("/begin", by("shop", "https://x.test/request", "redirect_uri", callback)).back(t, "request_uri_not_supported")
}

// TestPushedRequestObject holds that a request object can be pushed, by a client
// that authenticates with a key.
func TestPushedRequestObject(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	putClient(t, b.p, jwtClient("ES256"))
	form := assertionForm(signed(t, "ES256", clientKey("ES256"), assertionClaims(b.p, "jwt", map[string]any{"aud": b.p.Issuer()})))
	form = url.Values{
		"client_assertion": form["client_assertion"], "client_assertion_type": form["client_assertion_type"],
		"request": {signed(t, "ES256", clientKey("ES256"), requestClaims(b.p, "jwt", map[string]any{"state": "inside"}))},
	}
	reference, _ := b.post("/push", form).member(t, "request_uri").(string)
	page := b.get("/begin", url.Values{"client_id": {"jwt"}, "request_uri": {reference}}).on(t, b.p, "sign-in")
	if back := b.submit(page, "username", "ada", "password", "correct horse").back(t, ""); back.Get("state") != "inside" {
		t.Errorf("answer %v", back)
	}
}

func TestPushRefusals(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	wrong := basicClient()
	wrong.Secret = "wrong"
	for name, tc := range map[string]struct {
		form   url.Values
		header []string
		status int
		code   string
	}{
		"wrong secret":          {authParams(), []string{"Authorization", basicHeader(wrong)}, 401, "invalid_client"},
		"another client_id":     {authParams("client_id", "app"), nil, 400, "invalid_request"},
		"request_uri":           {authParams("request_uri", "urn:x"), nil, 400, "invalid_request"},
		"bad redirect_uri":      {authParams("redirect_uri", "http://evil.test/"), nil, 400, "invalid_request"},
		"no redirect_uri":       {authParams("redirect_uri", ""), nil, 400, "invalid_request"},
		"bad scope":             {authParams("scope", "email"), nil, 400, "invalid_scope"},
		"unserved type":         {authParams("response_type", "token"), nil, 400, "unsupported_response_type"},
		"unregistered type":     {authParams("response_type", "id_token"), nil, 400, "unauthorized_client"},
		"plain challenge":       {authParams("code_challenge_method", "plain"), nil, 400, "invalid_request"},
		"bad request object":    {authParams("request", "x"), nil, 400, "invalid_request_object"},
		"a parameter twice":     {url.Values{"state": {"a", "b"}}, nil, 400, "invalid_request"},
		"malformed claims":      {authParams("claims", "["), nil, 400, "invalid_request"},
		"prompt none and login": {authParams("prompt", "none login"), nil, 400, "invalid_request"},
	} {
		r := b.push(tc.form, tc.header...)
		if r.StatusCode != tc.status || r.member(t, "error") != tc.code {
			t.Errorf("%s: %d %s, want %d %s", name, r.StatusCode, r.Text, tc.status, tc.code)
		}
		if e := last(t, b.p); e.Error != tc.code || e.Kind != journal.PAR {
			t.Errorf("%s: journal has %s of %s", name, e.Error, e.Kind)
		}
	}
	if r := b.get("/push", authParams()); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", r.StatusCode)
	}
}

// TestRequirePAR holds that such a client cannot begin otherwise.
func TestRequirePAR(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	c := basicClient()
	c.RequirePAR = true
	putClient(t, b.p, c)
	b.get("/begin", authParams()).back(t, "invalid_request")
	b.post("/sign-in?"+authParams().Encode(), url.Values{"username": {"ada"}, "password": {"correct horse"}}).back(t, "invalid_request")
	reference, _ := b.push(authParams()).member(t, "request_uri").(string)
	page := b.get("/begin", url.Values{"client_id": {"shop"}, "request_uri": {reference}})
	b.submit(page, "username", "ada", "password", "correct horse").back(t, "")
}

// TestRequirePKCE holds the registration of a confidential client to its word.
func TestRequirePKCE(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	bare := authParams("code_challenge", "", "code_challenge_method", "")
	b.get("/begin", bare).on(t, b.p, "sign-in")
	c := basicClient()
	c.RequirePKCE = true
	putClient(t, b.p, c)
	b.get("/begin", bare).back(t, "invalid_request")
	putClient(t, b.p, identity.Client{ID: "i", Secret: longSecret, RedirectURIs: []string{callback}, ResponseTypes: []string{"id_token"}, GrantTypes: []identity.GrantType{identity.GrantImplicit}, RequirePKCE: true})
	b.get("/begin", edited(bare, "client_id", "i", "response_type", "id_token")).on(t, b.p, "sign-in")
}
