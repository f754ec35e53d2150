package judge

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// NoBearer decides whether the shop kept from using what it got as a bearer
// token: UserInfo was not asked.
func NoBearer(a attempt.SignIn) Finding {
	e, asked := firstOf(a, journal.UserInfo)
	scheme, token, _ := strings.Cut(e.Header.Get("Authorization"), " ")
	switch {
	case !asked:
		return Pass("The shop did not use the access token (%s).", a.Fault.Title)
	case strings.TrimSpace(token) == "":
		return Fail("The shop asked UserInfo with an empty access token (%s).", a.Fault.Title)
	}
	return Fail("The shop used the access token with the scheme %s (%s).", scheme, a.Fault.Title)
}

// RedeemedOnce decides whether a code that was refused was left alone.
func RedeemedOnce(a attempt.SignIn) Finding {
	if n := len(a.Of(journal.Token)); n > 1 {
		return Fail("The shop sent the code %d times, although the provider had refused it (%s).", n, a.Fault.Title)
	}
	return Pass("The shop sent the code once (%s).", a.Fault.Title)
}

// assertionLimit is how long an assertion may be good (OpenID Connect Core
// 1.0, section 9, asks for a short time and names none).
const assertionLimit = 10 * time.Minute

// assertion is a client assertion as it was received.
type assertion struct {
	alg, kid      string
	iss, sub, jti string
	aud           []string
	exp           float64
}

func readAssertion(raw string) (assertion, bool) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return assertion{}, false
	}
	var header struct{ Alg, Kid string }
	var claims struct {
		Iss, Sub, Jti string
		Aud           json.RawMessage
		Exp           float64
	}
	for i, into := range []any{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(data, into) != nil {
			return assertion{}, false
		}
	}
	out := assertion{alg: header.Alg, kid: header.Kid, iss: claims.Iss, sub: claims.Sub, jti: claims.Jti, exp: claims.Exp}
	var one string
	if json.Unmarshal(claims.Aud, &one) == nil {
		out.aud = []string{one}
	} else if json.Unmarshal(claims.Aud, &out.aud) != nil {
		return assertion{}, false
	}
	return out, true
}

// Assertions decides on the client assertions of several token requests (RFC
// 7523, section 3; OpenID Connect Core 1.0, section 9).
func Assertions(requests []journal.Entry, c identity.Client, method identity.AuthMethod, issuer, endpoint string) Finding {
	if len(requests) == 0 {
		return Undecided("The provider saw no token request.")
	}
	seen := map[string]bool{}
	for _, r := range requests {
		a, ok := readAssertion(r.Form.Get("client_assertion"))
		if !ok {
			return Fail("A token request has no readable client_assertion, although %s is configured.", method)
		}
		left := time.Duration(a.exp*float64(time.Second)) - time.Duration(r.At.UnixNano())
		switch {
		case r.Form.Get("client_secret") != "" || r.Header.Get("Authorization") != "":
			return Fail("A token request has a client secret beside its assertion.")
		case a.iss != c.ID || a.sub != c.ID:
			return Fail("The assertion has iss %q and sub %q; both must be the client ID %q.", a.iss, a.sub, c.ID)
		case len(a.aud) != 1 || a.aud[0] != issuer && a.aud[0] != endpoint:
			return Fail("The assertion is for %q and not for the issuer or its token endpoint alone.", a.aud)
		case a.jti == "" || seen[a.jti]:
			return Fail("Two assertions have the same jti, or none: whoever sees one can use it again.")
		case left > assertionLimit:
			return Fail("The assertion is good for %s; %s are enough.", left.Round(time.Second), assertionLimit)
		case c.AuthAlg != "" && a.alg != c.AuthAlg:
			return Fail("The assertion is signed with %s; %s is registered.", a.alg, c.AuthAlg)
		case method == identity.AuthPrivateJWT && a.kid == "":
			return Fail("The assertion does not say its kid, so that the client's key cannot be replaced by another.")
		case r.Error != "":
			return Fail("The provider refused the assertion: %s (%s).", r.Error, r.ErrorDescription)
		}
		seen[a.jti] = true
	}
	return Pass("%d assertions are from the client, for this provider alone, short-lived and all different.", len(requests))
}

// AssertionsFor decides whether the assertions that reached a token endpoint
// are for one issuer, to which the endpoint does not belong.
func AssertionsFor(requests []journal.Entry, issuer string) Finding {
	for _, r := range requests {
		a, ok := readAssertion(r.Form.Get("client_assertion"))
		switch {
		case !ok:
			return Fail("A token request of a sign-in at %s reached another provider without an assertion.", issuer)
		case len(a.aud) != 1 || a.aud[0] != issuer:
			return Fail("In a sign-in at %s the shop made an assertion for %q, which is good at another provider.", issuer, a.aud)
		}
	}
	if len(requests) == 0 {
		return Pass("The shop sent no assertion to a token endpoint that is not the issuer's.")
	}
	return Pass("The assertion is for %s alone, and worthless where it was sent.", issuer)
}

// MethodListed decides whether the shop authenticated in a way that the
// provider lists, or not at all. Must says that it has to sign in.
func MethodListed(a attempt.SignIn, listed []string, must bool) Finding {
	if a.Fired == 0 {
		return Skip("Not tried: the shop did not read the metadata again (%s).", a.Title)
	}
	for _, r := range a.Of(journal.Token) {
		if r.ClientAuth != "" && r.ClientAuth != string(identity.AuthNone) && !slices.Contains(listed, r.ClientAuth) {
			return Fail("The provider lists %q and the shop sent its credentials by %s.", listed, r.ClientAuth)
		}
	}
	if must {
		return SignedIn(a)
	}
	if crashed(a) {
		return Fail("The shop %s because the provider lists %q.", broke(a), listed)
	}
	return Pass("The provider lists %q, and the shop sent no credentials in another way.", listed)
}
