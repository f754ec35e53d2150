package vendor_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

const (
	callback = "http://shop.test/callback"
	goodbye  = "http://shop.test/bye"
	verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
)

// running is a provider of a profile, with one browser in front of it.
type running struct {
	t        *testing.T
	profile  profile.Profile
	provider *mockidp.Provider
	client   identity.Client
	user     identity.User
	sheet    mockidp.Sheet
	origin   string
	now      time.Time
	http     *http.Client
}

// start runs the provider of a vendor, alone on its address as the vendor's is.
func start(t *testing.T, name string) *running {
	t.Helper()
	p, err := vendor.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, profile: p, now: time.Unix(1_700_000_000, 0), client: shopClient()}
	r.user = identity.User{Username: "ada", Password: "correct horse", Subject: p.SubjectOf("ada"), Claims: map[string]any{
		"name": "Ada Example", "given_name": "Ada", "family_name": "Example", "nickname": "ada", "preferred_username": "ada@example.com",
		"email": "ada@example.com", "email_verified": true, "picture": "https://pictures.example/ada.png", "zoneinfo": "Europe/London",
		"profile": "https://people.example/ada", "locale": "en_GB", "address": map[string]any{"country": "GB"}, "updated_at": 1_700_000_000,
		"crm_id": "0015g00000Example", "groups": []string{"Everyone"},
	}}
	server, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	r.provider, err = server.NewProvider(mockidp.Config{
		Path: "/", Profile: p, Clients: []identity.Client{r.client}, Users: []identity.User{r.user}, Now: func() time.Time { return r.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.origin = server.URL()
	if r.sheet, err = r.provider.Sheet(r.client.ID); err != nil {
		t.Fatal(err)
	}
	r.fresh()
	return r
}

func shopClient() identity.Client {
	return identity.Client{
		ID: "shop", Secret: "s3cret", RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{goodbye},
		GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
	}
}

// fresh puts a browser without cookies in front of the provider.
func (r *running) fresh() {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.http = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// reset takes the provider and the browser back to their beginnings.
func (r *running) reset() {
	r.provider.Reset()
	r.now = time.Unix(1_700_000_000, 0)
	r.fresh()
}

func (r *running) put(edit func(*identity.Client)) {
	r.t.Helper()
	c := shopClient()
	edit(&c)
	if err := r.provider.PutClient(c); err != nil {
		r.t.Fatal(err)
	}
}

// answer is an answer read whole.
type answer struct {
	*http.Response
	Text string
}

func (r *running) do(method, target string, form url.Values, header ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return r.send(req)
}

func (r *running) send(req *http.Request) answer {
	r.t.Helper()
	resp, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{resp, string(text)}
}

func (r *running) get(target string) answer { return r.do(http.MethodGet, target, nil) }

// params are the parameters of the answer's redirect.
func (a answer) params() url.Values {
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		return nil
	}
	if u.Fragment != "" {
		inside, _ := url.ParseQuery(u.EscapedFragment())
		return inside
	}
	return u.Query()
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.Text), &m); err != nil {
		t.Fatalf("status %d, %q: %v", a.StatusCode, a.Text, err)
	}
	return m
}

// find is the first element of a page that a selector matches, or nil.
func (a answer) find(t *testing.T, selector string) *html.Node {
	t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		t.Fatalf("selector %s: %v", selector, err)
	}
	root, err := html.Parse(strings.NewReader(a.Text))
	if err != nil {
		t.Fatal(err)
	}
	return cascadia.Query(root, s)
}

func attr(n *html.Node, name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// request is an authorization request; edits are pairs of name and value, an
// empty value takes the parameter out.
func (r *running) request(edits ...string) url.Values {
	v := url.Values{
		"client_id": {"shop"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {r.sheet.Scope}, "state": {"st-1"}, "nonce": {"no-1"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	return edited(v, edits...)
}

func edited(v url.Values, edits ...string) url.Values {
	for i := 0; i+1 < len(edits); i += 2 {
		v.Del(edits[i])
		if edits[i+1] != "" {
			v.Set(edits[i], edits[i+1])
		}
	}
	return v
}

func (r *running) authorize(edits ...string) answer {
	return r.get(r.sheet.AuthorizationEndpoint + "?" + r.request(edits...).Encode())
}

// enter fills in the sign-in page, or pages.
func (r *running) enter(page answer, username, password string) answer {
	r.t.Helper()
	login := r.profile.Login
	id, secret := login.Fields()
	send := func(page answer, form url.Values) answer {
		forms := page.find(r.t, "form")
		if forms == nil {
			r.t.Fatalf("no form: status %d %s", page.StatusCode, page.Text)
		}
		if hidden := page.find(r.t, `input[type=hidden][name="`+id+`"]`); hidden != nil {
			form.Set(id, attr(hidden, "value"))
		}
		return r.do(http.MethodPost, attr(forms, "action"), form)
	}
	if !login.IdentifierFirst {
		return send(page, url.Values{id: {username}, secret: {password}})
	}
	second := send(page, url.Values{id: {username}})
	if second.find(r.t, "input[type=password]") == nil {
		return second
	}
	return send(second, url.Values{secret: {password}})
}

// signIn goes from the authorization request to its answer.
func (r *running) signIn(edits ...string) answer {
	r.t.Helper()
	page := r.authorize(edits...)
	if page.StatusCode != http.StatusOK || page.find(r.t, "form") == nil {
		return page
	}
	return r.enter(page, r.user.Username, r.user.Password)
}

func (r *running) code(edits ...string) string {
	r.t.Helper()
	a := r.signIn(edits...)
	code := a.params().Get("code")
	if code == "" {
		r.t.Fatalf("no code: status %d, location %q, %s", a.StatusCode, a.Header.Get("Location"), a.Text)
	}
	return code
}

// exchange redeems a code as the shop does.
func (r *running) exchange(code string, edits ...string) answer {
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier},
		"client_id": {"shop"}, "client_secret": {"s3cret"},
	}
	var header []string
	if r.sheet.TokenEndpointType == "basic" {
		form.Del("client_secret")
		form.Del("client_id")
		header = []string{"Authorization", basic("shop", "s3cret")}
	}
	for i := 0; i+1 < len(edits); i += 2 {
		if edits[i] == "Authorization" {
			header = []string{"Authorization", edits[i+1]}
			if edits[i+1] == "" {
				header = nil
			}
		}
	}
	return r.do(http.MethodPost, r.sheet.TokenEndpoint, edited(form, edits...), header...)
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// tokens signs in and redeems the code.
func (r *running) tokens(edits ...string) map[string]any {
	r.t.Helper()
	a := r.exchange(r.code(edits...))
	if a.StatusCode != http.StatusOK {
		r.t.Fatalf("token endpoint: %d %s", a.StatusCode, a.Text)
	}
	return a.json(r.t)
}

// parts are header and payload of a JWT, and the payload as it is written.
func parts(t *testing.T, jwt any) (header, claims map[string]any, payload string) {
	t.Helper()
	text, _ := jwt.(string)
	pieces := strings.Split(text, ".")
	if len(pieces) != 3 {
		t.Fatalf("%q is not a JWT", text)
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(pieces[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
		payload = string(raw)
	}
	return header, claims, payload
}

func (r *running) userinfo(token any) answer {
	text, _ := token.(string)
	return r.do(http.MethodGet, r.sheet.UserInfoEndpoint, nil, "Authorization", "Bearer "+text)
}

func (r *running) arm(id fault.ID) {
	r.t.Helper()
	for _, spec := range r.profile.Faults("shop", r.now) {
		if spec.ID == id {
			if _, err := r.provider.Arm(spec, fault.Scope{}, fault.Always); err != nil {
				r.t.Fatal(err)
			}
			return
		}
	}
	r.t.Fatalf("no fault %s", id)
}

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
