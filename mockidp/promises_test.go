package mockidp

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// everything is a provider with all that can be switched on, and a browser in
// which ada is signed in.
func everything(t *testing.T) (*Provider, *browser) {
	t.Helper()
	p := newProvider(t, func(c *Config) {
		c.Keys = keys.New() // every algorithm adds a key, which is not for the ring that tests share
		c.SelfRegistration, c.ClientRegistration, c.SessionManagement = true, true, true
		grace := ada()
		grace.Username, grace.Subject, grace.SecondFactor = "grace", "sub-grace", "123456"
		c.Users = append(c.Users, grace)
		c.Clients = append(c.Clients, hybridClient(), machine(), television())
	})
	b := newBrowser(t, p)
	if r := b.signIn(authParams()); r.redirect().Get("code") == "" {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	return p, b
}

// granted is the token response for a client that is registered for this.
func (b *browser) granted(c identity.Client, edits ...string) (reply, error) {
	b.t.Helper()
	putClient(b.t, b.p, c)
	r := b.get("/begin", authParams(append([]string{"client_id", c.ID}, edits...)...))
	code := r.redirect().Get("code")
	if code == "" {
		return r, fmt.Errorf("no code: %d %v %.200s", r.StatusCode, r.redirect(), r.Text)
	}
	r = b.post("/swap", codeForm(code), "Authorization", basicHeader(c))
	if r.StatusCode != http.StatusOK {
		return r, fmt.Errorf("%d %s", r.StatusCode, r.Text)
	}
	return r, nil
}

// wide is a client whose secret is long enough for every algorithm.
func wide(id string) identity.Client {
	c := basicClient()
	c.ID, c.Secret = id, longSecret
	return c
}

func text(r reply, t testing.TB, member string) string {
	t.Helper()
	s, _ := r.member(t, member).(string)
	return s
}

func headerOf(compact string) (h struct{ Alg, Enc string }) {
	first, _, _ := strings.Cut(compact, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err == nil {
		_ = json.Unmarshal(raw, &h) // what is no header has no alg
	}
	return h
}

// answered wants a status of a request.
func answered(r reply, want int) error {
	if r.StatusCode != want {
		return fmt.Errorf("%d %.200s", r.StatusCode, r.Text)
	}
	return nil
}

// accepted wants an authorization request to be answered with a page or a
// code.
func accepted(r reply) error {
	if q := r.redirect(); r.StatusCode != http.StatusOK && q.Get("code") == "" {
		return fmt.Errorf("%d %v %.200s", r.StatusCode, q, r.Text)
	}
	return nil
}

// promise tries one value of a member of the discovery document: it asks the
// provider for it and says what was wrong.
type promise func(b *browser, value string) error

// promises are the members of the discovery document. A member without a row
// fails TestPromisesAreKept.
func promises() map[string]promise {
	all := map[string]promise{
		"issuer": func(b *browser, v string) error {
			if r := b.do(request(b.t, http.MethodGet, v+"/.well-known/openid-configuration", nil)); text(r, b.t, "issuer") != v {
				return fmt.Errorf("its document has %s", text(r, b.t, "issuer"))
			}
			return nil
		},
		"subject_types_supported": func(b *browser, v string) error {
			c := wide("subject-" + v)
			c.SubjectType = v
			if err := c.Validate(); err != nil {
				return err
			}
			r, err := b.granted(c)
			if err != nil {
				return err
			}
			claims := verified(b.t, b, text(r, b.t, "id_token"), "RS256")
			if (claims["sub"] == "sub-ada") != (v == "public") || claims["sub"] == "" {
				return fmt.Errorf("sub %v", claims["sub"])
			}
			return nil
		},
		"scopes_supported": func(b *browser, v string) error {
			r, err := b.granted(wide("scoped"), "scope", "openid "+v)
			if err == nil && !slices.Contains(strings.Fields(text(r, b.t, "scope")), v) {
				return fmt.Errorf("granted %q", text(r, b.t, "scope"))
			}
			return err
		},
		"claims_supported": claimPromise,
		"claim_types_supported": func(_ *browser, v string) error {
			if v != "normal" {
				return fmt.Errorf("no test knows it")
			}
			return nil // claims_supported shows these
		},
		"claims_parameter_supported": func(b *browser, v string) error {
			r, err := b.granted(wide("claims"), "scope", "openid", "claims", `{"id_token": {"email": null}}`)
			if err == nil && (verified(b.t, b, text(r, b.t, "id_token"), "RS256")["email"] == "ada@example.test") != (v == "true") {
				return fmt.Errorf("it is %s, the ID token differs", v)
			}
			return err
		},
		"authorization_response_iss_parameter_supported": func(b *browser, v string) error {
			if iss := b.get("/begin", authParams()).redirect().Get("iss"); (iss == b.p.Issuer()) != (v == "true") {
				return fmt.Errorf("it is %s, iss is %q", v, iss)
			}
			return nil
		},
	}
	for _, more := range []map[string]promise{endpointPromises(), requestPromises(), clientPromises(), algorithmPromises(), logoutPromises()} {
		for name, p := range more {
			all[name] = p
		}
	}
	return all
}

// claimPromise gives ada the claim, or finds it among those of the provider.
func claimPromise(b *browser, v string) error {
	if !protocol.Reserved(v) {
		u := ada()
		u.Claims = map[string]any{v: "a value of " + v}
		if v == "email_verified" || v == "phone_number_verified" {
			u.Claims[v] = true
		}
		putUser(b.t, b.p, u)
		defer putUser(b.t, b.p, ada())
	}
	if v == "c_hash" {
		// Only an ID token that comes along with a code has it.
		c := hybridNamed("code-hash")
		putClient(b.t, b.p, c)
		q := b.get("/begin", authParams("client_id", c.ID, "response_type", "code id_token")).redirect()
		if verified(b.t, b, q.Get("id_token"), "RS256")[v] == nil {
			return fmt.Errorf("not in %v", q)
		}
		return nil
	}
	r, err := b.granted(hybridNamed("claims-"+v), "scope", "openid profile email address phone", "max_age", "3600", "acr_values", "1")
	if err != nil {
		return err
	}
	if claims := verified(b.t, b, text(r, b.t, "id_token"), "RS256"); claims[v] == nil {
		return fmt.Errorf("not in %v", claims)
	}
	return nil
}

func hybridNamed(id string) identity.Client {
	c := hybridClient()
	c.ID = id
	return c
}

func endpointPromises() map[string]promise {
	get := func(b *browser, v string) error {
		return answered(b.do(request(b.t, http.MethodGet, v, nil)), http.StatusOK)
	}
	return map[string]promise{
		"authorization_endpoint": func(b *browser, v string) error {
			return accepted(b.do(request(b.t, http.MethodGet, v+"?"+authParams().Encode(), nil)))
		},
		"token_endpoint": func(b *browser, v string) error {
			return answered(b.post(v, codeForm(b.code()), "Authorization", basicHeader(basicClient())), http.StatusOK)
		},
		"userinfo_endpoint": func(b *browser, v string) error {
			access, _ := b.pair()
			return answered(b.do(request(b.t, http.MethodGet, v, nil, "Authorization", "Bearer "+access)), http.StatusOK)
		},
		"jwks_uri": get, "check_session_iframe": get, "end_session_endpoint": get,
		"introspection_endpoint": func(b *browser, v string) error {
			access, _ := b.pair()
			if r := b.asShop(v, access); r.member(b.t, "active") != true {
				return fmt.Errorf("%s", r.Text)
			}
			return nil
		},
		"revocation_endpoint": func(b *browser, v string) error {
			access, _ := b.pair()
			return answered(b.asShop(v, access), http.StatusOK)
		},
		"pushed_authorization_request_endpoint": func(b *browser, v string) error {
			r := b.post(v, authParams(), "Authorization", basicHeader(basicClient()))
			if r.StatusCode != http.StatusCreated {
				return answered(r, http.StatusCreated)
			}
			return accepted(b.get("/begin", url.Values{"client_id": {"shop"}, "request_uri": {text(r, b.t, "request_uri")}}))
		},
		"device_authorization_endpoint": func(b *browser, v string) error {
			r := b.post(v, url.Values{"client_id": {"tv"}, "scope": {"openid"}})
			if r.StatusCode != http.StatusOK {
				return answered(r, http.StatusOK)
			}
			return get(b, text(r, b.t, "verification_uri_complete"))
		},
		"registration_endpoint": func(b *browser, v string) error {
			req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, v, strings.NewReader(`{"redirect_uris": ["`+callback+`"]}`))
			if err != nil {
				return err
			}
			req.Header.Set("Content-Type", "application/json")
			return answered(b.do(req), http.StatusCreated)
		},
	}
}

// TestPromisesAreKept asks for every value of every member of the discovery
// document.
func TestPromisesAreKept(t *testing.T) {
	t.Parallel()
	p, b := everything(t)
	rows := promises()
	for name, value := range served(t, b) {
		try, ok := rows[name]
		if !ok {
			t.Errorf("%s has no row: how is it tried?", name)
			continue
		}
		delete(rows, name)
		values, isList := value.([]any)
		if !isList {
			values = []any{value}
		}
		if len(values) == 0 {
			t.Errorf("%s is an empty list", name)
		}
		for _, v := range values {
			if err := try(b, fmt.Sprint(v)); err != nil {
				t.Errorf("%s: %v: %v", name, v, err)
			}
		}
	}
	for name := range rows {
		t.Errorf("%s has a row and is not in the document", name)
	}
	if n := len(p.Journal().Select(query(0))); n < 100 {
		t.Errorf("only %d exchanges", n)
	}
}

func served(t *testing.T, b *browser) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(b.get("/.well-known/openid-configuration", nil).Text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestNothingIsServedUnpromised goes the other way: what the provider serves
// has to be in the document, and what is not in it has to be refused.
func TestNothingIsServedUnpromised(t *testing.T) {
	t.Parallel()
	p, b := everything(t)
	doc := served(t, b)
	// People get to these from other pages; the document itself is well known.
	pages := []string{endpoint.DiscoveryPath, endpoint.SignInPath, endpoint.DevicePath, endpoint.AppsPath}
	paths := p.router.Paths()
	if len(paths) < 12 {
		t.Errorf("only %q served", paths)
	}
	for _, path := range paths {
		promised := false
		for _, v := range doc {
			promised = promised || v == p.Issuer()+path
		}
		if promised == slices.Contains(pages, path) {
			t.Errorf("%s: promised %v", path, promised)
		}
	}
	listed := func(member, value string) bool {
		values, _ := doc[member].([]any)
		return slices.Contains(values, any(value))
	}
	for _, tc := range []struct {
		member string
		values []string
		try    promise
	}{
		{"response_types_supported", []string{"token", "none", "code foo"}, responseType},
		{"response_modes_supported", []string{"web_message", "jwt", "query.jwt"}, requestPromises()["response_modes_supported"]},
		{"grant_types_supported", []string{"password", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba"}, func(b *browser, v string) error {
			if r := b.swap(url.Values{"grant_type": {v}}); text(r, b.t, "error") == "unsupported_grant_type" {
				return fmt.Errorf("refused")
			}
			return nil
		}},
		{"prompt_values_supported", []string{"signup"}, requestPromises()["prompt_values_supported"]},
		{"code_challenge_methods_supported", []string{"plain", "S512"}, requestPromises()["code_challenge_methods_supported"]},
		{"display_values_supported", []string{"hologram"}, requestPromises()["display_values_supported"]},
		{"token_endpoint_auth_methods_supported", []string{"tls_client_auth", "self_signed_tls_client_auth"}, func(_ *browser, v string) error {
			c := wide("m")
			c.AuthMethod = identity.AuthMethod(v)
			return c.Validate()
		}},
	} {
		for _, v := range tc.values {
			if listed(tc.member, v) {
				t.Errorf("%s: %s is promised; move it", tc.member, v)
			}
			if err := tc.try(b, v); err == nil {
				t.Errorf("%s: %s is served", tc.member, v)
			}
		}
	}
}

// A broken promise is noticed: this is the test of the tests above.
func TestBrokenPromisesAreNoticed(t *testing.T) {
	t.Parallel()
	p, b := everything(t)
	for name, value := range map[string]string{
		"response_types_supported": "token", "prompt_values_supported": "signup", "grant_types_supported": "password",
		"jwks_uri": p.Issuer() + "/nothing", "request_uri_parameter_supported": "true", "subject_types_supported": "private",
		"id_token_signing_alg_values_supported": "RS1", "token_endpoint_auth_methods_supported": "tls_client_auth",
	} {
		if err := promises()[name](b, value); err == nil {
			t.Errorf("%s: %s seems to be kept", name, value)
		}
	}
}
