package strict

import "github.com/countersign-oidc/countersign/runner/check"

// The capabilities that a check can need, of the provider or of what is
// registered there.
const (
	// SecondClient and PublicClient are in the Target.
	SecondClient check.Capability = "second_client"
	PublicClient check.Capability = "public_client"
	// SpecialSecret: the secret has characters that form encoding changes.
	SpecialSecret check.Capability = "special_secret"
	// RefreshToken: the provider issues refresh tokens.
	RefreshToken check.Capability = "refresh_token"
	// EndSession: the provider has an end_session_endpoint, and a
	// post_logout_redirect_uri is registered.
	EndSession check.Capability = "end_session"
	// UserInfo: the provider has a userinfo_endpoint.
	UserInfo check.Capability = "userinfo"
	// IssParameter: the provider promises iss in authorization responses.
	IssParameter check.Capability = "iss_parameter"
	// PlainUnsupported: the provider does not offer the method plain.
	PlainUnsupported check.Capability = "plain_unsupported"
	// AtHash: the ID token has an at_hash.
	AtHash check.Capability = "at_hash"
	// ClaimsParameter: the provider serves the claims parameter.
	ClaimsParameter check.Capability = "claims_parameter"
	// HTTPS: the issuer is reached over https.
	HTTPS check.Capability = "https"
	// PortFixed: the redirect URI is not on loopback, where its port is free.
	PortFixed check.Capability = "port_fixed"
)

// How checks are judged that have much in common.
const (
	refusedForm = "Passes only if the request is refused with the error that the specification names, and the same request done right is served."
	notSent     = "Passes only if the browser is not sent away, and the same request done right returns with a code."
	errorBack   = "Passes only if the error comes back to the redirect URI with the state, and the same request done right returns with a code."
	returnsCode = "Passes if the browser comes back to the redirect URI with a code and without an error."
	readAnswer  = "Passes if the answer to an honest request is as described."
)

const (
	core      = "OpenID Connect Core 1.0, "
	discovery = "OpenID Connect Discovery 1.0, "
	rpLogout  = "OpenID Connect RP-Initiated Logout 1.0, "
	rfc6749   = "RFC 6749, "
	rfc6750   = "RFC 6750, "
	rfc7517   = "RFC 7517, "
	rfc7518   = "RFC 7518, "
	rfc7519   = "RFC 7519, "
	rfc7636   = "RFC 7636, "
	rfc9207   = "RFC 9207, "
	rfc9700   = "RFC 9700, "
	asvs      = "OWASP ASVS 5.0, "
)
