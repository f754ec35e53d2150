package endpoint

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // the pages are files, so that editors know them for HTML
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

//go:embed pages.html
var pagesHTML string

//go:embed steps.html
var stepsHTML string

//go:embed pages.css
var pagesCSS string

// Pages renders the provider's HTML. One value serves all providers of a
// server.
type Pages struct {
	templates *template.Template
	policy    string
}

// NewPages parses the templates.
func NewPages() (*Pages, error) {
	// The style is the same on every page, so it is part of the templates and
	// not escaped anew each time.
	text := strings.ReplaceAll(pagesHTML+stepsHTML+formPostHTML+logoutHTML+appsHTML+deviceHTML, "{{.CSS}}", pagesCSS)
	t, err := template.New("pages").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("page templates: %w", err)
	}
	// No form-action: browsers hold it against every redirect that follows
	// the form, and where a relying party sends its users is its own affair.
	policy := "default-src 'none'; style-src " + hashSource(pagesCSS) + "; base-uri 'none'; frame-ancestors 'none'"
	return &Pages{t, policy}, nil
}

// hashSource allows one inline style or script (Content Security Policy Level
// 3, section 2.3.1).
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

type messageView struct {
	Title, Text, Code string
}

// failure shows an error that must not be redirected.
func (p *Pages) failure(x *Exchange, err *protocol.Error) Response {
	err, a := x.worded(err)
	if a.As == profile.ByOtherPage {
		return x.otherPage(err, a)
	}
	x.fail(err)
	return p.render(x, err.HTTPStatus(), "error", messageView{
		Title: cmp.Or(a.Title, x.texts().Error), Text: cmp.Or(a.Text, err.Description), Code: string(err.Code),
	})
}

func (p *Pages) crossOrigin(x *Exchange) Response {
	return p.failure(x, &protocol.Error{
		Code: protocol.InvalidRequest, Status: http.StatusForbidden,
		Description: "the form was sent from another site",
	})
}

func (p *Pages) render(x *Exchange, status int, name string, view any) Response {
	var b bytes.Buffer
	// Room for the style and as much again, so that the page is not copied
	// while it grows.
	b.Grow(2 * len(pagesCSS))
	t := x.texts()
	data := struct {
		Lang string
		T    *texts
		View any
	}{t.Language, &t, view}
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		return x.broken(fmt.Errorf("page %s: %w", name, err))
	}
	x.Entry.Page = name
	return Response{Status: status, Body: b.Bytes(), Header: http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {p.policy},
		"X-Frame-Options":         {"DENY"},
		// Not no-referrer: under that the form would be posted with the
		// Origin "null", which the cross-origin guard refuses.
		"Referrer-Policy": {"same-origin"},
	}}
}
