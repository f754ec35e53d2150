package interop

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser is an end-user's browser without scripts: it has cookies, follows
// redirects and submits forms. It stops short of the host rp.test.
type browser struct {
	t testing.TB
	c *http.Client
}

func newBrowser(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, c := bounded(t)
	c.Jar, c.Timeout = jar, patience
	c.CheckRedirect = func(to *http.Request, _ []*http.Request) error {
		if to.URL.Host == "rp.test" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &browser{t, c}
}

// page is where the browser is. At the relying party it has an address alone.
type page struct {
	url    *url.URL
	status int
	body   string
	forms  []form
}

type form struct {
	action  string
	values  url.Values
	buttons []button
}

type button struct{ id, name, value string }

func (b *browser) visit(address string) page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

// press fills in a page's only form and presses the button of an ID.
func (b *browser) press(p page, id string, fill map[string]string) page {
	b.t.Helper()
	if len(p.forms) != 1 {
		b.t.Fatalf("%d forms on the page at %s, status %d\n%s", len(p.forms), p.url, p.status, p.body)
	}
	f := p.forms[0]
	for name, value := range fill {
		if !f.values.Has(name) {
			b.t.Fatalf("no field %q in the form at %s\n%s", name, p.url, p.body)
		}
		f.values.Set(name, value)
	}
	pressed := false
	for _, bt := range f.buttons {
		if bt.id == id {
			pressed = true
			if bt.name != "" {
				f.values.Set(bt.name, bt.value)
			}
		}
	}
	if !pressed {
		b.t.Fatalf("no button %q at %s\n%s", id, p.url, p.body)
	}
	to, err := p.url.Parse(f.action)
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to.String(), strings.NewReader(f.values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.url.Scheme+"://"+p.url.Host)
	return b.do(req)
}

// signIn signs Ada in and returns the address at the relying party.
func (b *browser) signIn(authorizationURL string) *url.URL {
	b.t.Helper()
	p := b.visit(authorizationURL)
	if p.url.Host == "rp.test" {
		return p.url // the session answered
	}
	p = b.press(p, "sign-in", map[string]string{"username": ada().Username, "password": ada().Password})
	if p.url.Host != "rp.test" {
		b.t.Fatalf("signed in, but status %d at %s\n%s", p.status, p.url, p.body)
	}
	return p.url
}

func (b *browser) do(req *http.Request) page {
	b.t.Helper()
	resp, err := b.c.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := page{url: resp.Request.URL, status: resp.StatusCode, body: string(body)}
	if resp.StatusCode/100 == 3 {
		if p.url, err = resp.Location(); err != nil {
			b.t.Fatal(err)
		}
		return p
	}
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		b.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			p.forms = append(p.forms, readForm(n))
		}
	}
	return p
}

func readForm(n *html.Node) form {
	f := form{action: attribute(n, "action"), values: url.Values{}}
	for n := range n.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "input":
			f.values.Add(attribute(n, "name"), attribute(n, "value"))
		case "button":
			f.buttons = append(f.buttons, button{attribute(n, "id"), attribute(n, "name"), attribute(n, "value")})
		}
	}
	return f
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
