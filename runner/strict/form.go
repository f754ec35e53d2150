package strict

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is a document that the browser rests on.
type page struct {
	*answer
	title string
	forms []form
}

// form is one form of a page.
type form struct {
	action  *url.URL
	method  string
	fields  []field
	buttons []field
}

// field is an input or a button.
type field struct {
	name, kind, value string
	complete          string // the autocomplete attribute
	label             string // what a button says
	checked           bool
}

// readPage finds the forms of a page. What is no HTML has none.
func readPage(a *answer) *page {
	p := &page{answer: a}
	root, err := html.Parse(bytes.NewReader(a.body))
	if err != nil || a.media() != "text/html" {
		return p
	}
	base := a.url
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "title":
			p.title = strings.TrimSpace(content(n))
		case "base":
			if u, err := a.url.Parse(attr(n, "href")); err == nil {
				base = u
			}
		case "form":
			if f, ok := readForm(n, base, a.url); ok {
				p.forms = append(p.forms, f)
			}
		}
	}
	return p
}

func readForm(n *html.Node, base, own *url.URL) (form, bool) {
	f := form{action: own, method: strings.ToUpper(attr(n, "method"))}
	if to := attr(n, "action"); to != "" {
		u, err := base.Parse(to)
		if err != nil {
			return f, false
		}
		f.action = u
	}
	if f.method != "POST" {
		f.method = "GET"
	}
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || has(d, "disabled") {
			continue
		}
		in := field{
			name: attr(d, "name"), kind: strings.ToLower(attr(d, "type")), value: attr(d, "value"),
			complete: strings.ToLower(attr(d, "autocomplete")), checked: has(d, "checked"),
		}
		switch d.Data {
		case "input":
			f.input(in)
		case "button":
			if in.kind == "" || in.kind == "submit" {
				in.label = strings.TrimSpace(content(d))
				f.buttons = append(f.buttons, in)
			}
		case "textarea":
			in.kind, in.value = "textarea", content(d)
			f.fields = append(f.fields, in)
		case "select":
			in.kind, in.value = "select", selected(d)
			f.fields = append(f.fields, in)
		}
	}
	return f, true
}

func (f *form) input(in field) {
	switch in.kind {
	case "submit", "image":
		in.label = in.value
		f.buttons = append(f.buttons, in)
	case "button", "reset", "file":
	case "":
		in.kind = "text"
		f.fields = append(f.fields, in)
	default:
		f.fields = append(f.fields, in)
	}
}

func selected(n *html.Node) string {
	first, found := "", false
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.Data != "option" {
			continue
		}
		value := attr(d, "value")
		if !has(d, "value") {
			value = content(d)
		}
		if has(d, "selected") {
			return value
		}
		if !found {
			first, found = value, true
		}
	}
	return first
}

func content(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// find is the first field of a kind, or the one of a name where that is given.
func (f form) find(name string, kinds ...string) (field, bool) {
	i := slices.IndexFunc(f.fields, func(in field) bool {
		if name != "" {
			return in.name == name
		}
		return in.name != "" && slices.Contains(kinds, in.kind)
	})
	if i < 0 {
		return field{}, false
	}
	return f.fields[i], true
}

// filled are the values that a browser would submit, with some replaced.
func (f form) filled(with map[string]string, button field) url.Values {
	out := make(url.Values)
	for _, in := range f.fields {
		if in.name == "" || (in.kind == "checkbox" || in.kind == "radio") && !in.checked {
			continue
		}
		value, typed := with[in.name]
		switch {
		case typed:
		case in.value == "" && in.kind == "checkbox":
			value = "on"
		default:
			value = in.value
		}
		out.Add(in.name, value)
	}
	if button.name != "" {
		out.Add(button.name, button.value)
	}
	return out
}

// String describes a form without its values.
func (f form) String() string {
	names := make([]string, 0, len(f.fields))
	for _, in := range f.fields {
		names = append(names, in.kind+" "+in.name)
	}
	return fmt.Sprintf("%s %s with %s", f.method, f.action.EscapedPath(), strings.Join(names, ", "))
}
