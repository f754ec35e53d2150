package fault

import (
	"encoding/json"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// values are members by name, as JSON.
type values = map[string]json.RawMessage

// texts are parameters or header fields by name.
type texts = map[string]string

const jsonType = "application/json"

// core, discovery, rfc and bcl are the citations that most faults have.
func core(section string) protocol.Ref {
	return protocol.Ref{Spec: "OpenID Connect Core 1.0", Section: section}
}

func discovery(section string) protocol.Ref {
	return protocol.Ref{Spec: "OpenID Connect Discovery 1.0", Section: section}
}

func rfc(number, section string) protocol.Ref {
	return protocol.Ref{Spec: "RFC " + number, Section: section}
}

func bcl(section string) protocol.Ref {
	return protocol.Ref{Spec: "OpenID Connect Back-Channel Logout 1.0", Section: section}
}

// tokenFault is a fault of a JWT.
func tokenFault(id ID, title string, e TokenEdit, refs ...protocol.Ref) Spec {
	return Spec{ID: id, Title: title, Refs: refs, Token: &e}
}

// response is a fault of one endpoint's answer.
func response(id ID, title string, e ResponseEdit, refs ...protocol.Ref) Spec {
	return Spec{ID: id, Title: title, Refs: refs, Response: &e}
}

// redirect is a fault of a redirect to the relying party.
func redirect(id ID, title string, e RedirectEdit, refs ...protocol.Ref) Spec {
	return Spec{ID: id, Title: title, Refs: refs, Redirect: &e}
}

// one is a single member.
func one(name, value string) values { return values{name: json.RawMessage(value)} }

// claim is a fault that sets one claim.
func claim(id ID, title, name, value string, refs ...protocol.Ref) Spec {
	return tokenFault(id, title, TokenEdit{SetClaims: one(name, value)}, refs...)
}

// without is a fault that leaves one claim out.
func without(id ID, title, name string, refs ...protocol.Ref) Spec {
	return tokenFault(id, title, TokenEdit{RemoveClaims: []string{name}}, refs...)
}

// header is a fault that sets one member of the header.
func header(id ID, title, name, value string, refs ...protocol.Ref) Spec {
	return tokenFault(id, title, TokenEdit{SetHeader: one(name, value)}, refs...)
}

// down is an answer of an endpoint that does not work.
func down(endpoint journal.Kind, status int, code protocol.Code) ResponseEdit {
	body := `{"error":"` + string(code) + `"}`
	return ResponseEdit{
		Endpoint: endpoint, Status: status, Body: &body,
		Header: texts{"Content-Type": jsonType, "Location": ""},
	}
}

// page is what a proxy in front of a provider answers on a bad day.
func page(endpoint journal.Kind) ResponseEdit {
	html := "<!doctype html><title>Maintenance</title><p>We are back soon.</p>"
	return ResponseEdit{
		Endpoint: endpoint, Status: 200, Body: &html,
		Header: texts{"Content-Type": "text/html; charset=utf-8"},
	}
}

// set is a fault of one member of an answer.
func set(id ID, title string, endpoint journal.Kind, name, value string, refs ...protocol.Ref) Spec {
	return response(id, title, ResponseEdit{Endpoint: endpoint, Set: one(name, value)}, refs...)
}

// lacking is a fault that leaves out a member of an answer.
func lacking(id ID, title string, endpoint journal.Kind, name string, refs ...protocol.Ref) Spec {
	return response(id, title, ResponseEdit{Endpoint: endpoint, Remove: []string{name}}, refs...)
}

// spaced turns a word of a specification into a title's words.
func spaced(s string) string { return strings.ReplaceAll(s, "_", " ") }
