package mockidp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// carol has a second factor, dan wants to be asked.
func withCarolAndDan(c *Config) {
	c.Users = append(c.Users,
		identity.User{Username: "carol", Password: "pw", SecondFactor: "123456", Claims: map[string]any{"name": "Carol", "email": "carol@example.test"}},
		identity.User{Username: "dan", Password: "pw", AskConsent: true, Claims: map[string]any{"email": "dan@example.test"}})
}

// submit fills in the form of a page, hidden fields included.
func (b *browser) submit(page reply, fields ...string) reply {
	b.t.Helper()
	return b.post(action(b.t, page.Text), edited(hidden(page.Text), fields...))
}

// enter goes as far as the answer to the sign-in form.
func (b *browser) enter(user, password string, edits ...string) reply {
	b.t.Helper()
	return b.submit(b.get("/begin", authParams(edits...)), "username", user, "password", password)
}

// claims are those of the ID token for a code.
func (b *browser) claims(r reply) map[string]any {
	b.t.Helper()
	answer := b.swap(codeForm(r.redirect().Get("code")))
	raw, _ := answer.member(b.t, "id_token").(string)
	return claimsOf(b.t, b, "shop", raw)
}

// on holds that a page is shown and recorded.
func (r reply) on(t testing.TB, p *Provider, page string) reply {
	t.Helper()
	if e := last(t, p); e.Page != page || r.Header.Get("Location") != "" {
		t.Fatalf("page %q, status %d, redirect %q; want page %q", e.Page, r.StatusCode, r.Header.Get("Location"), page)
	}
	if strings.Count(r.Text, "<h1") != 1 || !strings.Contains(r.Text, "<html lang=") || !strings.Contains(r.Text, "<title>") {
		t.Errorf("page %s is not well made:\n%s", page, r.Text)
	}
	return r
}

// back holds that the relying party is answered with an error, or with a code
// when none is named.
func (r reply) back(t testing.TB, code string) url.Values {
	t.Helper()
	back := r.redirect()
	if back.Get("error") != code || (code == "") != back.Has("code") {
		t.Fatalf("status %d, redirect %v, want error %q", r.StatusCode, back, code)
	}
	return back
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, withCarolAndDan))
	page := b.enter("carol", "pw").on(t, b.p, "second-factor")
	if b.get("/begin", authParams("prompt", "none")).back(t, "login_required"); last(t, b.p).User != "" {
		t.Error("the password alone signed carol in")
	}
	wrong := b.submit(page, "otp", "654321").on(t, b.p, "second-factor")
	if wrong.StatusCode != http.StatusUnauthorized || !strings.Contains(wrong.Text, `role="alert" id="message"`) {
		t.Errorf("wrong code: %d %s", wrong.StatusCode, wrong.Text)
	}
	if r := b.submit(page, "otp", "123456"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a page that was answered before: %d %v", r.StatusCode, r.redirect())
	}
	stranger := newBrowser(t, b.p)
	stranger.enter("carol", "pw").on(t, b.p, "second-factor")
	if r := stranger.submit(wrong, "otp", "123456"); r.StatusCode != http.StatusBadRequest || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("another browser: %d", r.StatusCode)
	}
	r := b.submit(wrong, "otp", " 123456 ")
	r.back(t, "")
	e := journalOf(t, b.p, journal.SignIn)
	if e.User != "carol" || strings.Contains(e.Redacted().Form.Get("otp"), "123456") || e.Redacted().Form.Get("ticket") == e.Form.Get("ticket") {
		t.Errorf("journal: user %q, form %v", e.User, e.Redacted().Form)
	}
	claims := b.claims(r)
	if amr, _ := claims["amr"].([]any); claims["acr"] != "2" || !slices.Equal(amr, []any{"pwd", "otp", "mfa"}) {
		t.Errorf("acr %v, amr %v", claims["acr"], claims["amr"])
	}
	cancelled := newBrowser(t, b.p)
	cancelled.submit(cancelled.enter("carol", "pw"), "action", "cancel").back(t, "access_denied")
}

// TestStepUp holds that acr_values is heeded, in both directions.
func TestStepUp(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { withCarolAndDan(cfg); cfg.Now = c.now }))
	first := b.enter("carol", "pw", "acr_values", "1")
	before := b.claims(first)
	if amr, _ := before["amr"].([]any); before["acr"] != "1" || !slices.Equal(amr, []any{"pwd"}) {
		t.Errorf("acr %v, amr %v", before["acr"], before["amr"])
	}
	c.forward(10 * time.Second)
	b.get("/begin", authParams("acr_values", "1", "prompt", "none")).back(t, "")
	b.get("/begin", authParams("acr_values", "2", "prompt", "none")).back(t, "interaction_required")
	page := b.get("/begin", authParams("acr_values", "3 2 1")).on(t, b.p, "second-factor")
	after := b.claims(b.submit(page, "otp", "123456"))
	if after["acr"] != "2" || after["auth_time"] != before["auth_time"] || after["sid"] != before["sid"] {
		t.Errorf("claims %v after %v", after, before)
	}
	b.get("/begin", authParams("acr_values", "2", "prompt", "none")).back(t, "")

	essential := func(values string) string {
		return `{"id_token":{"acr":{"essential":true,"values":` + values + `}}}`
	}
	if got := b.claims(b.get("/begin", authParams("claims", essential(`["1"]`)))); got["acr"] != "1" {
		t.Errorf("essential acr 1 is answered with %v", got["acr"])
	}
	ada := newBrowser(t, b.p)
	ada.get("/begin", authParams("claims", essential(`["9"]`))).back(t, "unmet_authentication_requirements")
	ada.enter("ada", "correct horse", "claims", essential(`["2"]`)).back(t, "unmet_authentication_requirements")
	if got := ada.claims(ada.signIn(authParams("acr_values", "2"))); got["acr"] != "1" {
		t.Errorf("voluntary acr 2 of a user without a second factor: %v", got["acr"])
	}
	ada.get("/begin", authParams("claims", essential(`["2"]`), "prompt", "none")).back(t, "unmet_authentication_requirements")
	ada.get("/begin", authParams("claims", essential(`["2","1"]`), "prompt", "none")).back(t, "")
}

func TestConsent(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, withCarolAndDan))
	page := b.enter("dan", "pw", "scope", "openid email").on(t, b.p, "consent")
	for _, part := range []string{"<strong>shop</strong>", "Your e-mail address", `id="allow"`, "<strong>dan</strong>"} {
		if !strings.Contains(page.Text, part) {
			t.Errorf("consent page without %s:\n%s", part, page.Text)
		}
	}
	denied := b.submit(page, "action", "deny").back(t, "access_denied")
	if e := journalOf(t, b.p, journal.SignIn); e.User != "dan" || e.Error != "access_denied" || denied.Has("code") {
		t.Errorf("journal: %+v", e)
	}
	b.get("/begin", authParams("scope", "openid email", "prompt", "none")).back(t, "consent_required")
	page = b.get("/begin", authParams("scope", "openid email")).on(t, b.p, "consent")
	b.submit(page, "action", "allow").back(t, "")
	b.get("/begin", authParams("scope", "openid", "prompt", "none")).back(t, "")
	b.get("/begin", authParams("scope", "openid profile", "prompt", "none")).back(t, "consent_required")
	b.get("/begin", authParams("client_id", "app", "scope", "openid", "prompt", "none")).back(t, "consent_required")
	b.get("/begin", authParams("scope", "openid", "prompt", "none", "claims", `{"userinfo":{"phone_number":null}}`)).back(t, "consent_required")
	again := b.get("/begin", authParams("scope", "openid email", "prompt", "consent")).on(t, b.p, "consent")
	b.submit(again, "action", "allow").back(t, "")
	if r := b.submit(again, "action", "allow"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("consent twice: %d", r.StatusCode)
	}
	ada := newBrowser(t, b.p)
	asked := ada.enter("ada", "correct horse", "prompt", "login consent").on(t, b.p, "consent")
	if r := ada.post(action(t, asked.Text), edited(hidden(asked.Text), "action", "allow"), "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("consent from another site: %d", r.StatusCode)
	}
	ada.submit(asked, "action", "allow").back(t, "")
	b.p.Reset()
	b.enter("dan", "pw", "scope", "openid").on(t, b.p, "consent")
}

func TestAccountChooser(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { withCarolAndDan(cfg); cfg.Now = c.now }))
	b.get("/begin", authParams("prompt", "select_account")).on(t, b.p, "sign-in")
	b.signIn(authParams()).back(t, "")
	page := b.get("/begin", authParams("prompt", "select_account")).on(t, b.p, "choose-account")
	if !strings.Contains(page.Text, "Ada Lovelace") || !strings.Contains(page.Text, `id="other-account"`) {
		t.Errorf("chooser:\n%s", page.Text)
	}
	form := b.submit(page).on(t, b.p, "sign-in")
	if got := b.claims(b.submit(form, "username", "bob", "password", "pw")); got["sub"] != "bob" {
		t.Errorf("sub %v", got["sub"])
	}
	// Both are signed in now, and bob is the current one.
	if got := b.claims(b.get("/begin", authParams("prompt", "none"))); got["sub"] != "bob" {
		t.Errorf("silently: %v", got["sub"])
	}
	if got := b.claims(b.get("/begin", authParams("prompt", "none", "login_hint", "ada@example.test"))); got["sub"] != "sub-ada" {
		t.Errorf("silently with a login_hint: %v", got["sub"])
	}
	page = b.get("/begin", authParams("prompt", "select_account", "login_hint", "ada")).on(t, b.p, "choose-account")
	if !strings.Contains(page.Text, `value="ada" autofocus`) || strings.Contains(page.Text, `value="bob" autofocus`) {
		t.Errorf("chooser with a hint:\n%s", page.Text)
	}
	if got := b.claims(b.submit(page, "account", "ada")); got["sub"] != "sub-ada" {
		t.Errorf("chosen: %v", got["sub"])
	}
	if got := b.claims(b.get("/begin", authParams("prompt", "none"))); got["sub"] != "sub-ada" {
		t.Errorf("silently after the choice: %v", got["sub"])
	}
	page = b.get("/begin", authParams("prompt", "select_account"))
	b.submit(page, "account", "carol").on(t, b.p, "sign-in")
	c.forward(time.Minute)
	page = b.get("/begin", authParams("prompt", "select_account", "max_age", "5")).on(t, b.p, "choose-account")
	form = b.submit(page, "account", "bob").on(t, b.p, "sign-in")
	if !strings.Contains(form.Text, `value="bob"`) {
		t.Errorf("sign-in page after the choice:\n%s", form.Text)
	}
	b.submit(form, "username", "bob", "password", "pw").back(t, "")

	third := b.get("/begin", authParams("prompt", "login"))
	b.submit(third, "username", "dan", "password", "pw").on(t, b.p, "consent")
	if n := b.p.EndSessions("dan"); n != 1 {
		t.Errorf("ended %d sessions", n)
	}
	// Two are left, and nobody chose between them.
	b.get("/begin", authParams("prompt", "none")).back(t, "account_selection_required")
	b.get("/begin", authParams()).on(t, b.p, "choose-account")
	b.get("/begin", authParams("prompt", "none", "login_hint", "bob")).back(t, "")
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	if page := b.get("/begin", authParams()); strings.Contains(page.Text, `id="register"`) {
		t.Error("registration is offered though it is not configured")
	}
	if r := b.submit(b.get("/begin", authParams()), "action", "register"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("registration unasked: %d", r.StatusCode)
	}
	page := b.get("/begin", authParams("prompt", "create")).on(t, b.p, "register")
	taken := b.submit(page, "username", "ada", "password", "x", "name", "A <b>").on(t, b.p, "register")
	if taken.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(taken.Text, "cannot be had") ||
		!strings.Contains(taken.Text, `value="A &lt;b&gt;"`) || strings.Contains(taken.Text, `value="x"`) {
		t.Errorf("taken: %d\n%s", taken.StatusCode, taken.Text)
	}
	bad := b.submit(taken, "username", " eve", "password", "", "email", "eve@").on(t, b.p, "register")
	for _, part := range []string{"without spaces", "Choose a password", "e-mail address is not one"} {
		if !strings.Contains(bad.Text, part) {
			t.Errorf("no %q in\n%s", part, bad.Text)
		}
	}
	r := b.submit(bad, "username", "eve", "password", "secret", "name", "Eve", "email", "eve@example.test")
	claims := b.claims(r)
	if claims["email"] != "eve@example.test" || claims["email_verified"] != false || claims["name"] != "Eve" || claims["sub"] == "eve" {
		t.Errorf("claims %v", claims)
	}
	if e := journalOf(t, b.p, journal.SignIn); e.User != "eve" {
		t.Errorf("journal: user %q", e.User)
	}
	b.get("/begin", authParams("prompt", "none")).back(t, "")
	newBrowser(t, b.p).enter("eve", "secret").back(t, "")

	open := newBrowser(t, newProvider(t, func(c *Config) { c.SelfRegistration = true }))
	form := open.submit(open.get("/begin", authParams()), "action", "register").on(t, open.p, "register")
	form = open.submit(form, "action", "sign-in").on(t, open.p, "sign-in")
	form = open.submit(form, "action", "register").on(t, open.p, "register")
	open.submit(form, "username", "eve", "password", "x").back(t, "")
	open.p.Reset()
	if r := open.enter("eve", "x"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("registered user after Reset: %d", r.StatusCode)
	}
}

// TestSignInChangesTheSecret holds that no cookie from before a sign-in is good
// for the session after it.
func TestSignInChangesTheSecret(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	secret := func(r reply) string {
		for _, c := range r.Cookies() {
			if c.Name == "countersign_session" {
				return c.Value
			}
		}
		return ""
	}
	first := secret(b.signIn(authParams()))
	second := secret(b.signIn(authParams("prompt", "login")))
	if first == "" || second == "" || first == second {
		t.Fatalf("secrets %q and %q", first, second)
	}
	thief := newBrowser(t, b.p)
	r := thief.do(request(t, http.MethodGet, b.p.Issuer()+"/begin?"+authParams("prompt", "none").Encode(), nil, "Cookie", "countersign_session="+first))
	r.back(t, "login_required")
}

// TestPagesExpire holds that a page cannot be answered after ten minutes.
func TestPagesExpire(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { withCarolAndDan(cfg); cfg.Now = c.now }))
	page := b.enter("carol", "pw")
	c.forward(11 * time.Minute)
	if r := b.submit(page, "otp", "123456"); r.StatusCode != http.StatusBadRequest || last(t, b.p).Page != "error" {
		t.Errorf("%d %v", r.StatusCode, r.redirect())
	}
}

// TestPromptWaived holds that a provider can be made to ignore prompt and
// max_age, and that the fault counts only where it changes something.
func TestPromptWaived(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
	ticket, err := b.p.Arm(fault.Spec{ID: "authorize.prompt.ignored", Title: "x", Response: &fault.ResponseEdit{
		Endpoint: journal.Authorize, Waive: []fault.Rule{fault.RulePrompt},
	}}, fault.Scope{}, fault.Always)
	if err != nil {
		t.Fatal(err)
	}
	page := b.get("/begin", authParams("prompt", "none")).on(t, b.p, "sign-in")
	b.submit(page, "username", "ada", "password", "correct horse").back(t, "")
	c.forward(time.Minute)
	for _, edits := range [][]string{{"prompt", "login"}, {"max_age", "0"}, {"max_age", "1"}, {"prompt", "consent"}} {
		b.get("/begin", authParams(edits...)).back(t, "")
	}
	if ticket.Fired() != 5 {
		t.Errorf("fired %d times, want 5", ticket.Fired())
	}
	b.get("/begin", authParams("prompt", "none")).back(t, "")
	b.get("/begin", authParams("max_age", "3600")).back(t, "")
	if ticket.Fired() != 5 {
		t.Errorf("fired %d times where it changed nothing", ticket.Fired()-5)
	}
}

// TestPasswordAskedAgain holds that a user's session answers as many requests
// as they are let in for, and then asks like prompt=login.
func TestPasswordAskedAgain(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, func(cfg *Config) {
		cfg.Users = append(cfg.Users, identity.User{Username: "eve", Password: "pw", AskPasswordAfter: 2})
	}))
	enter := func() {
		t.Helper()
		b.submit(b.get("/begin", authParams()).on(t, b.p, "sign-in"), "username", "eve", "password", "pw").back(t, "")
	}
	enter()
	b.get("/begin", authParams()).back(t, "")
	enter()
	enter()
	b.get("/begin", authParams("prompt", "none")).back(t, "login_required")
	b.p.LetIn("eve")
	b.p.LetIn("nobody")
	b.get("/begin", authParams()).back(t, "")
	b.get("/begin", authParams("prompt", "none")).back(t, "")
	enter()
}

// TestRedirectURIWaived holds that a fault lets another redirect_uri pass all
// the way to the code, once.
func TestRedirectURIWaived(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	spec := fault.Spec{ID: "authorize.redirect_uri.any", Title: "x", Response: &fault.ResponseEdit{
		Endpoint: journal.Authorize, Waive: []fault.Rule{fault.RuleRedirectURI},
	}}
	if _, err := b.p.Arm(spec, fault.Scope{}, fault.Once); err != nil {
		t.Fatal(err)
	}
	const evil = "http://evil.test/take"
	page := b.get("/begin", authParams("redirect_uri", evil)).on(t, b.p, "sign-in")
	if r := b.submit(page, "username", "ada", "password", "correct horse"); !strings.HasPrefix(r.Header.Get("Location"), evil+"?code=") {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
	}
	b.get("/begin", authParams("redirect_uri", evil)).on(t, b.p, "error")
	if r := b.post("/sign-in?"+authParams("redirect_uri", evil).Encode(), url.Values{"username": {"ada"}, "password": {"correct horse"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a made-up form: %d", r.StatusCode)
	}
}
