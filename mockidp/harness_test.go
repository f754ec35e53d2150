package mockidp

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

const callback = "http://shop.test/callback"

// sharedRing saves each test the generation of an RSA key.
var sharedRing = sync.OnceValue(keys.New)

func ada() identity.User {
	return identity.User{Username: "ada", Password: "correct horse", Subject: "sub-ada", Claims: map[string]any{
		"name": "Ada Lovelace", "email": "ada@example.test", "email_verified": true, "tier": "gold", "groups": []string{"a", "b"},
		"address": map[string]any{"locality": "London"}, "phone_number": "+44 1",
	}}
}

func basicClient() identity.Client {
	return identity.Client{
		ID: "shop", Secret: "s:%+ é&ü", RedirectURIs: []string{callback, callback + "?x=1"},
		PostLogoutRedirectURIs: []string{"http://shop.test/bye"}, GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
	}
}

func postClient() identity.Client {
	c := basicClient()
	c.ID, c.Secret, c.AuthMethod, c.IDTokenAlg = "poster", "post secret", identity.AuthPost, keys.ES256
	return c
}

func publicClient() identity.Client {
	c := basicClient()
	c.ID, c.Secret = "app", ""
	return c
}

// hybridClient may have every response type.
func hybridClient() identity.Client {
	c := basicClient()
	c.ID, c.GrantTypes = "hybrid", append(c.GrantTypes, identity.GrantImplicit)
	c.ResponseTypes = []string{"code", "id_token", "token id_token", "code id_token", "code token", "code id_token token"}
	return c
}

func testConfig() Config {
	return Config{
		Users:   []identity.User{ada(), {Username: "bob", Password: "pw"}},
		Clients: []identity.Client{basicClient(), postClient(), publicClient()},
		Keys:    sharedRing(),
	}
}

func startServer(t testing.TB) *Server {
	t.Helper()
	s, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newProvider(t testing.TB, edit func(*Config)) *Provider {
	t.Helper()
	c := testConfig()
	if edit != nil {
		edit(&c)
	}
	p, err := startServer(t).NewProvider(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// browser is an HTTP client with cookies that stops at redirects.
type browser struct {
	t testing.TB
	p *Provider
	c *http.Client
}

func newBrowser(t testing.TB, p *Provider) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t, p, &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// reply is an answer read whole. Err is set when the body broke off.
type reply struct {
	*http.Response
	Text string
	Err  error
}

func (r reply) redirect() url.Values {
	u, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.Header.Get("Location") == "" {
		return nil
	}
	if u.Fragment != "" {
		inside, err := url.ParseQuery(u.EscapedFragment())
		if err != nil {
			return nil
		}
		return inside
	}
	return u.Query()
}

func (r reply) member(t testing.TB, name string) any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(r.Text), &m); err != nil {
		t.Fatalf("status %d, body %q: %v", r.StatusCode, r.Text, err)
	}
	return m[name]
}

func (b *browser) do(req *http.Request) reply {
	b.t.Helper()
	resp, err := b.c.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp, string(text), err}
}

func (b *browser) get(path string, query url.Values) reply {
	b.t.Helper()
	return b.do(request(b.t, http.MethodGet, b.p.Issuer()+path+"?"+query.Encode(), nil))
}

func (b *browser) post(path string, form url.Values, header ...string) reply {
	b.t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = b.p.Issuer() + path
	}
	return b.do(request(b.t, http.MethodPost, target, form, header...))
}

func request(t testing.TB, method, target string, form url.Values, header ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, bytes.NewReader([]byte(form.Encode())))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

func action(t testing.TB, page string) string {
	t.Helper()
	m := formAction.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no form in %q", page)
	}
	return html.UnescapeString(m[1])
}

const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"

func authParams(edits ...string) url.Values {
	v := url.Values{
		"client_id": {"shop"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid profile email offline_access"},
		"state": {"st-1"}, "nonce": {"no-1"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	return edited(v, edits...)
}

// edited sets parameters given as name, value pairs; an empty value removes.
func edited(v url.Values, edits ...string) url.Values {
	v = maps.Clone(v)
	for i := 0; i < len(edits); i += 2 {
		if edits[i+1] == "" {
			v.Del(edits[i])
		} else {
			v.Set(edits[i], edits[i+1])
		}
	}
	return v
}

// signIn goes from the authorization request to the authorization response.
func (b *browser) signIn(params url.Values) reply {
	b.t.Helper()
	r := b.get("/begin", params)
	if r.StatusCode != http.StatusOK {
		return r
	}
	return b.post(action(b.t, r.Text), url.Values{"username": {"ada"}, "password": {"correct horse"}})
}

func basicHeader(c identity.Client) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	return r.Header.Get("Authorization")
}

func codeForm(code string, edits ...string) url.Values {
	return edited(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier},
	}, edits...)
}

// swap redeems a code as the basic client.
func (b *browser) swap(form url.Values) reply {
	b.t.Helper()
	return b.post("/swap", form, "Authorization", basicHeader(basicClient()))
}

// code is a fresh code for the basic client.
func (b *browser) code(edits ...string) string {
	b.t.Helper()
	code := b.signIn(authParams(edits...)).redirect().Get("code")
	if code == "" {
		b.t.Fatal("no code")
	}
	return code
}

func putUser(t testing.TB, p *Provider, u identity.User) {
	t.Helper()
	if err := p.PutUser(u); err != nil {
		t.Fatal(err)
	}
}

func putClient(t testing.TB, p *Provider, c identity.Client) {
	t.Helper()
	if err := p.PutClient(c); err != nil {
		t.Fatal(err)
	}
}

func arm(t testing.TB, p *Provider, id fault.ID, sc fault.Scope, b fault.Budget) *fault.Ticket {
	t.Helper()
	spec, ok := fault.Named(id)
	if !ok {
		t.Fatalf("no fault %s", id)
	}
	ticket, err := p.Arm(spec, sc, b)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}
