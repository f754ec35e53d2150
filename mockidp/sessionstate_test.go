package mockidp

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func newWatched(t *testing.T, edit func(*Config)) *Provider {
	t.Helper()
	return newProvider(t, func(c *Config) {
		c.SessionManagement = true
		if edit != nil {
			edit(c)
		}
	})
}

// browserState is the cookie that the check_session_iframe reads.
func (b *browser) browserState() string {
	b.t.Helper()
	u, err := url.Parse(b.p.Issuer() + "/watch")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.c.Jar.Cookies(u) {
		if c.Name == "countersign_state" {
			return c.Value
		}
	}
	return ""
}

// TestSessionState works the value out as OpenID Connect Session Management
// 1.0, section 3.2, has the script of the page do it.
func TestSessionState(t *testing.T) {
	t.Parallel()
	for redirectURI, origin := range map[string]string{
		callback:                    "http://shop.test",
		"http://shop.test:80/cb":    "http://shop.test",
		"https://SHOP.test:443/cb":  "https://shop.test",
		"https://shop.test:8443/cb": "https://shop.test:8443",
	} {
		b := newBrowser(t, newWatched(t, func(c *Config) { c.Clients[0].RedirectURIs = []string{redirectURI} }))
		back := b.signIn(authParams("redirect_uri", redirectURI)).redirect()
		sum, salt, ok := strings.Cut(back.Get("session_state"), ".")
		if !ok || salt == "" || b.browserState() == "" || strings.Contains(back.Get("session_state"), " ") {
			t.Fatalf("session_state %q, browser state %q", back.Get("session_state"), b.browserState())
		}
		want := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "shop %s %s %s", origin, b.browserState(), salt)))
		if sum != want {
			t.Errorf("%s: session_state %s, want %s", redirectURI, sum, want)
		}
		again := b.get("/begin", authParams("redirect_uri", redirectURI)).redirect()
		if again.Get("session_state") == "" || again.Get("session_state") == back.Get("session_state") {
			t.Errorf("second session_state %q with the same salt", again.Get("session_state"))
		}
	}
}

// TestBrowserState holds that it changes with the session, and only then.
func TestBrowserState(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newWatched(t, nil))
	page := b.get("/begin", authParams())
	if b.browserState() != "" {
		t.Errorf("state %q before the sign-in", b.browserState())
	}
	b.post(action(t, page.Text), url.Values{"username": {"ada"}, "password": {"correct horse"}})
	first := b.browserState()
	b.get("/begin", authParams("client_id", "poster"))
	if b.browserState() != first || first == "" {
		t.Errorf("state %q, then %q in the same session", first, b.browserState())
	}
	page = b.get("/begin", authParams("prompt", "login"))
	b.post(action(t, page.Text), url.Values{"username": {"bob"}, "password": {"pw"}})
	if b.browserState() == first || b.browserState() == "" {
		t.Errorf("state %q of another end-user", b.browserState())
	}
	b.post("/leave", url.Values{"confirmed": {"yes"}})
	if b.browserState() != "" {
		t.Errorf("state %q after the sign-out", b.browserState())
	}
	b.signIn(authParams())
	if b.browserState() == first || b.browserState() == "" {
		t.Errorf("state %q of another session", b.browserState())
	}
}

func TestStateCookie(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newWatched(t, nil))
	var cookie string
	for _, c := range b.signIn(authParams()).Header.Values("Set-Cookie") {
		if strings.HasPrefix(c, "countersign_state=") {
			cookie = c
		}
	}
	if !strings.HasSuffix(cookie, "; Path=/op1; Secure; SameSite=None") {
		t.Errorf("cookie %q", cookie)
	}
}

// TestNoSessionState holds that a provider without session management shows
// nothing of it, and that a redirect to an app has no origin to speak of.
func TestNoSessionState(t *testing.T) {
	t.Parallel()
	plain := newBrowser(t, newProvider(t, nil))
	back := plain.signIn(authParams())
	if back.redirect().Has("session_state") || plain.browserState() != "" || plain.p.Metadata().CheckSessionIframe != "" {
		t.Errorf("response %v, state %q", back.redirect(), plain.browserState())
	}
	if r := plain.get("/watch", nil); r.StatusCode != http.StatusNotFound {
		t.Errorf("check_session_iframe: %d", r.StatusCode)
	}
	app := newBrowser(t, newWatched(t, func(c *Config) { c.Clients[0].RedirectURIs = []string{"com.example.app:/cb"} }))
	if back := app.signIn(authParams("redirect_uri", "com.example.app:/cb")).redirect(); back.Get("code") == "" || back.Has("session_state") {
		t.Errorf("response %v", back)
	}
}

func TestCheckSessionPage(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newWatched(t, nil))
	r := b.do(request(t, http.MethodGet, b.p.Metadata().CheckSessionIframe, nil))
	sum := sha256.Sum256([]byte(between(t, r.Text, "<script>", "</script>")))
	policy := "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; frame-ancestors *"
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Security-Policy") != policy || r.Header.Get("X-Frame-Options") != "" {
		t.Errorf("status %d, headers %v", r.StatusCode, r.Header)
	}
	if e := b.last(); e.Kind != journal.CheckSession || e.Page != "check-session" {
		t.Errorf("entry %+v", e)
	}
}

// TestCheckSessionScript asks the page's own script about a session, in a
// JavaScript engine where there is one.
func TestCheckSessionScript(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node to run the script in")
	}
	client := identity.Client{ID: "an app", Secret: "s", RedirectURIs: []string{callback}}
	b := newBrowser(t, newWatched(t, func(c *Config) { c.Clients = append(c.Clients, client) }))
	theirs := b.signIn(authParams("client_id", "an app")).redirect().Get("session_state")
	page := b.get("/watch", nil).Text
	const engine = `
const answers = [], cookies = process.argv[1];
let listener;
globalThis.document = {cookie: cookies};
globalThis.addEventListener = (name, f) => { if (name === "message") listener = f; };
(0, eval)(require("fs").readFileSync(0, "utf8"));
const ask = (data, origin) => listener({data, origin, source: {postMessage: (a, to) => answers.push(a + " to " + to)}});
for (let i = 2; i < process.argv.length; i += 2) ask(process.argv[i], process.argv[i + 1]);
listener({data: 12, origin: "http://shop.test", source: {postMessage: (a) => answers.push(a)}});
console.log(answers.join("\n"));`
	run := func(cookie string) string {
		cmd := exec.CommandContext(t.Context(), node, "-e", engine, cookie,
			"an app "+theirs, "http://shop.test", "an app "+theirs, "http://evil.test", "shop "+theirs, "http://shop.test",
			theirs, "http://shop.test", "an app x", "http://shop.test", "an app "+theirs, "null")
		cmd.Stdin = strings.NewReader(between(t, page, "<script>", "</script>"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return strings.ReplaceAll(strings.TrimSpace(string(out)), "http://", "")
	}
	rest := "\nchanged to evil.test\nchanged to shop.test\nerror to shop.test\nerror to shop.test\nerror"
	if got, want := run("x=y; countersign_state="+b.browserState()), "unchanged to shop.test"+rest; got != want {
		t.Errorf("signed in: %s\nwant %s", got, want)
	}
	if got, want := run("x=y"), "changed to shop.test"+rest; got != want {
		t.Errorf("signed out: %s\nwant %s", got, want)
	}
}
