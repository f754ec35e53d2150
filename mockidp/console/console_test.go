package console

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

const (
	callback = "http://shop.test/callback"
	secret   = "client-secret-of-the-shop"
	password = "password-of-ada"
	apiToken = "token-of-the-management-api"
)

// sharedRing saves each test the generation of keys.
var sharedRing = sync.OnceValue(keys.New)

// world is a provider with a console at a management listener, and somebody
// with two browsers: one for the shop's side and one for the console.
type world struct {
	t        *testing.T
	provider *mockidp.Provider
	console  *Console
	origin   string

	mu    sync.Mutex
	clock time.Time

	visitor, reader *http.Client
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func shopClient() identity.Client {
	return identity.Client{
		ID: "shop", Secret: secret, RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{"http://shop.test/bye"},
		GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh, identity.GrantDevice},
	}
}

func startWorld(t *testing.T) *world {
	t.Helper()
	ending := func(c interface{ Close(context.Context) error }) {
		t.Cleanup(func() {
			if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	server, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ending(server)
	p, err := server.NewProvider(mockidp.Config{
		Path: "/", Clients: []identity.Client{shopClient()}, Keys: sharedRing(),
		Users: []identity.User{
			{Username: "ada", Password: password, Subject: "sub-ada", Claims: map[string]any{"name": "<script>alert(1)</script>"}},
			{Username: "bob", Password: password},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, provider: p, clock: time.Now()}
	host := &control.Local{Server: server, Own: []fault.Spec{}}
	w.console, err = New(Options{Host: host, Token: apiToken, Now: w.now, Sheet: func(context.Context, string, string) ([]Field, error) {
		return []Field{{Name: "Issuer Name", Value: p.Issuer()}, {Name: "Client Secret", Value: secret, Secret: true}}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	api, err := control.Start(t.Context(), host, control.Options{Token: apiToken, Pages: w.console.Pages(), Authorize: w.console.Authorize})
	if err != nil {
		t.Fatal(err)
	}
	ending(api)
	w.origin, w.visitor, w.reader = api.URL(), newBrowser(t), newBrowser(t)
	return w
}

// newBrowser keeps cookies and stops at redirects.
func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// reply is an answer read whole.
type reply struct {
	*http.Response
	Text string
}

// do makes a request; a form is posted.
func (w *world) do(c *http.Client, target string, form url.Values, header ...string) reply {
	w.t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, target, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil {
		w.t.Error(err)
	}
	if err != nil && resp.Header.Get("Content-Type") == "text/html; charset=utf-8" {
		w.t.Fatal(err)
	}
	return reply{resp, string(text)}
}

// enter lets the reader in by the link.
func (w *world) enter() {
	w.t.Helper()
	if r := w.do(w.reader, w.origin+w.console.LoginPath(), nil); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != Path {
		w.t.Fatalf("the link answers %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
}

// page is a page of the issuer.
func (w *world) page(section string) reply {
	w.t.Helper()
	r := w.do(w.reader, w.origin+"/console/i/root/"+section, nil)
	if r.StatusCode != http.StatusOK {
		w.t.Fatalf("page %q: status %d: %s", section, r.StatusCode, r.Text)
	}
	return r
}

// post sends a form and follows its redirect.
func (w *world) post(section string, form url.Values) reply {
	w.t.Helper()
	r := w.do(w.reader, w.origin+"/console/i/root/"+section, form)
	if r.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("form %q: status %d: %s", section, r.StatusCode, r.Text)
	}
	return w.do(w.reader, w.origin+r.Header.Get("Location"), nil)
}

var action = regexp.MustCompile(`action="([^"]*)"`)

// begin asks for authorization, with a state of that name.
func (w *world) begin(state string, more url.Values) reply {
	w.t.Helper()
	q := url.Values{
		"response_type": {"code"}, "client_id": {"shop"}, "redirect_uri": {callback}, "scope": {"openid profile offline_access"},
		"state": {state}, "nonce": {"nonce-" + state}, "prompt": {"login"},
	}
	for name, values := range more {
		q[name] = values
	}
	return w.do(w.visitor, w.provider.Issuer()+"/begin?"+q.Encode(), nil)
}

// signIn fills in the sign-in page and returns the code.
func (w *world) signIn(page reply, user, pass string) string {
	w.t.Helper()
	m := action.FindStringSubmatch(page.Text)
	if m == nil {
		w.t.Fatalf("no form on %s", page.Text)
	}
	target, err := url.Parse(w.provider.Issuer() + "/")
	if err != nil {
		w.t.Fatal(err)
	}
	where, err := target.Parse(html.UnescapeString(m[1]))
	if err != nil {
		w.t.Fatal(err)
	}
	form := url.Values{"username": {user}, "password": {pass}}
	if ticket := regexp.MustCompile(`name="ticket" value="([^"]*)"`).FindStringSubmatch(page.Text); ticket != nil {
		form.Set("ticket", ticket[1])
	}
	back, err := url.Parse(w.do(w.visitor, where.String(), form).Header.Get("Location"))
	if err != nil {
		w.t.Fatal(err)
	}
	return back.Query().Get("code")
}

var asShop = []string{"Authorization", "Basic c2hvcDpjbGllbnQtc2VjcmV0LW9mLXRoZS1zaG9w"}

// redeem fetches tokens for a code.
func (w *world) redeem(code string) map[string]string {
	w.t.Helper()
	return w.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}})
}

var tokenMember = regexp.MustCompile(`"([a-z_]+)":"([^"]*)"`)

func (w *world) token(form url.Values) map[string]string {
	w.t.Helper()
	return w.tokensAt("/swap", form)
}

// tokensAt are the texts of the JSON that an endpoint answers the shop with.
func (w *world) tokensAt(path string, form url.Values) map[string]string {
	w.t.Helper()
	out := make(map[string]string)
	for _, m := range tokenMember.FindAllStringSubmatch(w.do(w.visitor, w.provider.Issuer()+path, form, asShop...).Text, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func (w *world) userInfo(access string) {
	w.t.Helper()
	w.do(w.visitor, w.provider.Issuer()+"/who", nil, "Authorization", "Bearer "+access)
}
