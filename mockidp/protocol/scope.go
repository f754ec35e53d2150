package protocol

import (
	"slices"
	"strings"
)

// The scope values that mean something to the provider (OpenID Connect Core
// 1.0, sections 5.4 and 11).
const (
	ScopeOpenID  = "openid"
	ScopeProfile = "profile"
	ScopeEmail   = "email"
	ScopeAddress = "address"
	ScopePhone   = "phone"
	ScopeOffline = "offline_access"
)

// Scopes are all scope values that the provider grants.
func Scopes() []string {
	return []string{ScopeOpenID, ScopeProfile, ScopeEmail, ScopeAddress, ScopePhone, ScopeOffline}
}

// SplitScope is the list of distinct values of a scope parameter, in order
// (RFC 6749, section 3.3).
func SplitScope(s string) []string {
	var out []string
	for v := range strings.SplitSeq(s, " ") {
		if v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// standardClaims says which scope releases a standard claim (OpenID Connect
// Core 1.0, section 5.4).
var standardClaims = map[string]string{
	"name": ScopeProfile, "family_name": ScopeProfile, "given_name": ScopeProfile,
	"middle_name": ScopeProfile, "nickname": ScopeProfile, "preferred_username": ScopeProfile,
	"profile": ScopeProfile, "picture": ScopeProfile, "website": ScopeProfile,
	"gender": ScopeProfile, "birthdate": ScopeProfile, "zoneinfo": ScopeProfile,
	"locale": ScopeProfile, "updated_at": ScopeProfile,
	"email": ScopeEmail, "email_verified": ScopeEmail,
	"address":      ScopeAddress,
	"phone_number": ScopePhone, "phone_number_verified": ScopePhone,
}

// ScopeOf is the scope that releases a claim, in whatever language (OpenID
// Connect Core 1.0, section 5.2), or "" for a claim that is not a standard one
// and is released always.
func ScopeOf(claim string) string {
	name, _, _ := strings.Cut(claim, "#")
	return standardClaims[name]
}

// protocolClaims are the claims that the provider itself sets.
var protocolClaims = []string{
	"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "azp", "sid", "jti",
	"nbf", "acr", "amr", "c_hash",
}

// Reserved reports whether a claim is the provider's own to set, so that a
// user cannot bring it along.
func Reserved(claim string) bool { return slices.Contains(protocolClaims, claim) }

// Claims are the names of the claims that the provider can supply by itself
// or by scope, sorted.
func Claims() []string {
	out := []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "c_hash", "acr", "amr", "sid", "jti"}
	for name := range standardClaims {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
