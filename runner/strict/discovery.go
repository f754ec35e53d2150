package strict

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

var discoveryRules = []rule{
	{check.Check{
		ID: "provider.discovery-served", Level: check.Must, Refs: []string{discovery + "4.2"},
		Title:  "The discovery document is served as JSON, with status 200",
		Harm:   "Relying parties that keep to the specification cannot be set up.",
		Tried:  "The document is fetched from below the issuer.",
		Judged: "Passes if the status is 200, the type application/json and the body a JSON object.",
		Remedy: "Serve the document at the issuer's own address, without a redirect, as application/json.",
	}, discoveryServed},
	{check.Check{
		ID: "provider.discovery-issuer", Level: check.Must, Refs: []string{discovery + "4.3", "RFC 8414, 3.3"},
		Title:  "The discovery document names the very issuer it was asked for",
		Harm:   "A document of somebody else would be taken for this provider's, or honest relying parties refuse this one.",
		Tried:  "The document is fetched from below the issuer.",
		Judged: "Passes if its issuer equals the configured one, character by character.",
		Remedy: "Publish the issuer exactly as clients are told it, with the same scheme, host, port and slash.",
	}, discoveryIssuer},
	{check.Check{
		ID: "provider.discovery-issuer-form", Level: check.Must, Refs: []string{discovery + "3", "RFC 8414, 2"},
		Title:  "The issuer has neither a query nor a fragment, and is https off this machine",
		Harm:   "The well-known address cannot be built from it, or its answers can be changed on the way.",
		Tried:  "The issuer of the discovery document is read.",
		Judged: "Passes if it is an https URL, or one on loopback, without query and fragment.",
		Remedy: "Choose an issuer of scheme, host and path.",
	}, discoveryIssuerForm},
	{check.Check{
		ID: "provider.discovery-members", Level: check.Must, Refs: []string{discovery + "3"},
		Title:  "The discovery document has the members that are required",
		Harm:   "Relying parties guess what is missing, each in another way.",
		Tried:  "The members of the discovery document are read.",
		Judged: "Passes if all required members are there with the right JSON types.",
		Remedy: "Publish issuer, authorization_endpoint, token_endpoint, jwks_uri, response_types_supported, subject_types_supported and id_token_signing_alg_values_supported.",
	}, discoveryMembers},
	{check.Check{
		ID: "provider.discovery-empty-lists", Level: check.Must, Refs: []string{discovery + "4.2"},
		Title:  "Members without elements are left out of the discovery document",
		Harm:   "A relying party takes an empty list for a promise that nothing is supported.",
		Tried:  "The lists of the discovery document are read.",
		Judged: "Passes if none is empty.",
		Remedy: "Leave out what has no element.",
	}, discoveryEmptyLists},
	{check.Check{
		ID: "provider.discovery-rs256", Level: check.Must, Refs: []string{discovery + "3", core + "15.1"},
		Title:  "RS256 is among the algorithms of ID tokens",
		Harm:   "A relying party that registered nothing else cannot verify ID tokens.",
		Tried:  "The member id_token_signing_alg_values_supported is read.",
		Judged: "Passes if it contains RS256.",
		Remedy: "Support RS256 and say so.",
	}, discoveryRS256},
	{check.Check{
		ID: "provider.discovery-endpoint-scheme", Level: check.Must, Refs: []string{discovery + "3"},
		Title:  "All endpoints are reached by the scheme of the issuer",
		Harm:   "Codes, secrets and tokens travel in the clear behind an https issuer.",
		Tried:  "The addresses in the discovery document are read.",
		Judged: "Passes if each is an absolute URL with the issuer's scheme.",
		Remedy: "Tell the provider its outside address, also behind a proxy.",
	}, discoveryScheme},
	{check.Check{
		ID: "provider.discovery-s256", Level: check.Should, Refs: []string{rfc9700 + "2.1.1", rfc7636 + "4.2"},
		Title:  "The discovery document offers the challenge method S256",
		Harm:   "Relying parties that look first do without PKCE.",
		Tried:  "The member code_challenge_methods_supported is read.",
		Judged: "Passes if it contains S256.",
		Remedy: "Support S256 and say so.",
	}, discoveryS256},
	{check.Check{
		ID: "provider.discovery-iss-parameter", Level: check.Should, Refs: []string{rfc9207 + "3", rfc9700 + "2.1"},
		Title:  "The provider promises iss in authorization responses",
		Harm:   "A relying party with several providers can be made to send a code to the wrong one.",
		Tried:  "The member authorization_response_iss_parameter_supported is read.",
		Judged: "Passes if it is true.",
		Remedy: "Add iss to every authorization response and say so.",
	}, discoveryIss},
}

// document is the discovery document as members.
func (p *probe) document() (map[string]json.RawMessage, error) {
	a, err := p.discover()
	if err != nil {
		return nil, err
	}
	m, ok := a.object()
	if !ok || a.status != http.StatusOK {
		return nil, breaks("No discovery document: status %d, %s.", a.status, describe(a))
	}
	return m, nil
}

func discoveryServed(p *probe) error {
	a, err := p.discover()
	if err != nil {
		return err
	}
	if _, ok := a.object(); !ok || a.status != http.StatusOK || a.media() != "application/json" {
		return breaks("The answer has status %d and the type %q.", a.status, a.header.Get("Content-Type"))
	}
	return nil
}

func discoveryIssuer(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	var issuer string
	if json.Unmarshal(m["issuer"], &issuer) != nil || issuer != p.run.target.Issuer {
		return breaks("The document names the issuer %s; it was fetched for %q.", m["issuer"], p.run.target.Issuer)
	}
	return nil
}

func discoveryIssuerForm(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	var issuer string
	u, urlErr := new(url.URL), json.Unmarshal(m["issuer"], &issuer)
	if urlErr == nil {
		u, urlErr = url.Parse(issuer)
	}
	switch {
	case urlErr != nil || u.Host == "":
		return breaks("The issuer %s is no URL.", m["issuer"])
	case strings.ContainsAny(issuer, "?#"):
		return breaks("The issuer %q has a query or a fragment.", issuer)
	case u.Scheme != "https" && !loopback(u):
		return breaks("The issuer %q is not https.", issuer)
	}
	return nil
}

func discoveryMembers(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	var wrong []string
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} {
		var s string
		if json.Unmarshal(m[name], &s) != nil || s == "" {
			wrong = append(wrong, name)
		}
	}
	for _, name := range []string{"response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"} {
		var list []string
		if json.Unmarshal(m[name], &list) != nil || len(list) == 0 {
			wrong = append(wrong, name)
		}
	}
	if len(wrong) > 0 {
		return breaks("Missing or of the wrong type: %s.", strings.Join(wrong, ", "))
	}
	return nil
}

func discoveryEmptyLists(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	var empty []string
	for name, raw := range m {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil && len(list) == 0 {
			empty = append(empty, name)
		}
	}
	if len(empty) > 0 {
		slices.Sort(empty)
		return breaks("Empty: %s.", strings.Join(empty, ", "))
	}
	return nil
}

// offers wants a list of the discovery document to contain a value.
func (p *probe) offers(name, value string) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	var list []string
	if json.Unmarshal(m[name], &list) != nil || !slices.Contains(list, value) {
		return breaks("%s is %s, without %s.", name, orNothing(m[name]), value)
	}
	return nil
}

func orNothing(raw json.RawMessage) string {
	if raw == nil {
		return "absent"
	}
	return shown(string(raw))
}

func discoveryRS256(p *probe) error {
	return p.offers("id_token_signing_alg_values_supported", "RS256")
}

func discoveryS256(p *probe) error { return p.offers("code_challenge_methods_supported", "S256") }

func discoveryScheme(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	scheme, _, _ := strings.Cut(p.run.target.Issuer, ":")
	for name, raw := range m {
		if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" && name != "check_session_iframe" {
			continue
		}
		var address string
		if json.Unmarshal(raw, &address) != nil {
			return breaks("%s is %s, which is no URL.", name, raw)
		}
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != scheme {
			return breaks("%s is %q; the issuer's scheme is %s.", name, address, scheme)
		}
	}
	return nil
}

func discoveryIss(p *probe) error {
	m, err := p.document()
	if err != nil {
		return err
	}
	if string(m["authorization_response_iss_parameter_supported"]) != "true" {
		return breaks("authorization_response_iss_parameter_supported is %s.", orNothing(m["authorization_response_iss_parameter_supported"]))
	}
	return nil
}
