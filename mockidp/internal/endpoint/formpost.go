package endpoint

import (
	"bytes"
	_ "embed" // the page is a file, so that editors know it for HTML
	"fmt"
	"html/template"
	"net/http"
)

//go:embed formpost.html
var formPostHTML string

// formPostScript sends the form off. A parameter named "submit" would hide the
// form's own method of that name.
const formPostScript = `HTMLFormElement.prototype.submit.call(document.forms[0])`

// formPostScriptSource lets that one script run.
func formPostScriptSource() string { return "script-src " + hashSource(formPostScript) }

// formPost is an authorization response as a form that posts itself (OAuth 2.0
// Form Post Response Mode 1.0, section 2), or is posted by a button where
// scripts do not run.
func (p *Pages) formPost(x *Exchange, r *Redirect) Response {
	t := x.texts()
	data := struct {
		Script template.JS
		Lang   string
		T      texts
		To     string
		Params []Param
	}{formPostScript, t.Language, t, r.To, r.Params}
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, "form-post", data); err != nil {
		return x.broken(fmt.Errorf("page form-post: %w", err))
	}
	x.Entry.Page = "form-post"
	return Response{Status: http.StatusOK, Body: b.Bytes(), Header: http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {p.policy + "; " + formPostScriptSource()},
		"X-Frame-Options":         {"DENY"},
		// The relying party gets the provider's true Origin with the form,
		// and no more of its address.
		"Referrer-Policy": {"origin"},
	}}
}
