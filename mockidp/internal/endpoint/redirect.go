package endpoint

import (
	"net/http"
	"net/url"
	"strings"
)

// The response modes (OAuth 2.0 Multiple Response Type Encoding Practices,
// section 2.1; OAuth 2.0 Form Post Response Mode 1.0).
const (
	modeQuery    = "query"
	modeFragment = "fragment"
	modeFormPost = "form_post"
)

// Redirect is a redirect with parameters in a fixed order.
type Redirect struct {
	To     string
	Params []Param
	// Mode is how the parameters travel: "query" (also when empty),
	// "fragment" or "form_post".
	Mode string
	// Pages renders the form of form_post. Without them a redirect is never
	// posted.
	Pages *Pages

	// times is how often the browser is made to deliver it; 0 is once.
	times int
}

// Param is one parameter of a redirect.
type Param struct{ Name, Value string }

// location adds the parameters to the target, which may have a query of its
// own (RFC 6749, section 3.1.2).
func (r *Redirect) location() string {
	var b strings.Builder
	b.WriteString(r.To)
	sep := byte('?')
	switch {
	case r.Mode == modeFragment:
		sep = '#'
	case strings.IndexByte(r.To, '?') >= 0:
		sep = '&'
	}
	for _, p := range r.Params {
		b.WriteByte(sep)
		b.WriteString(url.QueryEscape(p.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.Value))
		sep = '&'
	}
	return b.String()
}

func (r *Redirect) param(name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

func (r *Redirect) values() url.Values {
	out := make(url.Values, len(r.Params))
	for _, p := range r.Params {
		out.Add(p.Name, p.Value)
	}
	return out
}

// materialise turns a redirect into what is sent.
func (r *Response) materialise(x *Exchange) {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	if code := r.Redirect.param("error"); code != "" {
		x.Entry.Error, x.Entry.ErrorDescription = code, r.Redirect.param("error_description")
	}
	if r.Redirect.Mode == modeFormPost && r.Redirect.Pages != nil {
		page := r.Redirect.Pages.formPost(x, r.Redirect)
		for name, values := range page.Header {
			r.Header[name] = values
		}
		r.Status, r.Body, r.form = page.Status, page.Body, page.Body
		return
	}
	r.Header.Set("Location", r.Redirect.location())
	// A 307 would repeat the password to the relying party (RFC 9700,
	// section 4.12).
	r.Status = http.StatusFound
	if x.Request.Method == http.MethodPost {
		r.Status = http.StatusSeeOther
	}
}
