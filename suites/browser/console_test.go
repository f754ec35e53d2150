package browser

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/console"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// shopWorld is a provider with its console, and a shop.
type shopWorld struct {
	login string // lets a browser into the console
	shop  string
}

func startWorld(t *testing.T) shopWorld {
	t.Helper()
	ending := func(c interface{ Close(context.Context) error }) {
		t.Cleanup(func() {
			if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	server, err := mockidp.Start(t.Context(), mockidp.Options{Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	ending(server)
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	client := identity.Client{
		ID: "shop", Secret: "shop-secret", RedirectURIs: []string{base + "/api/sf"}, PostLogoutRedirectURIs: []string{base + "/api/sf/logout"},
	}
	provider, err := server.NewProvider(mockidp.Config{Path: "/", Clients: []identity.Client{client}, Users: users.All()})
	if err != nil {
		t.Fatal(err)
	}
	m := provider.Metadata()
	handler, err := shop.New(shop.Settings{
		ProviderName: "127.0.0.1", Issuer: provider.Issuer(), ClientID: client.ID, ClientSecret: client.Secret, JWKSURI: m.JWKSURI,
		AuthorizationEndpoint: m.AuthorizationEndpoint, TokenEndpoint: m.TokenEndpoint, TokenEndpointType: "basic",
		LogoutEndpoint: m.EndSessionEndpoint, UserInfoEndpoint: m.UserInfoEndpoint, Scope: "openid profile email address",
	}, shop.Options{BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	site := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	site.Start()
	t.Cleanup(site.Close)
	host, token := &control.Local{Server: server}, control.NewToken()
	pages, err := console.New(console.Options{
		Host: host, Token: token,
		Sheet: func(context.Context, string, string) ([]console.Field, error) {
			return []console.Field{
				{Name: "Issuer Name", Value: provider.Issuer()},
				{Name: "Client ID", Value: client.ID},
				{Name: "Client Secret", Value: client.Secret, Secret: true},
				{Name: "JWKS URI", Value: m.JWKSURI},
				{Name: "Authorization Endpoint", Value: m.AuthorizationEndpoint},
				{Name: "Scope", Value: "openid profile email address"},
			}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	api, err := control.Start(t.Context(), host, control.Options{Token: token, Pages: pages.Pages(), Authorize: pages.Authorize})
	if err != nil {
		t.Fatal(err)
	}
	ending(api)
	return shopWorld{login: api.URL() + pages.LoginPath(), shop: base}
}

// person drives a browser as somebody does who sees a page for the first time.
type person struct {
	t *testing.T
	s *Session

	mu         sync.Mutex
	complaints []string
}

// sits gives somebody a browser with a window of that width, whose complaints
// fail the test.
func sits(t *testing.T, c *Chrome, width int64) *person {
	t.Helper()
	p := &person{t: t, s: newSession(t, c)}
	p.call(cdp.Call(t.Context(), p.s.target, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 844, DeviceScaleFactor: 1}))
	p.call(cdp.Call(t.Context(), p.s.target, cdplog.Enable, cdp.Empty{}))
	err := chromedp.Listen(p.s.ctx, func(ev any) {
		if e, ok := ev.(*cdplog.EventEntryAdded); ok && e.Entry.Level == cdplog.EntryLevelError && strings.Contains(e.Entry.URL, console.Path) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.complaints = append(p.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *person) call(_ any, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) open(url string) {
	p.t.Helper()
	p.call(p.s.Navigate(p.t.Context(), url))
}

// eval reads something off the page.
func eval[T any](p *person, script string) T {
	p.t.Helper()
	var out T
	ctx, cancel := context.WithTimeoutCause(p.t.Context(), pageTimeout, fmt.Errorf("the page did not come to %s", script))
	defer cancel()
	if err := p.s.Eval(ctx, script, &out); err != nil {
		p.t.Fatalf("%v; the page reads: %s", err, p.reads())
	}
	return out
}

func (p *person) reads() string {
	var text string
	if err := p.s.Eval(p.t.Context(), `document.body.innerText.replace(/\s+/g, " ").slice(0, 1500)`, &text); err != nil {
		return err.Error()
	}
	return text
}

// saying is a script for the first link or button that shows these words.
func saying(words string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("a,button,summary")].find(e => e.checkVisibility() && e.textContent.replace(/\s+/g, " ").trim().startsWith(%s))`, quote(words))
}

// click presses what says these words with the mouse, where it is seen.
func (p *person) click(words string) {
	p.t.Helper()
	at := eval[[]float64](p, `(() => { const e = `+saying(words)+`; if (!e) return []; e.scrollIntoView({block: "center"});
		const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : []; })()`)
	if len(at) != 2 {
		p.t.Fatalf("nothing to click says %q; the page reads: %s", words, p.reads())
	}
	_, err := p.s.await(p.t.Context(), "click "+words, func(ctx context.Context) error {
		for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
			params := input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1}
			if _, err := cdp.Call(ctx, p.s.target, input.DispatchMouseEvent, params); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// key presses a key.
func (p *person) key(ctx context.Context, name string, code int64, text string) error {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		params := input.DispatchKeyEventParams{Type: kind, Key: name, Code: name, WindowsVirtualKeyCode: code}
		if kind == input.DispatchKeyEventTypeKeyDown {
			params.Text = text
		}
		if _, err := cdp.Call(ctx, p.s.target, input.DispatchKeyEvent, params); err != nil {
			return err
		}
	}
	return nil
}

// tabTo presses the tab key until the focus is on what a script finds, which
// has to be seen to have it.
func (p *person) tabTo(what, script string) {
	p.t.Helper()
	for range 80 {
		if err := p.key(p.t.Context(), "Tab", 9, ""); err != nil {
			p.t.Fatal(err)
		}
		if eval[bool](p, `document.activeElement === (`+script+`)`) {
			if style := eval[string](p, `getComputedStyle(document.activeElement).outlineStyle`); style == "none" {
				p.t.Errorf("the focus on %s is not to be seen", what)
			}
			return
		}
	}
	p.t.Fatalf("the tab key does not lead to %s; the page reads: %s", what, p.reads())
}

// enter goes to what says these words by keyboard and presses Enter there.
func (p *person) enter(words string) {
	p.t.Helper()
	p.tabTo(words, saying(words))
	_, err := p.s.await(p.t.Context(), "Enter on "+words, func(ctx context.Context) error {
		return p.key(ctx, "Enter", 13, "\r")
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// types enters text where the focus is.
func (p *person) types(text string) {
	p.t.Helper()
	p.call(cdp.Call(p.t.Context(), p.s.target, input.InsertText, input.InsertTextParams{Text: text}))
}

// wants fails unless the page says something that can be seen.
func (p *person) wants(texts ...string) {
	p.t.Helper()
	seen := eval[string](p, `document.body.innerText.replace(/\s+/g, " ")`)
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			p.t.Errorf("the page does not say %q but: %s", text, seen)
		}
	}
}

// fits fails if the page is wider than the window, with everything unfolded
// too, or if the browser complained about it.
func (p *person) fits() {
	p.t.Helper()
	wide := eval[[]string](p, `(() => { document.querySelectorAll("details").forEach(d => d.open = true);
		const w = document.documentElement; if (w.scrollWidth <= w.clientWidth) return [];
		return [location.pathname, ...[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w.clientWidth + 1).map(e => e.outerHTML.slice(0, 90))]; })()`)
	if len(wide) > 0 {
		p.t.Errorf("the page scrolls sideways: %q", wide[:min(len(wide), 6)])
	}
	small := eval[[]string](p, `[...document.querySelectorAll("button,.button,select,input:not([type=hidden]),.tabs a,summary")]
		.filter(e => e.checkVisibility() && (e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)).map(e => e.outerHTML.slice(0, 90))`)
	if len(small) > 0 {
		p.t.Errorf("too small to hit: %q", small)
	}
	for _, scheme := range []string{"dark", "light"} {
		p.call(cdp.Call(p.t.Context(), p.s.target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}))
		if faint := eval[[]string](p, faintScript); len(faint) > 0 {
			p.t.Errorf("hard to read in %s: %q", scheme, faint[:min(len(faint), 6)])
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if said := p.s.Record().Console; len(said)+len(p.complaints) > 0 {
		p.t.Errorf("the browser complains: %q %q", said, p.complaints)
	}
}

// faintScript lists text with a contrast below 4.5 to what is behind it (Web
// Content Accessibility Guidelines 2.2, success criterion 1.4.3).
const faintScript = `(() => {
	const rgb = c => (c.match(/[\d.]+/g) || []).map(Number), root = getComputedStyle(document.body);
	const light = c => rgb(c).slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, v = rgb(c); if (v.length < 4 || v[3] > 0) return c; } return root.backgroundColor; };
	return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).filter(e => {
		const a = light(getComputedStyle(e).color), b = light(behind(e));
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
	}).map(e => e.outerHTML.slice(0, 90)); })()`

// signsIn signs in at the shop as Ada, and finds herself refused or not.
func (w shopWorld) signsIn(p *person, welcome bool) {
	p.t.Helper()
	p.call(nil, p.s.Forget(p.t.Context(), "localhost")) // the provider's session
	p.open(w.shop + "/sign-in")
	page, err := p.s.Submit(p.t.Context(), Field{"[name=username]", "ada"}, Field{"[name=password]", users.Password})
	if err != nil {
		p.t.Fatal(err)
	}
	if in := !strings.Contains(page.Text, "That did not work"); in != welcome {
		p.t.Fatalf("signed in = %v, want %v; the shop says: %s", in, welcome, page.Text)
	}
}

// TestConsoleTellsWhyAShopRefused goes the way of somebody who has read
// nothing: from the link to an expired ID token and the reason of the refusal.
func TestConsoleTellsWhyAShopRefused(t *testing.T) {
	c := startChrome(t)
	for name, width := range map[string]int64{"telephone": 390, "desk": 1440} {
		t.Run(name, func(t *testing.T) {
			w := startWorld(t)
			p := sits(t, c, width)
			p.open(w.login)
			p.wants("Nobody has signed in yet", "Arm a fault")
			if at := eval[string](p, `location.href`); strings.Contains(at, "key=") {
				t.Errorf("the key is still in the address: %s", at)
			}
			p.fits()
			p.click("Arm a fault")
			p.call(nil, p.s.Eval(t.Context(), `document.querySelector("[name=user]").value = "ada"`, nil))
			p.fits()
			p.click("Arm ID token that expired a day ago")
			p.wants("Armed: ID token that expired a day ago", "sign in at the shop as ada", "for ada")
			p.fits()

			w.signsIn(p, false)
			p.open(strings.SplitN(w.login, "?", 2)[0])
			p.wants("ada at shop", "The provider did this on purpose: ID token that expired a day ago", "tokens issued, with the fault",
				"A shop has to refuse it", "OpenID Connect Core 1.0, 3.1.3.7 (9)", "Changed sent:", "1 day ago", "honest:", "in 1 hour")
			p.fits()
			p.click("Disarm")
			p.wants("Disarmed: ID token that expired a day ago")
			for _, section := range []string{"People", "Settings", "Faults", "Sign-ins"} {
				p.click(section)
				p.fits()
			}
			w.signsIn(p, true)
		})
	}
}

// TestConsoleByKeyboard arms, signs in and looks without a mouse.
func TestConsoleByKeyboard(t *testing.T) {
	c, w := startChrome(t), startWorld(t)
	p := sits(t, c, 1440)
	p.open(w.login)
	p.enter("Faults")
	p.tabTo("the search", `document.getElementById("search")`)
	p.types("expired day")
	if n := eval[int](p, `[...document.querySelectorAll(".faults li")].filter(e => e.checkVisibility()).length`); n < 1 || n > 4 {
		t.Errorf("%d faults match, want a few", n)
	}
	p.tabTo("the person", `document.querySelector("[name=user]")`)
	p.call(nil, p.key(t.Context(), "a", 65, "a"))
	p.enter("Arm ID token that expired a day ago")
	p.wants("Armed: ID token that expired a day ago", "for ada, every time")
	w.signsIn(p, false)
	p.open(strings.SplitN(w.login, "?", 2)[0])
	p.tabTo("the exchanges", saying("3 exchanges"))
	p.call(nil, p.key(t.Context(), "Enter", 13, "\r"))
	if eval[bool](p, `document.activeElement.parentElement.open`) {
		t.Error("Enter does not fold the exchanges")
	}
	p.enter("Disarm")
	p.wants("Disarmed")
	p.fits()
}

// TestConsoleIsLive sees a sign-in come without a reload, and nothing that the
// reader did is lost by it.
func TestConsoleIsLive(t *testing.T) {
	c, w := startChrome(t), startWorld(t)
	reader, visitor := sits(t, c, 390), sits(t, c, 1440)
	w.signsIn(visitor, true)
	reader.open(w.login)
	wait := func(script string) {
		t.Helper()
		eval[bool](reader, `new Promise(done => { const look = () => { if (`+script+`) { seen.disconnect(); done(true); } };
			const seen = new MutationObserver(look); seen.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true}); look(); })`)
	}
	wait(`document.getElementById("live").classList.contains("on")`)
	// The reader folds the sign-in, unfolds one exchange and stays there.
	reader.call(nil, reader.s.Eval(t.Context(), `document.body.dataset.old = "1";
		document.querySelector(".story details").open = false; const m = document.querySelector(".story summary"); m.focus(); m.id`, nil))
	if err := visitor.s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.signsIn(visitor, true)
	wait(`document.querySelectorAll(".story").length === 2 && document.querySelector(".story .ending").textContent.includes("tokens issued")`)
	got := eval[[]any](reader, `[document.body.dataset.old, document.querySelectorAll(".story")[1].querySelector("details").open,
		document.activeElement === document.querySelectorAll(".story")[1].querySelector("summary"), document.getElementById("news").textContent.includes("ada at shop")]`)
	if fmt.Sprint(got) != "[1 false true true]" {
		t.Errorf("same page, still folded, focus kept, announced = %v", got)
	}
	reader.fits()
}
