package mockidp

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// TestRequestParameters holds, for each parameter, what is accepted and what is
// refused with which code.
func TestRequestParameters(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	for _, tc := range []struct{ name, value, code string }{
		{"prompt", "login", ""},
		{"prompt", "login consent select_account create", ""},
		{"prompt", "none", "login_required"},
		{"prompt", "none consent", "invalid_request"},
		{"prompt", "none create", "invalid_request"},
		{"prompt", "Login", "invalid_request"},
		{"max_age", "0", ""},
		{"max_age", "3600", ""},
		{"max_age", "-1", "invalid_request"},
		{"max_age", "+1", "invalid_request"},
		{"max_age", "1.5", "invalid_request"},
		{"max_age", "99999999999", "invalid_request"},
		{"display", "popup", ""},
		{"display", "hologram", "invalid_request"},
		{"ui_locales", "tlh fr-CA", ""},
		{"acr_values", "urn:x 2", ""},
		{"claims", `{"userinfo":{"email":{"essential":true}},"other":1}`, ""},
		{"claims", `{`, "invalid_request"},
		{"claims", `[]`, "invalid_request"},
		{"claims", `null`, "invalid_request"},
		{"claims", `{"id_token":{"sub":{"value":"sub-ada"}}}`, ""},
		{"claims", `{"id_token":{"sub":{"essential":"yes"}}}`, "invalid_request"},
		{"resource", "https://api.test", ""},
		{"unknown", "x", ""},
		{"id_token_hint", "a.b.c", "invalid_request"},
		{"registration", "{}", "registration_not_supported"},
		{"scope", "openid unknown", ""},
		{"scope", "email", "invalid_scope"},
		{"scope", "", "invalid_scope"},
	} {
		r := b.get("/begin", authParams(tc.name, tc.value))
		if tc.code == "" {
			if e := last(t, b.p); e.Error != "" || e.Page == "" || e.Query.Get(tc.name) != tc.value {
				t.Errorf("%s=%s: %d, page %q, error %q", tc.name, tc.value, r.StatusCode, e.Page, e.Error)
			}
			continue
		}
		back := r.redirect()
		if back.Get("error") != tc.code || back.Get("state") != "st-1" || back.Get("iss") != b.p.Issuer() || back.Has("code") {
			t.Errorf("%s=%s: %d %v, want %s", tc.name, tc.value, r.StatusCode, back, tc.code)
		}
		if e := last(t, b.p); e.Error != tc.code || e.ErrorDescription != back.Get("error_description") {
			t.Errorf("%s=%s: journal has %s %q", tc.name, tc.value, e.Error, e.ErrorDescription)
		}
	}
	for name := range authParams("prompt", "login", "max_age", "1", "claims", "{}", "request", "", "display", "page") {
		v := authParams("prompt", "login", "max_age", "1", "claims", "{}", "display", "page")
		v.Add(name, v.Get(name))
		r := b.get("/begin", v)
		if e := last(t, b.p); e.Error != "invalid_request" {
			t.Errorf("%s twice: %d %q", name, r.StatusCode, e.Error)
		}
	}
}

// TestRequestedSubject holds that a request that names an end-user is answered
// for nobody else, also where subjects are pairwise.
func TestRequestedSubject(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	sub := func(sub string) string { return `{"id_token":{"sub":{"value":"` + sub + `"}}}` }
	b.signIn(authParams("claims", sub("bob"))).back(t, "login_required")
	b.signIn(authParams("claims", sub("sub-ada"))).back(t, "")
	b.get("/begin", authParams("claims", sub("sub-ada"), "prompt", "none")).back(t, "")
	b.get("/begin", authParams("claims", sub("bob"), "prompt", "none")).back(t, "login_required")
	b.get("/begin", authParams("claims", sub("bob"))).on(t, b.p, "sign-in")

	c := basicClient()
	c.SubjectType = identity.SubjectPairwise
	putClient(t, b.p, c)
	r := b.get("/begin", authParams())
	own, _ := b.claims(r)["sub"].(string)
	if own == "" || own == "sub-ada" {
		t.Fatalf("pairwise sub %q", own)
	}
	b.get("/begin", authParams("claims", sub(own), "prompt", "none")).back(t, "")
	b.get("/begin", authParams("claims", sub("sub-ada"), "prompt", "none")).back(t, "login_required")
	hint, _ := b.swap(codeForm(b.get("/begin", authParams()).redirect().Get("code"))).member(t, "id_token").(string)
	b.get("/begin", authParams("id_token_hint", hint, "prompt", "none")).back(t, "")
	b.submit(b.get("/begin", authParams("prompt", "login")), "username", "bob", "password", "pw").back(t, "")
	// ada is still signed in beside bob, and the hint tells them apart.
	if got := b.claims(b.get("/begin", authParams("id_token_hint", hint, "prompt", "none")))["sub"]; got != own {
		t.Errorf("answered for %v, want %s", got, own)
	}
}

func TestMaxAge(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
	b.signIn(authParams()).back(t, "")
	b.get("/begin", authParams("max_age", "0", "prompt", "none")).back(t, "login_required")
	b.signIn(authParams("max_age", "0")).back(t, "")
	c.forward(time.Minute)
	b.get("/begin", authParams("max_age", "30", "prompt", "none")).back(t, "login_required")
	b.get("/begin", authParams("max_age", "90", "prompt", "none")).back(t, "")
	thirty := int64(30)
	client := basicClient()
	client.DefaultMaxAge = &thirty
	putClient(t, b.p, client)
	b.get("/begin", authParams("prompt", "none")).back(t, "login_required")
	b.get("/begin", authParams("max_age", "90", "prompt", "none")).back(t, "")
}

// TestLanguages holds that pages are whole in each language.
func TestLanguages(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, withCarolAndDan))
	for locales, want := range map[string][]string{
		"":            {`lang="en"`, "<title>Sign in</title>", "The username or the password is wrong."},
		"xx":          {`lang="en"`, "<title>Sign in</title>", "The username or the password is wrong."},
		"xx de-AT fr": {`lang="de"`, "<title>Anmelden</title>", "Benutzername oder Passwort ist falsch."},
		"fr-CA":       {`lang="fr"`, "<title>Se connecter</title>", "Le nom d’utilisateur ou le mot de passe est faux."},
	} {
		page := b.get("/begin", authParams("ui_locales", locales, "prompt", "login"))
		wrong := b.submit(page, "username", "ada", "password", "x")
		for _, part := range want {
			if !strings.Contains(wrong.Text, part) {
				t.Errorf("ui_locales %q: no %s in\n%s", locales, part, wrong.Text)
			}
		}
	}
	// The language goes along from page to page.
	page := b.enter("dan", "pw", "ui_locales", "de").on(t, b.p, "consent")
	if !strings.Contains(page.Text, "Zugriff erlauben?") || !strings.Contains(page.Text, "Ihre E-Mail-Adresse") {
		t.Errorf("consent page:\n%s", page.Text)
	}
}

// TestLoginHintIsNotAUser holds that a hint neither signs in nor keeps anybody
// from it.
func TestLoginHintIsNotAUser(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	page := b.get("/begin", authParams("login_hint", "bob")).on(t, b.p, "sign-in")
	if !strings.Contains(page.Text, `value="bob"`) {
		t.Errorf("page:\n%s", page.Text)
	}
	b.submit(page, "username", "ada", "password", "correct horse").back(t, "")
	b.get("/begin", authParams("login_hint", "bob", "prompt", "none")).back(t, "")
	if r := b.post("/sign-in", url.Values{"username": {"ada"}, "password": {"correct horse"}}); r.StatusCode != 400 || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("a form without a request: %d", r.StatusCode)
	}
}
