package mockidp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func openProvider(t testing.TB) *Provider {
	t.Helper()
	return newProvider(t, func(c *Config) { c.ClientRegistration = true })
}

// enlist posts a document to the registration endpoint.
func (b *browser) enlist(document string, header ...string) reply {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.p.Issuer()+"/enlist", strings.NewReader(document))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return b.do(req)
}

func (b *browser) manage(method, target, token string) reply {
	b.t.Helper()
	return b.do(request(b.t, method, target, nil, "Authorization", "Bearer "+token))
}

const minimal = `{"redirect_uris":["` + callback + `"]}`

// TestRegistrationDefaults holds the whole answer to the least that can be
// sent.
func TestRegistrationDefaults(t *testing.T) {
	t.Parallel()
	p := openProvider(t)
	b := newBrowser(t, p)
	r := b.enlist(`{"redirect_uris":["` + callback + `"],"contacts":["x@y.test"],"client_id":"mine","client_secret":"mine","Client_Name":"x"}`)
	if r.StatusCode != http.StatusCreated || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(r.Text), &got); err != nil {
		t.Fatal(err)
	}
	id, _ := got["client_id"].(string)
	for _, name := range []string{"client_id", "client_secret", "registration_access_token"} {
		if text, _ := got[name].(string); len(text) < 26 {
			t.Errorf("%s is %q", name, text)
		}
		delete(got, name)
	}
	if issued, _ := got["client_id_issued_at"].(float64); issued < 1e9 {
		t.Errorf("issued at %v", issued)
	}
	delete(got, "client_id_issued_at")
	want := map[string]any{
		"redirect_uris": []string{callback}, "token_endpoint_auth_method": "client_secret_basic",
		"grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "subject_type": "public",
		"id_token_signed_response_alg": "RS256", "client_secret_expires_at": 0,
		"registration_client_uri": p.Issuer() + "/enlist?client_id=" + id,
	}
	if toJSON(t, got) != toJSON(t, want) {
		t.Errorf("got %s, want %s", toJSON(t, got), toJSON(t, want))
	}
	e := lastEntry(p)
	if e.Kind != journal.Registration || e.Client != id || !strings.Contains(string(e.Document), "contacts") {
		t.Errorf("journal %+v", e)
	}
	secret, _ := r.member(t, "client_secret").(string)
	token, _ := r.member(t, "registration_access_token").(string)
	redacted := string(e.Redacted().Body) + string(e.Redacted().Document)
	if strings.Contains(redacted, secret) || strings.Contains(redacted, token) || strings.Contains(redacted, `"client_secret":"mine"`) {
		t.Errorf("redacted %s", redacted)
	}
}

// TestRegisteredClientSignsIn goes from registration to tokens and to the end
// of the registration.
func TestRegisteredClientSignsIn(t *testing.T) {
	t.Parallel()
	p := openProvider(t)
	b := newBrowser(t, p)
	if got := p.Metadata().RegistrationEndpoint; got != p.Issuer()+"/enlist" {
		t.Errorf("advertised %q", got)
	}
	r := b.enlist(minimal)
	member := func(name string) string {
		text, _ := r.member(t, name).(string)
		return text
	}
	c := identity.Client{ID: member("client_id"), Secret: member("client_secret")}
	uri, token := member("registration_client_uri"), member("registration_access_token")
	code := b.signIn(authParams("client_id", c.ID)).redirect().Get("code")
	tokens := b.post("/swap", codeForm(code), "Authorization", basicHeader(c))
	if tokens.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", tokens.StatusCode, tokens.Text)
	}
	read := b.manage(http.MethodGet, uri, token)
	if read.StatusCode != http.StatusOK || read.Text != r.Text {
		t.Errorf("read %d %s, registered %s", read.StatusCode, read.Text, r.Text)
	}
	for name, try := range map[string]func(method string) reply{
		"no token":       func(m string) reply { return b.do(request(t, m, uri, nil)) },
		"other token":    func(m string) reply { return b.manage(m, uri, "x") },
		"other client":   func(m string) reply { return b.manage(m, p.Issuer()+"/enlist?client_id=shop", token) },
		"unknown client": func(m string) reply { return b.manage(m, p.Issuer()+"/enlist?client_id=x", token) },
		"Basic":          func(m string) reply { return b.do(request(t, m, uri, nil, "Authorization", basicHeader(c))) },
	} {
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			r := try(method)
			if r.StatusCode != http.StatusUnauthorized || r.member(t, "error") != "invalid_token" || r.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s: %d %s", method, name, r.StatusCode, r.Text)
			}
		}
	}
	access, _ := tokens.member(t, "access_token").(string)
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusOK {
		t.Fatalf("userinfo %d", r.StatusCode)
	}
	if r := b.manage(http.MethodDelete, uri, token); r.StatusCode != http.StatusNoContent || r.Text != "" {
		t.Errorf("delete %d %s", r.StatusCode, r.Text)
	}
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("userinfo after the end of the client: %d", r.StatusCode)
	}
	if _, live := p.store.Lookup(access); live {
		t.Error("the access token is live after the end of the client")
	}
	if r := b.manage(http.MethodGet, uri, token); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("read after delete: %d", r.StatusCode)
	}
	if r := b.get("/begin", authParams("client_id", c.ID)); r.StatusCode != http.StatusBadRequest {
		t.Errorf("sign-in after delete: %d", r.StatusCode)
	}
}

func TestRegistrationMetadata(t *testing.T) {
	t.Parallel()
	with := func(members string) string { return `{"redirect_uris":["` + callback + `"],` + members + `}` }
	keys := toJSON(t, jwtClient("ES256").Keys)
	for name, tc := range map[string]struct {
		document string
		status   int
		code     any
		says     string // in the answer
	}{
		"public client":      {with(`"token_endpoint_auth_method":"none"`), 201, nil, `"token_endpoint_auth_method":"none"`},
		"its own secret":     {with(`"token_endpoint_auth_method":"none","client_secret":"mine"`), 201, nil, `"subject_type":"public"`},
		"private key":        {with(`"token_endpoint_auth_method":"private_key_jwt","jwks":` + keys), 201, nil, `"kid":"k1"`},
		"HS512":              {with(`"id_token_signed_response_alg":"HS512"`), 201, nil, `"id_token_signed_response_alg":"HS512"`},
		"encryption":         {with(`"id_token_encrypted_response_alg":"ECDH-ES","jwks":` + keys), 201, nil, `"id_token_encrypted_response_enc":"A128CBC-HS256"`},
		"a machine":          {`{"grant_types":["client_credentials"]}`, 201, nil, `"grant_types":["client_credentials"]`},
		"an app":             {`{"redirect_uris":["com.example.app:/cb"],"token_endpoint_auth_method":"none"}`, 201, nil, "com.example.app"},
		"a name":             {with(`"client_name":"Shop"`), 201, nil, `"client_name":"Shop"`},
		"no redirect URI":    {`{}`, 400, "invalid_redirect_uri", "no redirect_uris"},
		"null":               {`null`, 400, "invalid_redirect_uri", "no redirect_uris"},
		"fragment":           {`{"redirect_uris":["https://a.test/#x"]}`, 400, "invalid_redirect_uri", "has a fragment"},
		"script":             {`{"redirect_uris":["javascript:alert(1)"]}`, 400, "invalid_redirect_uri", "has a dot"},
		"logout to a script": {with(`"post_logout_redirect_uris":["javascript:x"]`), 400, "invalid_client_metadata", "has a dot"},
		"jwks_uri":           {with(`"jwks_uri":"https://a.test/jwks"`), 400, "invalid_client_metadata", "send the keys as jwks"},
		"unknown method":     {with(`"token_endpoint_auth_method":"magic"`), 400, "invalid_client_metadata", "'magic'"},
		"no keys":            {with(`"token_endpoint_auth_method":"private_key_jwt"`), 400, "invalid_client_metadata", "without keys"},
		"unknown alg":        {with(`"id_token_signed_response_alg":"MD5"`), 400, "invalid_client_metadata", "'MD5'"},
		"public HS256":       {with(`"id_token_signed_response_alg":"HS256","token_endpoint_auth_method":"none"`), 400, "invalid_client_metadata", "needs a client secret"},
		"response type":      {with(`"response_types":["id_token"]`), 400, "invalid_client_metadata", "without grant type implicit"},
		"grant type":         {with(`"grant_types":["password"]`), 400, "invalid_client_metadata", "'password'"},
		"several things":     {with(`"subject_type":"x","default_max_age":-1`), 400, "invalid_client_metadata", "; default_max_age -1 is negative"},
		"wrong type":         {`{"redirect_uris":"` + callback + `"}`, 400, "invalid_client_metadata", "cannot unmarshal"},
		"a member twice":     {`{"redirect_uris":["` + callback + `"],"redirect_uris":["https://b.test/"]}`, 400, "invalid_client_metadata", "duplicate"},
		"no JSON":            {`redirect_uris=x`, 400, "invalid_client_metadata", "invalid character"},
		"empty":              {``, 400, "invalid_client_metadata", ""},
		"65 KiB":             {with(`"client_name":"` + strings.Repeat("x", 65<<10) + `"`), 413, "invalid_request", "64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openProvider(t)
			r := newBrowser(t, p).enlist(tc.document)
			if r.StatusCode != tc.status || r.member(t, "error") != tc.code || !strings.Contains(r.Text, tc.says) {
				t.Fatalf("%d %s", r.StatusCode, r.Text)
			}
			if e := lastEntry(p); tc.code != nil && e.Error != tc.code {
				t.Errorf("journal %q", e.Error)
			}
			if tc.code != nil {
				return
			}
			_, hasSecret := r.member(t, "client_secret").(string)
			_, expires := r.member(t, "client_secret_expires_at").(float64)
			public := strings.Contains(tc.document, `"none"`) || strings.Contains(tc.document, "private_key_jwt")
			if hasSecret == public || expires != hasSecret {
				t.Errorf("secret %v, expiry %v", hasSecret, expires)
			}
		})
	}
}

func TestRegistrationIsOffByDefault(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	if r := newBrowser(t, p).enlist(minimal); r.StatusCode != http.StatusNotFound || p.Metadata().RegistrationEndpoint != "" {
		t.Errorf("%d, advertised %q", r.StatusCode, p.Metadata().RegistrationEndpoint)
	}
	open := openProvider(t)
	b := newBrowser(t, open)
	if r := b.enlist(minimal, "Content-Type", "application/x-www-form-urlencoded"); r.StatusCode != http.StatusBadRequest || r.member(t, "error") != "invalid_request" {
		t.Errorf("form: %d %s", r.StatusCode, r.Text)
	}
	b.enlist(minimal)
	open.Reset()
	if n := len(open.directory.Registered()); n != 0 {
		t.Errorf("%d registrations after a reset", n)
	}
}

// TestRegistrationFlood holds that memory is bounded, at the cost of the
// oldest, and that configured clients stay.
func TestRegistrationFlood(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, func(c *Config) { c.ClientRegistration = true })
	b := newMemoryBrowser(t, p)
	first := b.enlist(minimal)
	uri, _ := first.member(t, "registration_client_uri").(string)
	token, _ := first.member(t, "registration_access_token").(string)
	var last reply
	for i := range 512 {
		if r := b.manage(http.MethodGet, uri, token); r.StatusCode != http.StatusOK {
			t.Fatalf("the first one is gone after %d others", i)
		}
		last = b.enlist(fmt.Sprintf(`{"redirect_uris":["https://shop%d.test/cb"]}`, i))
	}
	if r := b.manage(http.MethodGet, uri, token); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the first one is still there: %d", r.StatusCode)
	}
	id, _ := last.member(t, "client_id").(string)
	for _, id := range []string{id, "shop"} {
		if _, known := p.Client(id); !known {
			t.Errorf("%s is gone", id)
		}
	}
	if n := len(p.directory.Registered()); n != 512 {
		t.Errorf("%d registrations", n)
	}
}
