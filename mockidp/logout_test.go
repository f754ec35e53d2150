package mockidp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

const bye = "http://shop.test/bye"

// tokens signs ada in at the basic client and redeems the code.
func (b *browser) tokens() (idToken, refreshToken string) {
	b.t.Helper()
	r := b.swap(codeForm(b.code()))
	idToken, _ = r.member(b.t, "id_token").(string)
	refreshToken, _ = r.member(b.t, "refresh_token").(string)
	if idToken == "" || refreshToken == "" {
		b.t.Fatalf("tokens: %s", r.Text)
	}
	return idToken, refreshToken
}

func (b *browser) signedIn() bool {
	b.t.Helper()
	return b.get("/begin", authParams("prompt", "none")).redirect().Get("code") != ""
}

func (b *browser) last() journal.Entry {
	entries := b.p.Journal().Select(query(0))
	return entries[len(entries)-1]
}

// TestLogoutAsks holds that a request that nobody vouches for is put to the
// end-user, and that the end-user can decline.
func TestLogoutAsks(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, func(c *Config) { c.Clients[0].Name = "The <Shop>" }))
	b.tokens()
	asked := b.get("/leave", url.Values{
		"client_id": {"shop"}, "post_logout_redirect_uri": {bye}, "state": {"s"}, "logout_hint": {"ada"}, "ui_locales": {"fr en"},
	})
	for _, part := range []string{
		`id="sign-out"`, `id="stay"`, `<strong>The &lt;Shop&gt;</strong>`, `<strong>ada</strong>`,
		`name="logout_hint" value="ada"`, `name="ui_locales" value="fr en"`, `name="state" value="s"`,
	} {
		if !strings.Contains(asked.Text, part) {
			t.Errorf("page without %s: %s", part, asked.Text)
		}
	}
	no := url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {bye}, "confirmed": {"no"}}
	if r := b.post(action(t, asked.Text), no, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("declined by another site: %d", r.StatusCode)
	}
	r := b.post(action(t, asked.Text), no)
	if r.StatusCode != http.StatusOK || b.last().Page != "stayed" || r.Header.Get("Set-Cookie") != "" || r.Header.Get("Location") != "" {
		t.Errorf("declined: %d, page %s, headers %v", r.StatusCode, b.last().Page, r.Header)
	}
	if !b.signedIn() {
		t.Error("the session ended although the end-user declined")
	}
	// A query is no answer: any site can write one.
	if r := b.get("/leave", edited(no, "confirmed", "yes")); r.StatusCode != http.StatusOK || b.last().Page != "sign-out" {
		t.Errorf("confirmed in a query: %d, page %s", r.StatusCode, b.last().Page)
	}
}

// TestSuspectHint holds that a hint counts when its session is that of the
// browser or a recent one of the same end-user.
func TestSuspectHint(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	first, _ := b.tokens()
	b.post("/leave", url.Values{"confirmed": {"yes"}})
	b.code()
	if r := b.get("/leave", url.Values{"id_token_hint": {first}}); r.StatusCode != http.StatusOK || b.last().Page != "signed-out" {
		t.Errorf("hint of the session before: %d, page %s", r.StatusCode, b.last().Page)
	}
	second, _ := b.tokens()
	p.store.Reset()
	b.code()
	if r := b.get("/leave", url.Values{"id_token_hint": {second}}); r.StatusCode != http.StatusOK || b.last().Page != "sign-out" {
		t.Errorf("hint of a session that nobody knows: %d, page %s", r.StatusCode, b.last().Page)
	}
	if !b.signedIn() {
		t.Error("a suspect hint ended the session")
	}
}

// TestHintWithoutSession holds that a hint that names no session counts for
// its end-user, and for nobody else.
func TestHintWithoutSession(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	if _, err := p.Arm(fault.Spec{ID: "id_token.sid.missing", Token: &fault.TokenEdit{RemoveClaims: []string{"sid"}}}, fault.Scope{}, fault.Always); err != nil {
		t.Fatal(err)
	}
	ada, bob := newBrowser(t, p), newBrowser(t, p)
	hint, _ := ada.tokens()
	page := bob.get("/begin", authParams())
	bob.post(action(t, page.Text), url.Values{"username": {"bob"}, "password": {"pw"}})
	if bob.get("/leave", url.Values{"id_token_hint": {hint}}); bob.last().Page != "sign-out" || !bob.signedIn() {
		t.Errorf("ada's hint in bob's browser: page %s", bob.last().Page)
	}
	if ada.get("/leave", url.Values{"id_token_hint": {hint}}); ada.last().Page != "signed-out" || ada.signedIn() {
		t.Errorf("ada's hint in her own: page %s", ada.last().Page)
	}
}

// TestLogoutRedirectWaived holds that the waiver lets one address pass and
// leaves the rest strict.
func TestLogoutRedirectWaived(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	hint, _ := b.tokens()
	ticket, err := b.p.Arm(fault.Spec{ID: "end_session.redirect.any", Response: &fault.ResponseEdit{
		Endpoint: journal.EndSession, Waive: []fault.Rule{fault.RuleRedirectURI},
	}}, fault.Scope{Client: "shop"}, fault.Always)
	if err != nil {
		t.Fatal(err)
	}
	if r := b.get("/leave", url.Values{"id_token_hint": {hint + "x"}, "post_logout_redirect_uri": {"http://evil.test/"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("bad hint with the waiver: %d", r.StatusCode)
	}
	if r := b.get("/leave", url.Values{"client_id": {"app"}, "post_logout_redirect_uri": {"http://evil.test/"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("client out of the scope of the waiver: %d", r.StatusCode)
	}
	if ticket.Fired() != 0 {
		t.Errorf("fired %d times where it changed nothing", ticket.Fired())
	}
	r := b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"http://evil.test/?a=b"}, "state": {"s"}})
	if r.Header.Get("Location") != "http://evil.test/?a=b&state=s" || ticket.Fired() != 1 {
		t.Errorf("%d to %q, fired %d times", r.StatusCode, r.Header.Get("Location"), ticket.Fired())
	}
}

// TestLogoutKeepsOfflineAccess holds that a refresh token for offline_access
// outlives the session it came from.
func TestLogoutKeepsOfflineAccess(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	hint, refresh := b.tokens()
	if r := b.get("/leave", url.Values{"id_token_hint": {hint}}); b.last().Page != "signed-out" {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	if b.signedIn() {
		t.Error("the session goes on")
	}
	if r := b.swap(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}); r.StatusCode != http.StatusOK {
		t.Errorf("refresh after the logout: %s", r.Text)
	}
}

// TestLogoutRefusals holds what a relying party gets wrong most often, beside
// the rows of TestStrictness.
func TestLogoutRefusals(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]url.Values{
		"state twice":            {"state": {"a", "b"}},
		"destination with slash": {"client_id": {"shop"}, "post_logout_redirect_uri": {bye + "/"}},
		"destination in capitals": {
			"client_id": {"shop"}, "post_logout_redirect_uri": {strings.ToUpper(bye)},
		},
		"destination that is a redirect_uri": {"client_id": {"shop"}, "post_logout_redirect_uri": {callback}},
		"destination of another client":      {"client_id": {"other"}, "post_logout_redirect_uri": {bye}},
		"unknown client":                     {"client_id": {"nobody"}},
		"unsigned hint":                      {"id_token_hint": {"eyJhbGciOiJub25lIn0.e30."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, func(c *Config) {
				c.Clients = append(c.Clients, identity.Client{ID: "other", RedirectURIs: []string{callback}})
			}))
			b.code()
			for _, r := range []reply{b.get("/leave", form), b.post("/leave", form), b.post("/leave", edited(form, "confirmed", "yes"))} {
				if r.StatusCode != http.StatusBadRequest || b.last().Error != "invalid_request" || r.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s: %d, error %q", r.Request.Method, r.StatusCode, b.last().Error)
				}
			}
			if !b.signedIn() {
				t.Error("the session ended")
			}
		})
	}
}
