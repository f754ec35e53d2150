package endpoint

import (
	"encoding/json"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The authentication context classes that the provider knows. The stronger one
// is the greater text.
const (
	acrPassword     = "1"
	acrSecondFactor = "2"
)

func acrValues() []string { return []string{acrPassword, acrSecondFactor} }

// amrOf is how a class is reached (RFC 8176, section 2).
func amrOf(acr string) []string {
	if acr == acrSecondFactor {
		return []string{"pwd", "otp", "mfa"}
	}
	return []string{"pwd"}
}

// wantedACR is which classes a client asks for, the best first.
type wantedACR struct {
	values    []string
	essential bool
}

// readACR reads acr_values or the acr claim of the claims parameter (OpenID
// Connect Core 1.0, sections 3.1.2.1 and 5.5.1.1). An essential claim beats the
// rest, which is voluntary.
func (r *authRequest) readACR(values string) *protocol.Error {
	r.acr.values = protocol.SplitScope(values)
	if len(r.acr.values) == 0 {
		r.acr.values = r.client.DefaultACR
	}
	claim := r.claims.IDToken["acr"]
	if claim == nil {
		return nil
	}
	if asked := claimTexts(claim); len(asked) > 0 && (claim.Essential || values == "") {
		r.acr = wantedACR{asked, claim.Essential}
	}
	if r.acr.essential && !slices.ContainsFunc(r.acr.values, func(v string) bool { return slices.Contains(acrValues(), v) }) {
		return unmet("no end-user can reach the essential acr; served: 1, 2")
	}
	return nil
}

func unmet(description string) *protocol.Error {
	return &protocol.Error{Code: protocol.UnmetAuthentication, Description: description}
}

// level is the class that a person has to reach for the request. It reports
// false when they cannot. A person with a second factor is asked for it unless
// the client is content with less.
func (r *authRequest) level(p person) (string, bool) {
	for _, v := range r.acr.values {
		if v == acrPassword || v == acrSecondFactor && p.SecondFactor != "" {
			return v, true
		}
	}
	switch {
	case r.acr.essential:
		return "", false
	case p.SecondFactor != "":
		return acrSecondFactor, true
	default:
		return acrPassword, true
	}
}

// readClaims reads the claims parameter.
func (r *authRequest) readClaims(text string) *protocol.Error {
	if text == "" {
		return nil
	}
	claims, err := protocol.ParseClaims(text)
	if err != nil {
		return invalid(safe(err.Error()))
	}
	r.claims = claims
	for _, member := range []map[string]*protocol.ClaimRequest{claims.IDToken, claims.UserInfo} {
		if sub := member["sub"]; sub != nil {
			r.subjects = append(r.subjects, claimTexts(sub)...)
		}
	}
	return nil
}

// claimTexts are the values that a client wants of a claim, as far as they are
// texts.
func claimTexts(c *protocol.ClaimRequest) []string {
	var out []string
	for _, raw := range append(slices.Clone(c.Values), c.Value) {
		var text string
		if json.Unmarshal(raw, &text) == nil && text != "" {
			out = append(out, text)
		}
	}
	return out
}
