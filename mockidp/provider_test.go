package mockidp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// TestMetadataIsHonest compares what is advertised with what is served.
func TestMetadataIsHonest(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	var doc map[string]any
	if err := json.Unmarshal([]byte(b.get("/.well-known/openid-configuration", nil).Text), &doc); err != nil {
		t.Fatal(err)
	}
	if doc["issuer"] != p.Issuer() || p.Metadata().Issuer != p.Issuer() {
		t.Errorf("issuer %v", doc["issuer"])
	}
	for name, v := range doc {
		target, ok := v.(string)
		if !ok || name == "issuer" {
			continue
		}
		if r := b.do(request(t, http.MethodGet, target, nil)); r.StatusCode == http.StatusNotFound {
			t.Errorf("%s: %s is not served", name, target)
		}
	}
	list := func(name string) []string {
		var out []string
		items, _ := doc[name].([]any)
		for _, v := range items {
			out = append(out, v.(string))
		}
		if len(out) == 0 {
			t.Errorf("no %s", name)
		}
		return out
	}
	var algs []string
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(b.get("/keys", nil).Text), &set); err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Keys {
		algs = append(algs, k["alg"].(string))
		if k["use"] != "sig" || k["kid"] == "" || k["d"] != nil || k["p"] != nil {
			t.Errorf("key %v", k)
		}
	}
	// TestEveryAlgorithmIsServed asks for the other algorithms.
	if !slices.Equal(algs, []string{keys.RS256, keys.ES256}) || !slices.Equal(algs[:1], list("id_token_signing_alg_values_supported")[:1]) {
		t.Errorf("keys for %q", algs)
	}
	for _, v := range list("prompt_values_supported") {
		if r := b.get("/begin", authParams("prompt", v)); r.redirect().Get("error") == "invalid_request" {
			t.Errorf("prompt %s: %v", v, r.redirect())
		}
	}
	putClient(t, p, hybridClient())
	for _, v := range list("response_types_supported") {
		if r := b.get("/begin", authParams("client_id", "hybrid", "response_type", v)); r.StatusCode != http.StatusOK {
			t.Errorf("response_type %s: %d", v, r.StatusCode)
		}
	}
	for _, v := range list("response_modes_supported") {
		if r := b.get("/begin", authParams("response_mode", v)); r.StatusCode != http.StatusOK {
			t.Errorf("response_mode %s: %d", v, r.StatusCode)
		}
	}
	for _, v := range list("display_values_supported") {
		if r := b.get("/begin", authParams("display", v)); r.StatusCode != http.StatusOK {
			t.Errorf("display %s: %d", v, r.StatusCode)
		}
	}
	for _, v := range list("ui_locales_supported") {
		if r := b.get("/begin", authParams("ui_locales", v)); !strings.Contains(r.Text, `<html lang="`+v+`">`) {
			t.Errorf("ui_locales %s: %s", v, r.Text)
		}
	}
	for _, v := range list("grant_types_supported") {
		if v == "implicit" {
			// It is for the authorization endpoint: the response types above.
			continue
		}
		r := b.swap(url.Values{"grant_type": {v}})
		if r.member(t, "error") == "unsupported_grant_type" {
			t.Errorf("grant_type %s: %s", v, r.Text)
		}
	}
	scopes := list("scopes_supported")
	r := b.swap(codeForm(b.code("scope", strings.Join(scopes, " "))))
	if r.member(t, "scope") != strings.Join(scopes, " ") {
		t.Errorf("granted %v of %q", r.member(t, "scope"), scopes)
	}
	for _, v := range list("token_endpoint_auth_methods_supported") {
		c := identity.Client{ID: "m", Secret: longSecret, AuthMethod: identity.AuthMethod(v), RedirectURIs: []string{callback}}
		form := codeForm("x", "client_id", "m")
		var header []string
		switch c.AuthMethod {
		case identity.AuthBasic:
			header = []string{"Authorization", basicHeader(c)}
		case identity.AuthPost:
			form.Set("client_secret", c.Secret)
		case identity.AuthSecretJWT:
			form = assertionForm(signed(t, "HS256", []byte(c.Secret), assertionClaims(p, "m", nil)))
		case identity.AuthPrivateJWT:
			c.Secret, c.Keys = "", jwtClient("ES256").Keys
			form = assertionForm(signed(t, "ES256", clientKey("ES256"), assertionClaims(p, "m", nil)))
		case identity.AuthNone:
			c.Secret = ""
		}
		putClient(t, p, c)
		if r := b.post("/swap", form, header...); r.member(t, "error") != "invalid_grant" {
			t.Errorf("%s: %s", v, r.Text)
		}
	}
	// These default to true, or promise a parameter that is checked elsewhere.
	for name, want := range map[string]bool{
		"request_uri_parameter_supported": false, "request_parameter_supported": true,
		"claims_parameter_supported": true, "authorization_response_iss_parameter_supported": true,
	} {
		if doc[name] != want {
			t.Errorf("%s is %v", name, doc[name])
		}
	}
}

func TestConfigListsAllProblems(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	_, err := s.NewProvider(Config{
		Path:         "acme/",
		CodeLifetime: -time.Second,
		Clients: []identity.Client{
			{ID: "a", AuthMethod: "magic"},
			{ID: "a", RedirectURIs: []string{"/relative", "http://x.test/#frag"}},
			{Secret: "s", IDTokenAlg: "HS256", AuthMethod: identity.AuthNone},
			{ID: "b", AuthMethod: identity.AuthPost},
		},
		Users: []identity.User{
			{Username: "u"},
			{Username: "u", Password: "p"},
			{Password: "p"},
			{Username: "v", Subject: "u", Password: "p", Claims: map[string]any{"iss": "x", "f": func() {}}},
		},
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{
		`path "acme/"`, "code lifetime", `"magic"`, `client "a": given twice`, `"/relative"`, "#frag", "client 3: no client_id",
		"HS256", "authenticates with none", "client_secret_post without a secret", `user "u": no password`, `user "u": given twice`,
		"user 3: no username", `sub "u"`, `claim "iss"`, `claim "f"`,
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	for _, path := range []string{"/a/../b", "/a b", "/a//b", "/keys", "/x/swap"} {
		if _, err := s.NewProvider(Config{Path: path}); err == nil {
			t.Errorf("path %q was accepted", path)
		}
	}
	if _, err := s.NewProvider(Config{Path: "/acme"}); err != nil {
		t.Error(err)
	}
	if _, err := s.NewProvider(Config{Path: "/acme"}); err == nil {
		t.Error("a taken path was accepted")
	}
}

func TestIssuersAreApart(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	providers := map[string]*Provider{}
	for _, path := range []string{"/", "/acme", "/acme/v2", ""} {
		c := testConfig()
		c.Path = path
		p, err := s.NewProvider(c)
		if err != nil {
			t.Fatal(err)
		}
		providers[path] = p
		if want := s.URL() + strings.TrimSuffix(path, "/"); path != "" && p.Issuer() != want || !strings.HasPrefix(s.URL(), "http://localhost:") {
			t.Errorf("issuer %q, want %q", p.Issuer(), want)
		}
		b := newBrowser(t, p)
		if r := b.get("/.well-known/openid-configuration", nil); r.member(t, "issuer") != p.Issuer() {
			t.Errorf("%q: %s", path, r.Text)
		}
	}
	b := newBrowser(t, providers["/acme"])
	b.code()
	b.p = providers["/acme/v2"]
	if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("error") != "login_required" {
		t.Errorf("a session of another issuer served: %v", r.redirect())
	}
	providers["/acme"].Close()
	b.p = providers["/acme"]
	if r := b.get("/keys", nil); r.StatusCode != http.StatusNotFound {
		t.Errorf("closed provider answered %d", r.StatusCode)
	}
	if strays := providers["/"].Journal().Select(journal.Query{Kind: journal.Stray}); len(strays) != 1 || strays[0].Path != "/acme/keys" {
		t.Errorf("strays %+v", strays)
	}
	b.do(request(t, http.MethodGet, s.URL()+"/favicon.ico", nil))
	if n := len(providers["/"].Journal().Select(journal.Query{Kind: journal.Stray})); n != 1 {
		t.Errorf("%d strays after favicon", n)
	}
}

// TestParallelSignIns is for the race detector, and for faults that must reach
// their own user only.
func TestParallelSignIns(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(c *Config) {
		c.Clients[0].IDTokenAlg = keys.ES256
		for i := range 20 {
			c.Users = append(c.Users, identity.User{Username: fmt.Sprintf("u%d", i), Password: "p"})
		}
	})
	var tickets []*fault.Ticket
	for i := range 20 {
		if i%2 == 0 {
			tickets = append(tickets, arm(t, p, fault.IDTokenAudOther, fault.Scope{User: fmt.Sprintf("u%d", i)}, fault.Always))
		}
	}
	const rounds = 12
	var wg sync.WaitGroup
	for i := range 20 {
		for range rounds {
			wg.Go(func() {
				b := newBrowser(t, p)
				name := fmt.Sprintf("u%d", i)
				page := b.get("/begin", authParams())
				code := b.post(action(t, page.Text), url.Values{"username": {name}, "password": {"p"}}).redirect().Get("code")
				r := b.swap(codeForm(code))
				raw, _ := r.member(t, "id_token").(string)
				s := idToken(t, p.Keys(), time.Now(), raw, "")
				want := `"shop"`
				if i%2 == 0 {
					want = `"another-client"`
				}
				if s["id_token.aud"] != want || s["id_token.sub"] != `"`+name+`"` {
					t.Errorf("%s: aud %s sub %s", name, s["id_token.aud"], s["id_token.sub"])
				}
			})
		}
	}
	wg.Wait()
	for _, ticket := range tickets {
		if ticket.Fired() != rounds {
			t.Errorf("fired %d times, want %d", ticket.Fired(), rounds)
		}
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	mark := p.Journal().Mark()
	code := b.code()
	r := b.swap(codeForm(code))
	var kinds []journal.Kind
	for _, e := range p.Journal().Select(query(mark)) {
		kinds = append(kinds, e.Kind)
		if !e.Sent || e.Client != "shop" {
			t.Errorf("entry %+v", e)
		}
	}
	if want := []journal.Kind{journal.Authorize, journal.SignIn, journal.Token}; !reflect.DeepEqual(kinds, want) {
		t.Fatalf("kinds %v", kinds)
	}
	e, err := p.Journal().Await(t.Context(), journal.Query{Kind: journal.Token, User: "ada", Client: "shop", After: mark})
	if err != nil {
		t.Fatal(err)
	}
	if e.Form.Get("code") != code || e.ClientAuth != "client_secret_basic" || string(e.Body) != r.Text || len(e.Tokens) != 3 || e.Status != 200 {
		t.Errorf("entry %+v", e)
	}
	for _, full := range p.Journal().Select(query(mark)) {
		text, err := json.Marshal(full.Redacted())
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{code, verifier, "correct horse", "correct+horse", basicHeader(basicClient()), e.Tokens[0].Value, e.Tokens[2].Value} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s entry gives away %q: %s", full.Kind, secret, text)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Journal().Await(ctx, journal.Query{Kind: journal.UserInfo, User: "ada", After: mark})
	if want := `no userinfo entry of user "ada"`; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "1 token") {
		t.Errorf("error %v", err)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	code := b.code()
	ticket := arm(t, p, fault.TokenStatus500, fault.Scope{}, fault.Always)
	putUser(t, p, identity.User{Username: "eve", Password: "p"})
	putClient(t, p, identity.Client{ID: "new", RedirectURIs: []string{callback}})
	mark := p.Journal().Mark()
	p.Reset()
	if r := b.swap(codeForm(code)); r.member(t, "error") != "invalid_grant" || ticket.Fired() != 0 {
		t.Errorf("%s, fired %d", r.Text, ticket.Fired())
	}
	if _, ok := p.Client("new"); ok {
		t.Error("client is still there")
	}
	if entries := p.Journal().Select(query(0)); len(entries) != 1 || entries[0].Seq != mark+1 {
		t.Errorf("journal %+v", entries)
	}
}

// TestCloseDoesNotWaitForIdleConnections opens one without a request, as
// browsers do in advance.
func TestCloseDoesNotWaitForIdleConnections(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	until(t, func() bool {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return len(s.fresh) == 1
	})
	start := time.Now()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("closing took %v", took)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := bufio.NewReader(conn).ReadByte(); err == nil {
		t.Error("the connection is still open")
	}
}

func TestServerHasTimeouts(t *testing.T) {
	t.Parallel()
	h := startServer(t).http
	if h.ReadHeaderTimeout <= 0 || h.ReadTimeout <= 0 || h.IdleTimeout <= 0 || h.MaxHeaderBytes <= 0 {
		t.Errorf("timeouts %v %v %v, header %d", h.ReadHeaderTimeout, h.ReadTimeout, h.IdleTimeout, h.MaxHeaderBytes)
	}
}

// TestPutRefuses holds that what is wrong is listed and that nothing changes.
func TestPutRefuses(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	wrong := basicClient()
	wrong.Secret, wrong.AuthMethod, wrong.RedirectURIs = "", identity.AuthPost, []string{"/cb"}
	err := p.PutClient(wrong)
	for _, part := range []string{`client "shop": client_secret_post without a secret`, `client "shop": redirect URI "/cb"`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	if c, _ := p.Client("shop"); c.Secret != basicClient().Secret {
		t.Error("the client has changed")
	}
	for name, u := range map[string]identity.User{
		`user "ada": no password`:                         {Username: "ada"},
		`user "eve": sub "sub-ada" belongs to user "ada"`: {Username: "eve", Password: "p", Subject: "sub-ada"},
	} {
		if err := p.PutUser(u); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("no %q in: %v", name, err)
		}
	}
	if r := newBrowser(t, p).signIn(authParams()); r.redirect().Get("code") == "" {
		t.Errorf("ada cannot sign in: %d", r.StatusCode)
	}
}
