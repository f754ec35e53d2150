package plain

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// document is the page that is shown.
type document struct {
	url    string
	status int
	header map[string]string
	source string
	root   *html.Node
	// typed is what was typed into fields.
	typed map[*html.Node]string
	// failed is why there is no page, aborted that the one before stays.
	failed  string
	aborted bool
}

func parse(target string, resp *http.Response, body []byte) document {
	d := document{url: target, status: resp.StatusCode, header: lower(resp.Header), source: string(body), typed: map[*html.Node]string{}}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		kind = http.DetectContentType(body)
	}
	if strings.HasPrefix(kind, "text/html") || kind == "application/xhtml+xml" {
		d.root, _ = html.Parse(bytes.NewReader(body)) // reads anything
	}
	return d
}

// What is kept of a page's text, in characters, and of its source, in bytes.
const (
	maxText   = 4000
	maxSource = 1 << 16
)

func (d document) read() attempt.Page {
	p := attempt.Page{URL: d.url, Status: d.status, Header: d.header, Failed: d.failed, Source: d.source[:min(len(d.source), maxSource)]}
	text := d.source
	if d.root != nil {
		if t := d.find("title"); t != nil {
			p.Title = strings.TrimSpace(content(t))
		}
		p.AsksPassword = d.find("input[type=password]") != nil
		text = ""
		if b := d.find("body"); b != nil {
			text = content(b)
		}
	}
	p.Text = strings.Join(strings.Fields(text), " ")
	if r := []rune(p.Text); len(r) > maxText {
		p.Text = string(r[:maxText])
	}
	return p
}

// find is the first element that a CSS selector matches, or nil.
func (d document) find(selector string) *html.Node {
	s, err := cascadia.ParseGroup(selector)
	if err != nil || d.root == nil {
		return nil
	}
	return cascadia.Query(d.root, s)
}

func (d document) all(selector string, within *html.Node) []*html.Node {
	s, err := cascadia.ParseGroup(selector)
	if err != nil || within == nil {
		return nil
	}
	return cascadia.QueryAll(within, s)
}

func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func value(n *html.Node, name string) string {
	v, _ := attribute(n, name)
	return v
}

func (d document) resolve(address string) string {
	base, err := url.Parse(d.url)
	if err != nil {
		return address
	}
	u, err := base.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}

// submission is the request that a form makes when the given button, or none,
// is pressed.
func (d document) submission(form, button *html.Node) visit {
	q := visit{method: http.MethodGet, from: d.url, target: d.resolve(value(form, "action"))}
	if value(form, "action") == "" {
		q.target = d.url
	}
	fields := url.Values{}
	for _, in := range d.all("input[name]", form) {
		switch kind := strings.ToLower(value(in, "type")); kind {
		case "submit", "button", "image", "reset", "file":
			continue
		case "checkbox", "radio":
			if _, checked := attribute(in, "checked"); !checked {
				continue
			}
		}
		text, ok := d.typed[in]
		if !ok {
			text = value(in, "value")
		}
		fields.Add(value(in, "name"), text)
	}
	if button != nil && value(button, "name") != "" {
		fields.Add(value(button, "name"), value(button, "value"))
	}
	if strings.EqualFold(value(form, "method"), "post") {
		q.method, q.form = http.MethodPost, fields
		return q
	}
	if u, err := url.Parse(q.target); err == nil {
		u.RawQuery = fields.Encode()
		q.target = u.String()
	}
	return q
}

// sendsItself is the request of a page whose only form has nothing to fill in
// and whose script sends it.
func (d document) sendsItself() (visit, bool) {
	forms, scripts := d.all("form", d.root), d.all("script", d.root)
	if len(forms) != 1 || !slices.ContainsFunc(scripts, submits) {
		return visit{}, false
	}
	for _, in := range d.all("input", forms[0]) {
		if kind := value(in, "type"); kind != "hidden" && kind != "submit" {
			return visit{}, false
		}
	}
	return d.submission(forms[0], nil), true
}

// submits tells a script that sends a form.
func submits(script *html.Node) bool {
	text := content(script)
	return strings.Contains(text, "submit()") || strings.Contains(text, "submit.call(")
}

func enclosingForm(n *html.Node) *html.Node {
	for up := range n.Ancestors() {
		if up.Type == html.ElementNode && up.Data == "form" {
			return up
		}
	}
	return nil
}

// Submit types into the fields of a form and sends it as Enter does.
func (v *Visitor) Submit(ctx context.Context, fields ...browser.Field) (attempt.Page, error) {
	var form *html.Node
	for _, f := range fields {
		n := v.page.find(f.Selector)
		if n == nil {
			return attempt.Page{}, fmt.Errorf("no field %q on %s", f.Selector, v.page.url)
		}
		v.page.typed[n] = f.Text
		form = enclosingForm(n)
	}
	if form == nil {
		return attempt.Page{}, fmt.Errorf("no form on %s", v.page.url)
	}
	buttons := v.page.all("button:not([type]), button[type=submit], input[type=submit]", form)
	if len(buttons) == 0 {
		return v.open(ctx, v.page.submission(form, nil))
	}
	return v.open(ctx, v.page.submission(form, buttons[0]))
}

// Click presses a link or a button of a form.
func (v *Visitor) Click(ctx context.Context, selector string) (attempt.Page, error) {
	n := v.page.find(selector)
	if n == nil {
		return attempt.Page{}, fmt.Errorf("click %s: no element %q on %s", selector, selector, v.page.url)
	}
	if href, ok := attribute(n, "href"); ok && n.Data == "a" {
		return v.open(ctx, visit{method: http.MethodGet, target: v.page.resolve(href), from: v.page.url})
	}
	if form := enclosingForm(n); form != nil {
		return v.open(ctx, v.page.submission(form, n))
	}
	return attempt.Page{}, fmt.Errorf("click %s: %w", selector, ErrScripts)
}

// HTML is the source of the page.
func (v *Visitor) HTML(context.Context) (string, error) { return v.page.source, nil }

// Text is the text of the first element that a CSS selector matches, without
// outer white space. found is false where there is none.
func (v *Visitor) Text(_ context.Context, selector string) (text string, found bool, err error) {
	if v.page.root == nil {
		// A browser shows what is no HTML in an element of its own.
		return v.page.source, selector == "pre" || selector == "body", nil
	}
	n := v.page.find(selector)
	if n == nil {
		return "", false, nil
	}
	return strings.TrimSpace(content(n)), true, nil
}

// Value is the value attribute of the first element of an HTML document that a
// CSS selector matches.
func Value(source, selector string) (string, bool) {
	n := first(source, selector)
	if n == nil {
		return "", false
	}
	return attribute(n, "value")
}

// Text is the text of the first element of an HTML document that a CSS selector
// matches, without outer white space. found is false where there is none.
func Text(source, selector string) (text string, found bool) {
	n := first(source, selector)
	if n == nil {
		return "", false
	}
	return strings.TrimSpace(content(n)), true
}

func first(source, selector string) *html.Node {
	root, _ := html.Parse(strings.NewReader(source)) // reads anything
	return document{root: root}.find(selector)
}
