package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func TestTheLinkLetsOneBrowserIn(t *testing.T) {
	w := startWorld(t)
	link := w.origin + w.console.LoginPath()
	if r := w.do(w.reader, w.origin+"/", nil); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != Path {
		t.Errorf("the root answers %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	r := w.do(w.reader, link, nil)
	cookie := r.Header.Get("Set-Cookie")
	for _, want := range []string{"countersign_console_", "Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(r.Header.Get("Location"), "key") {
		t.Errorf("the key is still in %q", r.Header.Get("Location"))
	}
	w.page("")
	if r := w.do(newBrowser(t), link, nil); r.StatusCode != http.StatusUnauthorized || !strings.Contains(r.Text, "has been used already") || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("the link a second time: %d with cookie %q", r.StatusCode, r.Header.Get("Set-Cookie"))
	}
	w.pass(sessionLength - time.Second)
	w.page("")
	w.pass(time.Second)
	if r := w.do(w.reader, w.origin+"/console/i/root/", nil); r.StatusCode != http.StatusUnauthorized || !strings.Contains(r.Text, `name="token"`) {
		t.Errorf("after 12 hours: %d", r.StatusCode)
	}
}

func TestTheTokenLetsIn(t *testing.T) {
	w := startWorld(t)
	for _, wrong := range []string{"", "x", apiToken[1:]} {
		if r := w.do(w.reader, w.origin+"/console/session", url.Values{"token": {wrong}}); r.StatusCode != http.StatusUnauthorized || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("token %q: %d", wrong, r.StatusCode)
		}
	}
	if r := w.do(w.reader, w.origin+"/console/session", url.Values{"token": {" " + apiToken + "\n"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("the token: %d", r.StatusCode)
	}
	w.page("")
}

func TestSessionsAreBounded(t *testing.T) {
	w := startWorld(t)
	enter := func(c *http.Client) {
		w.do(c, w.origin+"/console/session", url.Values{"token": {apiToken}})
		w.pass(time.Second)
	}
	first, last := newBrowser(t), newBrowser(t)
	enter(first)
	for range maxSessions - 1 {
		enter(newBrowser(t))
	}
	enter(last)
	for c, want := range map[*http.Client]int{first: http.StatusUnauthorized, last: http.StatusOK} {
		if r := w.do(c, w.origin+"/console/i/root/", nil); r.StatusCode != want {
			t.Errorf("status %d, want %d", r.StatusCode, want)
		}
	}
	if n := len(w.console.sessions.open); n != maxSessions {
		t.Errorf("%d sessions, want %d", n, maxSessions)
	}
}

// TestWithoutSessionNothingIsShownOrDone asks for every page and sends every
// form: without a cookie, and with one but from another origin.
func TestWithoutSessionNothingIsShownOrDone(t *testing.T) {
	w := startWorld(t)
	w.enter()
	stranger := newBrowser(t)
	for _, path := range []string{"", "i/root/", "i/root/people", "i/root/people/edit?user=ada", "i/root/faults", "i/root/settings", "nothing"} {
		r := w.do(stranger, w.origin+Path+path, nil)
		if r.StatusCode != http.StatusUnauthorized || strings.Contains(r.Text, "sub-ada") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if r := w.do(w.reader, w.origin+"/v1/issuers", nil); r.StatusCode != http.StatusOK {
		t.Errorf("the API with the cookie: %d", r.StatusCode)
	}
	arm := url.Values{"fault": {string(fault.IDTokenExpPast)}}
	for name, header := range map[string][]string{
		"another origin":   {"Origin", "http://evil.test"},
		"another port":     {"Origin", "http://127.0.0.1:1"},
		"no origin":        {"Origin", "null"},
		"a cross-site tab": {"Sec-Fetch-Site", "cross-site"},
		"a same-site tab":  {"Sec-Fetch-Site", "same-site"},
	} {
		for _, form := range []url.Values{nil, arm} {
			if r := w.do(w.reader, w.origin+"/console/i/root/faults", form, header...); r.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d, want 403", name, r.StatusCode)
			}
		}
	}
	if r := w.do(stranger, w.origin+"/console/i/root/faults", arm); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a form without a cookie: %d", r.StatusCode)
	}
	if n := len(w.provider.Tickets()); n != 0 {
		t.Errorf("%d faults were armed", n)
	}
	w.post("faults", arm)
	if n := len(w.provider.Tickets()); n != 1 {
		t.Errorf("%d faults are armed by the reader, want 1", n)
	}
}

func TestHeadersOfEveryPage(t *testing.T) {
	w := startWorld(t)
	w.enter()
	for _, path := range []string{"i/root/", "nothing", "assets/console.css", "assets/console.js"} {
		h := w.do(w.reader, w.origin+Path+path, nil).Header
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
	inline := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=`)
	for _, path := range []string{"", "people", "people/edit", "faults", "settings"} {
		if found := inline.FindString(w.page(path).Text); found != "" {
			t.Errorf("page %q has %q, which the policy refuses", path, found)
		}
	}
}

// TestNoSecretIsShown signs in, out and wrongly, and looks for everything of
// the journal that lets its holder act as somebody.
func TestNoSecretIsShown(t *testing.T) {
	w := startWorld(t)
	w.enter()
	w.arm(fault.IDTokenExpPast, "bob")
	tokens := w.redeem(w.signIn(w.begin("a", nil), "ada", password))
	w.userInfo(tokens["access_token"])
	w.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens["refresh_token"]}})
	w.redeem(w.signIn(w.begin("b", nil), "bob", password))
	w.do(w.visitor, w.provider.Issuer()+"/leave?"+url.Values{"id_token_hint": {tokens["id_token"]}}.Encode(), nil)
	w.do(w.visitor, w.provider.Issuer()+"/swap", url.Values{"client_id": {"shop"}, "client_secret": {secret}, "grant_type": {"refresh_token"}, "refresh_token": {"x"}})
	device := w.tokensAt("/pair", url.Values{"scope": {"openid"}})

	secrets := []string{secret, password, apiToken, asShop[1], device["device_code"], device["user_code"]}
	for _, e := range w.provider.Journal().Select(journal.Query{}) {
		for _, token := range e.Tokens {
			secrets = append(secrets, token.Value)
			if parts := strings.Split(token.Value, "."); len(parts) == 3 {
				secrets = append(secrets, parts[2])
			}
		}
		secrets = append(secrets, response(&e).Get("code"))
		for _, cookie := range (&http.Request{Header: e.Header}).Cookies() {
			secrets = append(secrets, cookie.Value)
		}
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	if len(secrets) < 20 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	for _, path := range []string{"", "faults", "settings"} {
		text := w.page(path).Text
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("page %q shows the secret %q", path, s)
			}
		}
	}
	if text := w.page("").Text; !strings.Contains(text, "[redacted") || !strings.Contains(text, "sub-ada") {
		t.Error("the page shows no redacted values or no claims: was there anything to hide?")
	}
	if text := w.post("settings/secret", url.Values{"client": {"shop"}}).Text; !strings.Contains(text, secret) {
		t.Error("the client secret is not shown to who asks for it")
	}
	if strings.Contains(w.page("settings").Text, secret) {
		t.Error("the client secret is still shown a page later")
	}
}

// TestMarkupIsText puts markup wherever somebody else can.
func TestMarkupIsText(t *testing.T) {
	w := startWorld(t)
	w.enter()
	const markup = `"><script>alert(1)</script>`
	w.must(w.provider.PutUser(identity.User{Username: markup, Password: password, Claims: map[string]any{"name": markup}}))
	w.do(w.visitor, w.provider.Issuer()+"/"+url.PathEscape(markup)+"?"+url.Values{markup: {markup}}.Encode(), nil, "User-Agent", markup)
	w.redeem(w.signIn(w.begin(markup, url.Values{markup: {markup}}), markup, password))
	spec := fault.Spec{ID: fault.ID("x.y.z"), Title: markup, Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"x": []byte(`"<script>alert(1)</script>"`)}}}
	if _, err := w.provider.Arm(spec, fault.Scope{User: markup}, fault.Always); err != nil {
		t.Fatal(err)
	}
	w.redeem(w.signIn(w.begin("b", nil), markup, password))
	for _, path := range []string{"", "people", "people/edit?user=" + url.QueryEscape(markup), "people/remove?user=" + url.QueryEscape(markup), "faults", "faults?q=" + url.QueryEscape(markup), "settings"} {
		text := w.page(path).Text
		if strings.Contains(text, "<script>") || strings.Contains(text, `"><`+"script") {
			t.Errorf("page %q holds markup of somebody else", path)
		}
		if path != "settings" && !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("page %q does not show what was sent", path)
		}
	}
}

func TestFaultIsArmedAndItsEffectShown(t *testing.T) {
	w := startWorld(t)
	w.enter()
	if text := w.page("faults?q=EXPIRED+day").Text; !strings.Contains(text, `value="id_token.exp.past"`) || strings.Contains(text, `value="id_token.aud.other"`) {
		t.Error("the search does not find the fault alone")
	}
	text := w.post("faults", url.Values{"fault": {"id_token.exp.past"}, "user": {"ada"}, "times": {"2"}, "q": {"expired"}}).Text
	for _, want := range []string{"Armed: ID token that expired a day ago", "sign in at the shop as ada", "2 times", "not used yet", `<option selected>ada`, `value="expired"`} {
		if !strings.Contains(text, want) {
			t.Errorf("after arming the page lacks %q", want)
		}
	}
	if strings.Contains(w.page("faults").Text, "Armed: ID token") {
		t.Error("the notice is shown twice")
	}
	w.redeem(w.signIn(w.begin("a", nil), "bob", password))
	if strings.Contains(w.page("").Text, "A shop has to refuse it") {
		t.Error("bob's sign-in is said to have a fault")
	}
	w.redeem(w.signIn(w.begin("b", nil), "ada", password))
	text = w.page("").Text
	for _, want := range []string{"A shop has to refuse it.", "OpenID Connect Core 1.0, 3.1.3.7 (9)", "used once", "tokens issued, with the fault", "1 day ago", `<span class="was">honest: `, "in 1 hour"} {
		if !strings.Contains(text, want) {
			t.Errorf("the sign-ins lack %q", want)
		}
	}
	w.post("faults/disarm", url.Values{"ticket": {"1"}})
	if w.provider.Tickets()[0].Armed() {
		t.Error("the fault is still armed")
	}
	for form, want := range map[string]string{"fault=nothing": "no fault has the ID", "fault=id_token.exp.past&user=eve": "no user of this issuer is called"} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if text := w.post("faults", values).Text; !strings.Contains(text, "Not done.") || !strings.Contains(text, want) {
			t.Errorf("%s is not refused with %q", form, want)
		}
	}
}

func TestPeopleAreEdited(t *testing.T) {
	w := startWorld(t)
	w.enter()
	save := func(user, text string) reply {
		return w.do(w.reader, w.origin+"/console/i/root/people/edit", url.Values{"user": {user}, "json": {text}})
	}
	for text, wants := range map[string][]string{
		"{\r\n\"username\": \"ada\",\r\n\"x\": 1,\r\n\"claims\": 7}":           {"line 3: ", "/claims", "password", "3 things are wrong"},
		`{"username": "ada", "password": "x", "claims": {"iss": 1, "aud": 2}}`: {"claim &#34;iss&#34; is the provider&#39;s own", "claim &#34;aud&#34;"},
		`{"username": "bob", "password": "x"}`:                                 {"another person is called &#34;bob&#34;", "/username"},
		`{"username": "ada", "password": "x", "sub": "bob"}`:                   {"another user has the sub", "/sub"},
		`{"username": `: {"line 1"},
		`[]`:            {"1 thing is wrong"},
	} {
		r := save("ada", text)
		if r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", text, r.StatusCode)
		}
		for _, want := range append(wants, "Not saved.") {
			if !strings.Contains(r.Text, want) {
				t.Errorf("%s: the page lacks %q: %s", text, want, r.Text)
			}
		}
	}
	if text := save("ada", "{ what I typed").Text; !strings.Contains(text, "{ what I typed") {
		t.Error("what was typed is lost")
	}
	if r := save("ada", `{"username": "countess", "password": "x", "claims": {"n": 9007199254740993}}`); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("renaming: %d: %s", r.StatusCode, r.Text)
	}
	var names []string
	for _, u := range w.provider.Users() {
		names = append(names, u.Username)
	}
	if got := strings.Join(names, " "); got != "bob countess" {
		t.Errorf("people = %s", got)
	}
	if text := w.page("people/edit?user=countess").Text; !strings.Contains(text, "9007199254740993") {
		t.Error("a number lost digits")
	}
	if text := w.post("people/sessions", url.Values{"user": {"bob"}}).Text; !strings.Contains(text, "bob was signed in nowhere") {
		t.Error("nothing is said about sessions that are none")
	}
	w.redeem(w.signIn(w.begin("a", nil), "bob", password))
	if text := w.post("people/sessions", url.Values{"user": {"bob"}}).Text; !strings.Contains(text, "1 session of bob ended") {
		t.Error("the session has not ended")
	}
	if text := w.page("people/remove?user=bob").Text; !strings.Contains(text, "Remove bob?") || len(w.provider.Users()) != 2 {
		t.Error("removing does not ask first")
	}
	w.post("people/remove", url.Values{"user": {"bob"}})
	if len(w.provider.Users()) != 1 {
		t.Error("bob is still there")
	}
	if r := w.do(w.reader, w.origin+"/console/i/root/people/edit?user=bob", nil); r.StatusCode != http.StatusNotFound {
		t.Errorf("editing nobody: %d", r.StatusCode)
	}
}

func TestSettingsAreChanged(t *testing.T) {
	w := startWorld(t)
	w.enter()
	for _, by := range []string{"soon", "", "9999999h"} {
		if text := w.post("settings/clock", url.Values{"by": {by}}).Text; !strings.Contains(text, "Not done.") {
			t.Errorf("a move by %q is not refused", by)
		}
	}
	if text := w.post("settings/clock", url.Values{"by": {"-24h"}}).Text; !strings.Contains(text, "24h0m0s behind") {
		t.Error("the page does not say how far the clock is")
	}
	before := w.do(w.visitor, w.provider.Issuer()+"/keys", nil).Text
	w.post("settings/keys", url.Values{"how": {"sudden"}})
	if after := w.do(w.visitor, w.provider.Issuer()+"/keys", nil).Text; after == before {
		t.Error("the keys are the old ones")
	}
	if text := w.post("settings/keys", url.Values{"how": {"never"}}).Text; !strings.Contains(text, "Not done.") {
		t.Error("an unknown rotation is not refused")
	}
	w.post("settings/clear", url.Values{})
	if n := len(w.provider.Journal().Select(journal.Query{})); n != 0 {
		t.Errorf("%d exchanges are left", n)
	}
	if text := w.page("settings/reset").Text; !strings.Contains(text, "Reset this issuer?") {
		t.Error("a reset does not ask first")
	}
	w.post("settings/reset", url.Values{})
	if _, moved := w.provider.Clock(); moved != 0 {
		t.Errorf("the clock is %v off after the reset", moved)
	}
}

func TestWhatIsPostedIsBounded(t *testing.T) {
	w := startWorld(t)
	w.enter()
	if r := w.do(w.reader, w.origin+"/console/i/root/people/edit", url.Values{"json": {strings.Repeat("x", maxForm)}}); r.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of more than 1 MiB: %d", r.StatusCode)
	}
	if r := w.do(w.reader, w.origin+"/console/i/nowhere/", nil); r.StatusCode != http.StatusNotFound || !strings.Contains(r.Text, "no issuer") {
		t.Errorf("an unknown issuer: %d", r.StatusCode)
	}
}

func TestTheNewestExchangesAreShown(t *testing.T) {
	w := startWorld(t)
	w.enter()
	for range maxEntries {
		w.do(w.visitor, w.provider.Issuer()+"/keys", nil)
	}
	if strings.Contains(w.page("").Text, "Older exchanges are not shown") {
		t.Error("older exchanges are missed although there are none")
	}
	w.redeem(w.signIn(w.begin("a", nil), "ada", password))
	text := w.page("").Text
	if !strings.Contains(text, "Older exchanges are not shown") || strings.Count(text, `class="single"`) != maxEntries-3 {
		t.Errorf("%d single exchanges beside the sign-in of three, want %d in all", strings.Count(text, `class="single"`), maxEntries)
	}
	if strings.Index(text, `class="story"`) > strings.Index(text, `class="single"`) {
		t.Error("the newest is not on top")
	}
}

func TestRelativeTimes(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{
		0: "now", time.Second: "in 1 second", -90 * time.Second: "2 minutes ago", 59*time.Minute + 50*time.Second: "in 1 hour",
		-24 * time.Hour: "1 day ago", 36 * time.Hour: "in 2 days", 400 * 24 * time.Hour: "in 1 year", -45 * time.Minute: "45 minutes ago",
	} {
		if got := relative(now.Add(after), now); got != want {
			t.Errorf("relative(%v) = %q, want %q", after, got, want)
		}
	}
}
