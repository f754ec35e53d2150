package mockidp

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden are the hidden fields of a page's form.
func hidden(page string) url.Values {
	out := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(page, -1) {
		out.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return out
}

// last is the newest entry of the journal.
func last(t testing.TB, p *Provider) journal.Entry {
	t.Helper()
	entries := p.Journal().Select(query(0))
	if len(entries) == 0 {
		t.Fatal("the journal is empty")
	}
	return entries[len(entries)-1]
}

// claimsOf are the claims of an ID token, once go-oidc has verified it.
func claimsOf(t testing.TB, b *browser, client, raw string) map[string]any {
	t.Helper()
	ctx := oidc.ClientContext(t.Context(), b.c)
	rp, err := oidc.NewProvider(ctx, b.p.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	id, err := rp.VerifierContext(ctx, &oidc.Config{ClientID: client}).Verify(ctx, raw)
	if err != nil {
		t.Fatalf("ID token %q: %v", raw, err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestResponseTypes holds what each response type carries, and how.
func TestResponseTypes(t *testing.T) {
	t.Parallel()
	const access = "access_token expires_in scope token_type"
	for responseType, want := range map[string]string{
		"code":                "code iss state",
		"id_token":            "id_token iss state",
		"token id_token":      access + " id_token iss state",
		"id_token token":      access + " id_token iss state",
		"id_token code":       "code id_token iss state",
		"code token":          access + " code iss state",
		"token id_token code": access + " code id_token iss state",
	} {
		t.Run(responseType, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			putClient(t, b.p, hybridClient())
			r := b.signIn(authParams("client_id", "hybrid", "response_type", responseType))
			back := r.redirect()
			wanted := strings.Fields(want)
			slices.Sort(wanted)
			if got := names(back); !slices.Equal(got, wanted) {
				t.Fatalf("carries %q, want %q", got, wanted)
			}
			if inFragment := strings.Contains(r.Header.Get("Location"), "#"); inFragment != (responseType != "code") {
				t.Errorf("redirect %s", r.Header.Get("Location"))
			}
			e := last(t, b.p)
			kinds := map[string]bool{}
			for _, issued := range e.Tokens {
				kinds[issued.Kind] = back.Get(issued.Kind) == issued.Value
			}
			if len(kinds) != len(e.Tokens) || kinds["access_token"] != back.Has("access_token") || kinds["id_token"] != back.Has("id_token") {
				t.Errorf("journal has tokens %+v", e.Tokens)
			}
			for _, secret := range []string{"code", "access_token", "id_token"} {
				if v := back.Get(secret); v != "" && strings.Contains(e.Redacted().Location, v) {
					t.Errorf("redacted entry has the %s: %s", secret, e.Redacted().Location)
				}
			}
			if !strings.Contains(e.Redacted().Location, "state=st-1") {
				t.Errorf("redacted entry hides the state: %s", e.Redacted().Location)
			}
			checkHybridTokens(t, b, back)
		})
	}
}

func names(v url.Values) []string {
	var out []string
	for name := range v {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// checkHybridTokens holds that the tokens of a response go together, are good,
// and are revoked when the code is used twice.
func checkHybridTokens(t *testing.T, b *browser, back url.Values) {
	t.Helper()
	if raw := back.Get("id_token"); raw != "" {
		claims := claimsOf(t, b, "hybrid", raw)
		for claim, value := range map[string]string{"c_hash": back.Get("code"), "at_hash": back.Get("access_token")} {
			want := any(nil)
			if value != "" {
				want = token.Hash("RS256", value)
			}
			if claims[claim] != want {
				t.Errorf("%s is %v, want %v", claim, claims[claim], want)
			}
		}
		if claims["nonce"] != "no-1" || claims["acr"] != "1" {
			t.Errorf("claims %v", claims)
		}
	}
	info := func() int {
		return userinfo("Authorization", "Bearer "+back.Get("access_token"))(t, b).StatusCode
	}
	if back.Has("access_token") && info() != http.StatusOK {
		t.Errorf("userinfo answers %d", info())
	}
	if back.Get("access_token") != "" && !back.Has("code") && strings.Contains(back.Get("scope"), "offline_access") {
		t.Error("offline_access without a code")
	}
	if !back.Has("code") {
		return
	}
	c := hybridClient()
	for _, want := range []int{http.StatusOK, http.StatusBadRequest} {
		r := b.post("/swap", codeForm(back.Get("code")), "Authorization", basicHeader(c))
		if r.StatusCode != want {
			t.Fatalf("token endpoint answers %d, want %d: %s", r.StatusCode, want, r.Text)
		}
	}
	if back.Has("access_token") && info() != http.StatusUnauthorized {
		t.Errorf("userinfo answers %d after the code was used twice", info())
	}
}

// TestResponseTypeRefusals holds what a client may not ask for.
func TestResponseTypeRefusals(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edits []string
		code  string
		where string // the separator before the parameters
	}{
		"token alone":                    {[]string{"response_type", "token"}, "unsupported_response_type", "#"},
		"none":                           {[]string{"response_type", "none"}, "unsupported_response_type", "?"},
		"a word twice":                   {[]string{"response_type", "code code"}, "unsupported_response_type", "?"},
		"id_token without nonce":         {[]string{"response_type", "id_token", "nonce", ""}, "invalid_request", "#"},
		"code id_token without nonce":    {[]string{"response_type", "code id_token", "nonce", ""}, "invalid_request", "#"},
		"query for id_token":             {[]string{"response_type", "id_token", "response_mode", "query"}, "invalid_request", "#"},
		"query for code token":           {[]string{"response_type", "code token", "response_mode", "query"}, "invalid_request", "#"},
		"unknown mode":                   {[]string{"response_mode", "web_message"}, "invalid_request", "?"},
		"code for fragment, bad scope":   {[]string{"response_mode", "fragment", "scope", "email"}, "invalid_scope", "#"},
		"unregistered type":              {[]string{"client_id", "shop", "response_type", "id_token"}, "unauthorized_client", "#"},
		"type without the implicit type": {[]string{"client_id", "half", "response_type", "id_token"}, "unauthorized_client", "#"},
		"type without the code type":     {[]string{"client_id", "other half", "response_type", "code"}, "unauthorized_client", "?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			half, other := hybridClient(), hybridClient()
			half.ID, half.GrantTypes = "half", nil
			other.ID, other.GrantTypes = "other half", []identity.GrantType{identity.GrantImplicit}
			// Registered anew such clients are refused: these are old ones.
			b.p.directory.PutClient(half)
			b.p.directory.PutClient(other)
			putClient(t, b.p, hybridClient())
			r := b.get("/begin", authParams(append([]string{"client_id", "hybrid"}, tc.edits...)...))
			back := r.redirect()
			if r.StatusCode != http.StatusFound || back.Get("error") != tc.code || back.Get("state") != "st-1" || back.Get("iss") != b.p.Issuer() {
				t.Fatalf("%d %s, want %s", r.StatusCode, r.Header.Get("Location"), tc.code)
			}
			if !strings.HasPrefix(r.Header.Get("Location"), callback+tc.where) {
				t.Errorf("redirect %s", r.Header.Get("Location"))
			}
			if e := last(t, b.p); e.Error != tc.code || e.Location != r.Header.Get("Location") {
				t.Errorf("journal: %s at %s", e.Error, e.Location)
			}
		})
	}
	b := newBrowser(t, newProvider(t, nil))
	putClient(t, b.p, hybridClient())
	if r := b.signIn(authParams("client_id", "hybrid", "response_type", "code token", "nonce", "")); r.redirect().Get("code") == "" {
		t.Errorf("code token without nonce: %v", r.redirect())
	}
}

// TestFormPost holds the page of the form_post response mode to its
// specification.
func TestFormPost(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	putClient(t, b.p, hybridClient())
	const state = `"><script>alert(1)</script>&amp;`
	r := b.signIn(authParams("client_id", "hybrid", "response_type", "code id_token", "response_mode", "form_post", "state", state))
	if r.StatusCode != http.StatusOK || r.Header.Get("Location") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	if to := action(t, r.Text); to != callback {
		t.Errorf("posts to %s", to)
	}
	sent := hidden(r.Text)
	if got := names(sent); !slices.Equal(got, []string{"code", "id_token", "iss", "state"}) || sent.Get("state") != state {
		t.Errorf("posts %v", sent)
	}
	if strings.Count(r.Text, "<script>") != 1 || !strings.Contains(r.Text, `<button id="continue"`) || strings.Count(r.Text, "<h1>") != 1 {
		t.Errorf("page %s", r.Text)
	}
	_, script, _ := strings.Cut(r.Text, "<script>")
	script, _, _ = strings.Cut(script, "</script>")
	sum := sha256.Sum256([]byte(script))
	csp := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") ||
		!strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "form-action") {
		t.Errorf("policy %s", csp)
	}
	if claims := claimsOf(t, b, "hybrid", sent.Get("id_token")); claims["c_hash"] != token.Hash("RS256", sent.Get("code")) {
		t.Errorf("claims %v", claims)
	}
	e := journalOf(t, b.p, journal.SignIn)
	if e.Location != callback || e.Response.Get("code") != sent.Get("code") || len(e.Tokens) != 1 || e.Page != "form-post" {
		t.Errorf("journal: %s %v %d tokens", e.Location, e.Response, len(e.Tokens))
	}
	text, err := json.Marshal(e.Redacted())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), sent.Get("code")) || strings.Contains(string(text), sent.Get("id_token")) || e.Redacted().Response.Get("iss") != b.p.Issuer() {
		t.Errorf("redacted: %s", text)
	}
	r = b.get("/begin", authParams("client_id", "hybrid", "response_mode", "form_post", "scope", "email"))
	if got := hidden(r.Text); got.Get("error") != "invalid_scope" || got.Get("iss") != b.p.Issuer() || got.Get("state") != "st-1" {
		t.Errorf("error by form: %v", got)
	}
	if e := last(t, b.p); e.Error != "invalid_scope" || e.Response.Get("error") != "invalid_scope" {
		t.Errorf("journal: %s %v", e.Error, e.Response)
	}
	native := publicClient()
	native.RedirectURIs = []string{"com.example.app:/back"}
	putClient(t, b.p, native)
	r = b.get("/begin", authParams("client_id", "app", "redirect_uri", "com.example.app:/back", "response_mode", "form_post"))
	if r.redirect().Get("error") != "invalid_request" {
		t.Errorf("form_post to an app: %d %v", r.StatusCode, r.redirect())
	}
}

// journalOf is the newest entry of a kind.
func journalOf(t testing.TB, p *Provider, kind journal.Kind) journal.Entry {
	t.Helper()
	entries := p.Journal().Select(journal.Query{Kind: kind})
	if len(entries) == 0 {
		t.Fatalf("no %s entry", kind)
	}
	return entries[len(entries)-1]
}

// TestRedirectURIs holds exact matching, and its one exception.
func TestRedirectURIs(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	native := publicClient()
	native.RedirectURIs = []string{"http://127.0.0.1/back", "http://[::1]:8080/back?x=1", "http://localhost:9000/back", "http://shop.test:80/back"}
	putClient(t, b.p, native)
	for uri, accepted := range map[string]bool{
		"http://127.0.0.1/back":         true,
		"http://127.0.0.1:49152/back":   true,
		"http://[::1]/back?x=1":         true,
		"http://[::1]:1/back?x=1":       true,
		"http://localhost:9000/back":    true,
		"http://localhost:9001/back":    false,
		"http://127.0.0.1:49152/back/":  false,
		"http://127.0.0.1:49152/back?y": false,
		"https://127.0.0.1:49152/back":  false,
		"http://127.0.0.1:x/back":       false,
		"http://127.0.0.1:1@evil/back":  false,
		"http://127.0.0.1.evil/back":    false,
		"http://[::1]/back":             false,
		"http://shop.test:81/back":      false,
		"http://127.0.0.1:1/back#x":     false,
	} {
		r := b.get("/begin", authParams("client_id", "app", "redirect_uri", uri))
		if (r.StatusCode == http.StatusOK) != accepted || r.Header.Get("Location") != "" {
			t.Errorf("%s: %d %s", uri, r.StatusCode, r.Header.Get("Location"))
		}
	}
	page := b.get("/begin", authParams("client_id", "app", "redirect_uri", "http://127.0.0.1:49152/back"))
	code := b.post(action(t, page.Text), url.Values{"username": {"ada"}, "password": {"correct horse"}}).redirect().Get("code")
	r := b.post("/swap", codeForm(code, "client_id", "app", "redirect_uri", "http://127.0.0.1:49152/back"))
	if r.StatusCode != http.StatusOK {
		t.Errorf("token endpoint: %d %s", r.StatusCode, r.Text)
	}
}
