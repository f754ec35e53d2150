package endpoint

import (
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The words of a response type (OAuth 2.0 Multiple Response Type Encoding
// Practices, section 3; OpenID Connect Core 1.0, section 3).
const (
	respondCode    = "code"
	respondToken   = "token"
	respondIDToken = "id_token"
)

// responseTypes are the response types that are served, with their words in
// alphabetical order. OAuth's "token" signs nobody in and is not among them.
func responseTypes() []string {
	return []string{"code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"}
}

// canonical is a response type with its words in alphabetical order: any order
// means the same (RFC 6749, section 3.1.1).
func canonical(responseType string) string {
	words := strings.Fields(responseType)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// has reports whether a canonical response type is among some that are written
// in any order.
func has(types []string, canonically string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return canonical(t) == canonically })
}

// responds reports whether a word is in the response type.
func (r *authRequest) responds(word string) bool { return slices.Contains(r.respond, word) }

// readResponseType holds the response type to what is served and what the
// client is registered for (Dynamic Client Registration 1.0, section 2).
func (r *authRequest) readResponseType(raw string) *protocol.Error {
	if raw == "" {
		return mistake(protocol.CaseNoResponseType, "response_type is missing")
	}
	wanted := canonical(raw)
	if !slices.Contains(responseTypes(), wanted) {
		return notServed(raw, responseTypes())
	}
	registered := r.client.ResponseTypes
	if len(registered) == 0 {
		registered = []string{respondCode}
	}
	if !has(registered, wanted) {
		err := unauthorized("this client is not registered for response_type " + wanted)
		err.Case = protocol.CaseResponseType
		return err
	}
	if served := r.rules.ResponseTypes; served != nil && !has(served, wanted) {
		return notServed(raw, served)
	}
	if r.responds(respondCode) && !r.client.Grants(identity.GrantCode) {
		return unauthorized("this client is not registered for the grant type authorization_code")
	}
	if wanted != respondCode && !r.client.Grants(identity.GrantImplicit) {
		return unauthorized("this client is not registered for the grant type implicit, which response_type " + wanted + " needs")
	}
	return nil
}

func notServed(responseType string, served []string) *protocol.Error {
	return &protocol.Error{
		Code:        protocol.UnsupportedResponseType,
		Description: "response_type " + safe(responseType) + " is not served; served: " + strings.Join(served, ", "),
	}
}

// chooseMode decides how the answer travels, an error included. Only a mode
// that the request may have counts.
func (r *authRequest) chooseMode(wanted string) {
	r.mode = modeQuery
	if r.responds(respondToken) || r.responds(respondIDToken) {
		r.mode = modeFragment
	}
	if r.checkMode(wanted) == nil && wanted != "" {
		r.mode = wanted
	}
}

// checkMode refuses what would put tokens into logs and histories (OAuth 2.0
// Multiple Response Type Encoding Practices, sections 3 and 5).
func (r *authRequest) checkMode(mode string) *protocol.Error {
	switch mode {
	case "", modeFragment:
	case modeQuery:
		if r.responds(respondToken) || r.responds(respondIDToken) {
			return invalid("response_mode query is not allowed where the response carries tokens")
		}
	case modeFormPost:
		if !strings.HasPrefix(r.redirectURI, "http://") && !strings.HasPrefix(r.redirectURI, "https://") {
			return invalid("response_mode form_post needs a redirect_uri of http or https")
		}
	default:
		return invalid("response_mode " + safe(mode) + " is not served; served: query, fragment, form_post")
	}
	return nil
}

// readNonce wants a nonce wherever an ID token comes from the authorization
// endpoint (OpenID Connect Core 1.0, sections 3.2.2.1 and 3.3.2.11).
func (r *authRequest) readNonce(nonce string) *protocol.Error {
	r.nonce = nonce
	if nonce == "" && r.responds(respondIDToken) {
		return mistake(protocol.CaseNoNonce, "nonce is missing; an ID token from the authorization endpoint needs one")
	}
	return nil
}
