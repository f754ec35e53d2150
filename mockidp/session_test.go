package mockidp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func query(after uint64) journal.Query { return journal.Query{After: after} }

// clock is a time that a test moves.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func (c *clock) forward(d time.Duration) { c.offset.Add(int64(d)) }

func TestSessionIsRemembered(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
	first := b.signIn(authParams())
	cookie := first.Header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/op1"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q has no %s", cookie, part)
		}
	}
	for name, tc := range map[string]struct {
		edits []string
		page  bool
	}{
		"again":          {nil, false},
		"prompt none":    {[]string{"prompt", "none"}, false},
		"prompt login":   {[]string{"prompt", "login"}, true},
		"max_age 1 hour": {[]string{"max_age", "3600"}, false},
		"max_age 1 s":    {[]string{"max_age", "1"}, true},
	} {
		c.forward(5 * time.Second)
		r := b.get("/begin", authParams(tc.edits...))
		if page := r.StatusCode == http.StatusOK; page != tc.page || !page && r.redirect().Get("code") == "" {
			t.Errorf("%s: status %d, redirect %v", name, r.StatusCode, r.redirect())
		}
	}
	c.forward(8 * time.Hour)
	if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("error") != "login_required" {
		t.Errorf("after the session's end: %v", r.redirect())
	}
	b.signIn(authParams())
	if n := b.p.EndSessions("ada"); n != 1 {
		t.Errorf("EndSessions ended %d sessions, want 1", n)
	}
	if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("error") != "login_required" {
		t.Errorf("after EndSessions: %v", r.redirect())
	}
}

func TestSignInPage(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	page := b.get("/begin", authParams("login_hint", `ad"a<`, "state", `<script>&"`))
	for _, part := range []string{
		`id="username" name="username"`, `value="ad&#34;a&lt;"`, `id="password" name="password"`, `id="sign-in"`, `id="cancel"`,
		`<label for="username">`, `<html lang="en">`,
	} {
		if !strings.Contains(page.Text, part) {
			t.Errorf("page without %s:\n%s", part, page.Text)
		}
	}
	_, style, _ := strings.Cut(page.Text, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	csp := page.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"';") || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", page.Header)
	}
	to := action(t, page.Text)

	wrong := b.post(to, url.Values{"username": {"ada"}, "password": {"wrong"}})
	if wrong.StatusCode != http.StatusUnauthorized || !strings.Contains(wrong.Text, `value="ada"`) ||
		!strings.Contains(wrong.Text, `role="alert"`) || strings.Contains(wrong.Text, `value="wrong"`) {
		t.Errorf("wrong password: %d %s", wrong.StatusCode, wrong.Text)
	}
	form := url.Values{"username": {"ada"}, "password": {"correct horse"}}
	for name, header := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site"}, "another origin": {"Origin", "http://evil.test"}, "null": {"Origin", "null"},
	} {
		if r := b.post(to, form, header...); r.StatusCode != http.StatusForbidden || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("form from %s: %d", name, r.StatusCode)
		}
	}
	cancel := b.post(to, url.Values{"username": {""}, "action": {"cancel"}})
	if back := cancel.redirect(); back.Get("error") != "access_denied" || back.Get("state") != `<script>&"` || back.Get("iss") == "" {
		t.Errorf("cancel: %v", back)
	}
	if r := b.post(action(t, wrong.Text), form, "Sec-Fetch-Site", "same-origin"); r.redirect().Get("code") == "" {
		t.Errorf("second attempt: %d", r.StatusCode)
	}
	if r := b.post("/begin", authParams()); r.StatusCode != http.StatusSeeOther || r.redirect().Get("code") == "" {
		t.Errorf("authorization request by POST: %d", r.StatusCode)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	var c clock
	b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
	old := b.code()
	c.forward(61 * time.Second)
	if r := b.swap(codeForm(old)); r.member(t, "error") != "invalid_grant" {
		t.Errorf("code after a minute: %s", r.Text)
	}
	access, _ := b.swap(codeForm(b.code())).member(t, "access_token").(string)
	c.forward(time.Hour)
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("access token after an hour: %d", r.StatusCode)
	}
}

func TestRefreshRotation(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	refresh := func(token string, edits ...string) reply {
		return b.swap(edited(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}, edits...))
	}
	first, _ := b.swap(codeForm(b.code())).member(t, "refresh_token").(string)
	if r := refresh(first, "scope", "openid address"); r.member(t, "error") != "invalid_scope" {
		t.Errorf("wider scope: %s", r.Text)
	}
	r := refresh(first, "scope", "openid")
	second, _ := r.member(t, "refresh_token").(string)
	access, _ := r.member(t, "access_token").(string)
	var told map[string]string
	if raw, _ := r.member(t, "id_token").(string); raw != "" {
		told = idToken(t, b.p.Keys(), time.Now(), raw, access)
	}
	if told["id_token.nonce"] != "" || told["id_token.sub"] != `"sub-ada"` {
		t.Errorf("refreshed ID token %v", told)
	}
	if second == "" || second == first || r.member(t, "scope") != "openid" || r.member(t, "id_token") == nil {
		t.Fatalf("refresh: %s", r.Text)
	}
	if r := refresh(first); r.member(t, "error") != "invalid_grant" {
		t.Errorf("reuse: %s", r.Text)
	}
	if r := refresh(second); r.member(t, "error") != "invalid_grant" {
		t.Errorf("successor after reuse: %s", r.Text)
	}
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("access token after reuse: %d", r.StatusCode)
	}
	if r := b.swap(codeForm(b.code("scope", "openid"))); r.member(t, "refresh_token") != nil {
		t.Errorf("refresh token without offline_access: %s", r.Text)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t *testing.T, b *browser, hint string){
		"with a hint": func(t *testing.T, b *browser, hint string) {
			r := b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}, "state": {"a b"}})
			if r.Header.Get("Location") != bye+"?state=a+b" {
				t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
			}
		},
		"by POST": func(t *testing.T, b *browser, hint string) {
			r := b.post("/leave", url.Values{"id_token_hint": {hint}, "client_id": {"shop"}, "post_logout_redirect_uri": {bye}})
			if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != bye {
				t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
			}
		},
		"to a page": func(t *testing.T, b *browser, hint string) {
			if r := b.get("/leave", url.Values{"id_token_hint": {hint}}); r.StatusCode != http.StatusOK || !strings.Contains(r.Text, "signed-out") {
				t.Errorf("%d %s", r.StatusCode, r.Text)
			}
		},
		"confirmed": func(t *testing.T, b *browser, _ string) {
			r := b.get("/leave", url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {bye}, "state": {"s"}})
			if r.StatusCode != http.StatusOK || !strings.Contains(r.Text, `id="sign-out"`) {
				t.Fatalf("%d %s", r.StatusCode, r.Text)
			}
			form := url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {bye}, "state": {"s"}, "confirmed": {"yes"}}
			if r := b.post(action(t, r.Text), form, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
				t.Errorf("confirmation by another site: %d", r.StatusCode)
			}
			if r := b.post(action(t, r.Text), form); r.Header.Get("Location") != bye+"?state=s" {
				t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			b := newBrowser(t, newProvider(t, func(cfg *Config) { cfg.Now = c.now }))
			hint, _ := b.swap(codeForm(b.code())).member(t, "id_token").(string)
			c.forward(2 * time.Hour)
			run(t, b, hint)
			if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("error") != "login_required" {
				t.Errorf("the session goes on: %v", r.redirect())
			}
		})
	}
}

func TestHintOfAnother(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b, other := newBrowser(t, p), newBrowser(t, p)
	page := other.get("/begin", authParams())
	code := other.post(action(t, page.Text), url.Values{"username": {"bob"}, "password": {"pw"}}).redirect().Get("code")
	hint, _ := other.swap(codeForm(code)).member(t, "id_token").(string)
	b.code()
	if r := b.get("/begin", authParams("prompt", "none", "id_token_hint", hint)); r.redirect().Get("error") != "login_required" {
		t.Errorf("ada's session answered for bob: %v", r.redirect())
	}
	if r := b.signIn(authParams("id_token_hint", hint)); r.redirect().Get("error") != "login_required" {
		t.Errorf("ada signed in for bob: %v", r.redirect())
	}
	if r := b.get("/leave", url.Values{"id_token_hint": {hint}}); !strings.Contains(r.Text, `id="sign-out"`) {
		t.Errorf("%d %s", r.StatusCode, r.Text)
	}
	if r := b.get("/leave", url.Values{"id_token_hint": {hint}, "client_id": {"poster"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("hint of another client: %d", r.StatusCode)
	}
	if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("code") == "" {
		t.Errorf("the session ended: %v", r.redirect())
	}
}
