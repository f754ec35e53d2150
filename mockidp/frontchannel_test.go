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

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// newFramed is a provider with a client of each kind: "shop" wants iss and
// sid, "poster" has a query of its own and wants neither, "app" is not told.
func newFramed(t *testing.T, edit func(*Config)) *Provider {
	t.Helper()
	return newProvider(t, func(c *Config) {
		c.Clients[0].FrontChannelLogoutURI, c.Clients[0].FrontChannelLogoutSession = "http://shop.test/out", true
		c.Clients[1].FrontChannelLogoutURI = "http://poster.test:8080/out?a=b&c=d"
		c.Clients[1].RedirectURIs = append(c.Clients[1].RedirectURIs, "http://poster.test:8080/")
		if edit != nil {
			edit(c)
		}
	})
}

// visit signs ada in at all three clients and returns an ID token of the shop
// and its sid.
func (b *browser) visit() (hint, sid string) {
	b.t.Helper()
	hint, _ = b.tokens()
	for _, id := range []string{"poster", "app"} {
		if b.get("/begin", authParams("client_id", id)).redirect().Get("code") == "" {
			b.t.Fatalf("no code for %s", id)
		}
	}
	var claims struct {
		SID string `json:"sid"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(hint, ".")[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.SID == "" {
		b.t.Fatalf("ID token %q: %v", hint, err)
	}
	return hint, claims.SID
}

var iframe = regexp.MustCompile(`<iframe src="([^"]+)"`)

func frames(page string) []string {
	var out []string
	for _, m := range iframe.FindAllStringSubmatch(page, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// between is the text between two marks, both of which must be there.
func between(t *testing.T, text, start, end string) string {
	t.Helper()
	_, text, found := strings.Cut(text, start)
	text, _, ended := strings.Cut(text, end)
	if !found || !ended {
		t.Fatalf("nothing between %q and %q", start, end)
	}
	return text
}

// digestOf is a script as a content security policy names it.
func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// TestFrames holds what the page asks of each relying party, what its policy
// lets in, and where it goes on to.
func TestFrames(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, nil))
	hint, sid := b.visit()
	r := b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}, "state": {"a&\"b"}})
	want := []string{
		"http://shop.test/out?iss=" + url.QueryEscape(b.p.Issuer()) + "&sid=" + sid,
		"http://poster.test:8080/out?a=b&c=d",
	}
	if got := frames(r.Text); r.StatusCode != http.StatusOK || !slices.Equal(got, want) {
		t.Errorf("status %d, frames %q, want %q", r.StatusCode, got, want)
	}
	onward := bye + "?state=a%26%22b"
	for _, part := range []string{
		`<a id="continue" href="` + onward + `">`,
		`<noscript><meta http-equiv="refresh" content="3;url=` + onward + `"></noscript>`,
		`<body data-seconds="3">`, `id="signed-out"`,
	} {
		if !strings.Contains(html.UnescapeString(r.Text), part) {
			t.Errorf("page without %s:\n%s", part, r.Text)
		}
	}
	hash := func(tag string) string { return "'" + digestOf(between(t, r.Text, "<"+tag+">", "</"+tag+">")) + "'" }
	directives := map[string]string{}
	for _, d := range strings.Split(r.Header.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		if _, twice := directives[name]; twice {
			t.Errorf("%s twice: browsers read the first alone", name)
		}
		directives[name] = value
	}
	for name, value := range map[string]string{
		"default-src": "'none'", "style-src": hash("style"), "script-src": hash("script"),
		"frame-src": "http://shop.test http://poster.test:8080", "frame-ancestors": "'none'",
	} {
		if directives[name] != value {
			t.Errorf("%s is %q, want %q", name, directives[name], value)
		}
	}
	if cookie := r.Header.Get("Set-Cookie"); !strings.Contains(cookie, "Max-Age=0") || b.signedIn() {
		t.Errorf("the session goes on: cookie %q", cookie)
	}
}

// TestFramesInTheJournal holds that a harness finds out what was asked of
// whom, before the answer of the end session endpoint.
func TestFramesInTheJournal(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, nil))
	hint, sid := b.visit()
	mark := b.p.Journal().Mark()
	b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}})
	told := b.p.Journal().Select(query(mark))
	if len(told) != 3 || told[2].Kind != journal.EndSession || told[2].Page != "signing-out" {
		t.Fatalf("entries %+v", told)
	}
	for i, e := range told[:2] {
		if e.Kind != journal.FrontChannelLogout || e.User != "ada" || e.Method != http.MethodGet || !e.Sent || e.Status != 0 {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	if e := told[0]; e.Client != "shop" || e.Path != "http://shop.test/out" || e.Query.Get("sid") != sid || e.Query.Get("iss") != b.p.Issuer() ||
		e.Location != "http://shop.test/out?"+e.Query.Encode() {
		t.Errorf("entry %+v", e)
	}
	if e := told[1]; e.Client != "poster" || e.Location != "http://poster.test:8080/out?a=b&c=d" || len(e.Query) != 0 {
		t.Errorf("entry %+v", e)
	}
}

// TestFramesWithoutDestination holds that the page then stays.
func TestFramesWithoutDestination(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, nil))
	hint, _ := b.visit()
	r := b.get("/leave", url.Values{"id_token_hint": {hint}})
	csp := r.Header.Get("Content-Security-Policy")
	if len(frames(r.Text)) != 2 || b.last().Page != "signed-out" || strings.Contains(r.Text, "<script") || strings.Contains(r.Text, "refresh") ||
		strings.Contains(csp, "script-src") || !strings.Contains(csp, "frame-src http://shop.test http://poster.test:8080") {
		t.Errorf("page %s, policy %q", r.Text, csp)
	}
	if again := b.get("/leave", url.Values{"id_token_hint": {hint}}); len(frames(again.Text)) != 0 || strings.Contains(again.Header.Get("Content-Security-Policy"), "frame-src") {
		t.Errorf("frames of a session that is over: %s", again.Text)
	}
}

// TestFrameSources holds what becomes of addresses that are no plain origin.
func TestFrameSources(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, func(c *Config) {
		c.Clients[0].FrontChannelLogoutURI = "http://[::1]:9/out"
		c.Clients[0].RedirectURIs = append(c.Clients[0].RedirectURIs, "http://[::1]:9/")
	}))
	hint, _ := b.visit()
	r := b.get("/leave", url.Values{"id_token_hint": {hint}})
	if csp := r.Header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; frame-src http: http://poster.test:8080") {
		t.Errorf("policy %q", csp)
	}
}

// TestExpiredSessionSignsOutElsewhere holds that the clients of a session that
// expired are told when one of them signs out, unless the session goes on in
// another browser.
func TestExpiredSessionSignsOutElsewhere(t *testing.T) {
	t.Parallel()
	p := newFramed(t, nil)
	b, empty := newBrowser(t, p), newBrowser(t, p)
	hint, _ := b.visit()
	if r := empty.get("/leave", url.Values{"id_token_hint": {hint}}); len(frames(r.Text)) != 0 || !b.signedIn() {
		t.Errorf("another browser's session was signed out: %s", r.Text)
	}
	p.store.EndSessions("ada")
	if r := empty.get("/leave", url.Values{"id_token_hint": {hint}}); len(frames(r.Text)) != 2 {
		t.Errorf("clients of the session that is over: %s", r.Text)
	}
}

// TestOneOfTwoAccounts holds that a hint ends the session of its end-user, and
// that without one all end.
func TestOneOfTwoAccounts(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, nil))
	hint, _ := b.visit()
	page := b.get("/begin", authParams("prompt", "login", "client_id", "poster"))
	if r := b.post(action(t, page.Text), url.Values{"username": {"bob"}, "password": {"pw"}}); r.redirect().Get("code") == "" {
		t.Fatalf("bob: %d %s", r.StatusCode, r.Text)
	}
	both := b.get("/leave", url.Values{"client_id": {"shop"}})
	if !strings.Contains(both.Text, `as <strong>ada</strong>, <strong>bob</strong>.`) {
		t.Errorf("asked about %s", both.Text)
	}
	if one := b.get("/leave", url.Values{"logout_hint": {"bob"}}); !strings.Contains(one.Text, `as <strong>bob</strong>.`) {
		t.Errorf("asked about %s", one.Text)
	}
	r := b.get("/leave", url.Values{"id_token_hint": {hint}})
	if len(frames(r.Text)) != 2 || r.Header.Get("Set-Cookie") != "" || b.last().User != "ada" {
		t.Errorf("ada signs out: frames %q, user %s", frames(r.Text), b.last().User)
	}
	if rest := b.get("/leave", nil); !strings.Contains(rest.Text, `as <strong>bob</strong>.`) {
		t.Errorf("left over: %s", rest.Text)
	}
	r = b.post("/leave", url.Values{"confirmed": {"yes"}})
	if got := frames(r.Text); len(got) != 1 || !strings.HasPrefix(got[0], "http://poster.test") || b.last().User != "bob" {
		t.Errorf("bob signs out: frames %q, user %s", got, b.last().User)
	}
}

// TestSpoiltOnward holds that faults of the sign-out redirect reach the page
// that stands in for it.
func TestSpoiltOnward(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, nil))
	ticket := arm(t, b.p, fault.EndSessionStateOther, fault.Scope{}, fault.Always)
	hint, _ := b.visit()
	r := b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}, "state": {"s"}})
	if !strings.Contains(r.Text, `href="`+bye+`?state=sx"`) || ticket.Fired() != 1 || !slices.Equal(b.last().Faults, []string{string(fault.EndSessionStateOther)}) {
		t.Errorf("fired %d times, entry names %q: %s", ticket.Fired(), b.last().Faults, r.Text)
	}
}
