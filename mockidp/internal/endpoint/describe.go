package endpoint

import (
	"html"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/profile"
)

// describe is the sign-in form that a profile describes, as HTML. The page for
// the password has the identifier in a hidden field.
func describe(l profile.Login, view stepView, password bool) template.HTML {
	form := signInForm(l, view, password)
	if l.Twice {
		unseen := strings.Replace(form, cancelButton, "", 1)
		form = open(l.Hidden, "div", `hidden`) + unseen + closing(l.Hidden, "div") + around(l.Around, form)
	} else {
		form = around(l.Around, form)
	}
	return template.HTML(form) //nolint:gosec // every value in it has been escaped
}

func around(elements []profile.Element, inside string) string {
	for _, e := range slices.Backward(elements) {
		inside = open(e, "div") + inside + closing(e, "div")
	}
	return inside
}

func signInForm(l profile.Login, view stepView, password bool) string {
	var b strings.Builder
	b.WriteString(open(l.Form, "form", `method="post"`, attribute("action", view.Action)))
	if view.Message != "" {
		b.WriteString(open(l.Error, "p", `role="alert"`) + html.EscapeString(view.Message) + closing(l.Error, "p"))
	}
	if view.Ticket != "" {
		b.WriteString(`<input type="hidden" name="ticket" ` + attribute("value", view.Ticket) + `>`)
	}
	identifier, secret, button := l.Identifier, l.Password, l.Submit
	switch {
	case l.IdentifierFirst && password:
		identifier.Value = view.Username
		b.WriteString(open(identifier, "input", `type="hidden"`))
		b.WriteString(open(secret, "input", `type="password"`, `autocomplete="current-password"`))
	case l.IdentifierFirst:
		identifier.Value, button = view.Username, l.Next
		b.WriteString(open(identifier, "input", `type="text"`, `autocomplete="username"`))
	default:
		identifier.Value = view.Username
		b.WriteString(open(identifier, "input", `type="text"`, `autocomplete="username"`))
		b.WriteString(open(secret, "input", `type="password"`, `autocomplete="current-password"`))
	}
	b.WriteString(pressed(button))
	b.WriteString(cancelButton + closing(l.Form, "form"))
	return b.String()
}

// cancelButton is no vendor's: it is for whoever tries what a refusal leads to.
const cancelButton = `<button id="cancel" type="submit" name="action" value="cancel" formnovalidate>Cancel</button>`

// consentForm is the form of a consent page that a profile describes.
func consentForm(l profile.Login, view stepView) template.HTML {
	form := `<form method="post" ` + attribute("action", view.Action) + `><input type="hidden" name="ticket" ` + attribute("value", view.Ticket) + `>` +
		pressed(l.Accept) + pressed(l.Deny) + `</form>`
	return template.HTML(form) //nolint:gosec // every value in it has been escaped
}

// pressed is a button, of whichever element it is.
func pressed(e profile.Element) string {
	if e.Tag == "input" {
		return open(e, "input", `type="submit"`)
	}
	return open(e, "button", `type="submit"`) + "Continue" + closing(e, "button")
}

// open is the start tag of an element.
func open(e profile.Element, usual string, more ...string) string {
	attributes := []string{"<" + tag(e, usual)}
	for _, a := range []struct{ name, value string }{{"id", e.ID}, {"name", e.Name}, {"class", e.Class}, {"value", e.Value}} {
		if a.value != "" {
			attributes = append(attributes, attribute(a.name, a.value))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Data)) {
		attributes = append(attributes, attribute("data-"+name, e.Data[name]))
	}
	return strings.Join(append(attributes, more...), " ") + ">"
}

func closing(e profile.Element, usual string) string { return "</" + tag(e, usual) + ">" }

func tag(e profile.Element, usual string) string {
	if e.Tag != "" {
		return e.Tag
	}
	return usual
}

func attribute(name, value string) string { return name + `="` + html.EscapeString(value) + `"` }
