package judge

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// RequestWellFormed decides on an authorization request (OpenID Connect Core
// 1.0, section 3.1.2.1). keptQuery is a parameter that the endpoint has by
// itself.
func RequestWellFormed(a attempt.SignIn, c identity.Client, keptQuery string) Finding {
	request, ok := firstOf(a, journal.Authorize)
	if !ok {
		return Undecided("The provider saw no authorization request, only %s.", saw(a))
	}
	q := request.Query
	if request.Method == "POST" {
		q = request.Form
	}
	for name, values := range q {
		if len(values) > 1 {
			return Fail("The authorization request has the parameter %s %d times.", name, len(values))
		}
	}
	scopes := strings.Split(q.Get("scope"), " ")
	switch {
	case q.Get("client_id") != c.ID:
		return Fail("The authorization request is from client_id %q, not %q.", q.Get("client_id"), c.ID)
	case q.Get("response_type") != "code":
		return Fail("The authorization request has response_type %q, not code.", q.Get("response_type"))
	case !slices.Contains(scopes, "openid"):
		return Fail("The authorization request does not ask for the scope openid, only for %q.", q.Get("scope"))
	case slices.Contains(scopes, ""):
		return Fail("The scopes of the authorization request, %q, are not separated by single spaces.", q.Get("scope"))
	case !slices.Contains(c.RedirectURIs, q.Get("redirect_uri")):
		return Fail("The authorization request has redirect_uri %q, which is not registered.", q.Get("redirect_uri"))
	case keptQuery != "" && !request.Query.Has(keptQuery):
		return Fail("The authorization endpoint's own query parameter %s was dropped.", keptQuery)
	}
	return Pass("The authorization request has what it must, once each.")
}

var urlSafe = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)

// minBits is the randomness that state and nonce must have (RFC 9700, section
// 4.7.1, and ASVS 10.1.2 ask for 128 bits).
const minBits = 128

// unsafe are the characters of a value that are not safe in a URL (RFC 3986,
// section 2.3), each once.
func unsafe(v string) []string {
	var found []string
	for _, r := range v {
		if c := string(r); !urlSafe.MatchString(c) && !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	return found
}

// Unpredictable decides on a parameter of several authorization requests: all
// there, all different, all long and varied enough for 128 random bits, and
// none equal to a value that must stay apart from it.
func Unpredictable(name string, requests []journal.Entry, apart ...string) Finding {
	values := make([]string, 0, len(requests))
	for _, e := range requests {
		v := e.Query.Get(name)
		switch {
		case v == "":
			return Fail("An authorization request has no %s.", name)
		case slices.Contains(values, v):
			return Fail("Two authorization requests have the same %s.", name)
		case !urlSafe.MatchString(v):
			return Fail("The %s has characters that are not safe in a URL: %s.", name, strings.Join(unsafe(v), " "))
		case slices.Contains(apart, v):
			return Fail("The %s is also used as another value that strangers can see.", name)
		case estimatedBits(v) < minBits:
			return Fail("The %s has at most %.0f bits of randomness, less than %d: %d characters.", name, estimatedBits(v), minBits, len(v))
		}
		values = append(values, v)
	}
	if len(values) < 2 {
		return Undecided("Only %d authorization requests were seen; two are needed to compare.", len(values))
	}
	if fixed := commonPrefix(values); float64(len(values[0])-len(fixed))*bitsPerCharacter(values[0]) < minBits {
		return Fail("The %s begins with the same %d characters each time; the rest is too short.", name, len(fixed))
	}
	return Pass("The %s of %d authorization requests differ and are long enough.", name, len(values))
}

// estimatedBits is an upper bound: the length times the bits of the smallest
// usual alphabet that the value fits in.
func estimatedBits(v string) float64 { return float64(len(v)) * bitsPerCharacter(v) }

func bitsPerCharacter(v string) float64 {
	switch {
	case strings.Trim(v, "0123456789") == "":
		return math.Log2(10)
	case strings.Trim(v, "0123456789abcdef-") == "", strings.Trim(v, "0123456789ABCDEF-") == "":
		return 4
	case strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == "":
		return 5
	default:
		return 6
	}
}

func commonPrefix(values []string) string {
	prefix := values[0]
	for _, v := range values[1:] {
		for !strings.HasPrefix(v, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}

var verifierForm = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// PKCE decides whether a sign-in was protected by a code challenge (RFC 7636,
// sections 4.1 to 4.5).
func PKCE(a attempt.SignIn) Finding {
	request, ok := firstOf(a, journal.Authorize)
	if !ok {
		return Undecided("The provider saw no authorization request, only %s.", saw(a))
	}
	challenge, method := request.Query.Get("code_challenge"), request.Query.Get("code_challenge_method")
	switch {
	case challenge == "":
		return Fail("The authorization request has no code_challenge.")
	case method != "S256":
		return Fail("The code challenge is of method %q, not S256: it shows the verifier.", method)
	}
	token, ok := firstOf(a, journal.Token)
	if !ok {
		return Undecided("The provider saw no token request, only %s.", saw(a))
	}
	verifier := token.Form.Get("code_verifier")
	sum := sha256.Sum256([]byte(verifier))
	switch {
	case verifier == "":
		return Fail("The token request has no code_verifier.")
	case !verifierForm.MatchString(verifier):
		return Fail("The code_verifier has %d characters or ones that are not allowed; 43 to 128 unreserved ones are.", len(verifier))
	case base64.RawURLEncoding.EncodeToString(sum[:]) != challenge:
		return Fail("The code_verifier does not belong to the code_challenge.")
	}
	return SignedIn(a)
}

// TokenRequest decides on the form of a token request (RFC 6749, sections
// 2.3.1 and 4.1.3).
func TokenRequest(a attempt.SignIn) Finding {
	requests := a.Of(journal.Token)
	if len(requests) != 1 {
		return Fail("The shop made %d token requests for one sign-in.", len(requests))
	}
	authorize, ok := firstOf(a, journal.Authorize)
	if !ok {
		return Undecided("The provider saw no authorization request, only %s.", saw(a))
	}
	r := requests[0]
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case len(r.Query) > 0:
		return Fail("The token request carries %s in its address, where access logs keep it.", strings.Join(names(r.Query), ", "))
	case r.Method != "POST" || media != "application/x-www-form-urlencoded":
		return Fail("The token request is a %s of %q, not a POST of a form.", r.Method, media)
	case r.Form.Get("grant_type") != "authorization_code":
		return Fail("The token request has grant_type %q.", r.Form.Get("grant_type"))
	case r.Form.Get("redirect_uri") != authorize.Query.Get("redirect_uri"):
		return Fail("The token request has redirect_uri %q, the authorization request had %q.", r.Form.Get("redirect_uri"), authorize.Query.Get("redirect_uri"))
	case r.Header.Get("Cookie") != "":
		return Fail("The token request forwards cookies.")
	}
	return SignedIn(a)
}

// Credentials decides whether the client authenticated by one method and the
// sign-in worked.
func Credentials(a attempt.SignIn, method identity.AuthMethod) Finding {
	requests := a.Of(journal.Token)
	if len(requests) == 0 {
		return Undecided("The provider saw no token request, only %s.", saw(a))
	}
	for _, r := range requests {
		if r.Error != "" {
			return Fail("The provider refused the credentials of the token request: %s (%s).", r.Error, r.ErrorDescription)
		}
		if r.ClientAuth != string(method) {
			return Fail("The shop authenticated by %s although %s is configured.", r.ClientAuth, method)
		}
	}
	return SignedIn(a)
}

// AccessToken decides how the access token travelled (RFC 6750, section 2.1).
func AccessToken(a attempt.SignIn) Finding {
	requests := a.Of(journal.UserInfo)
	if len(requests) == 0 {
		return Skip("The shop did not ask the UserInfo endpoint.")
	}
	for _, r := range requests {
		if r.Query.Has("access_token") {
			return Fail("The UserInfo request carries the access token in its address, where access logs keep it.")
		}
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
			return Fail("The UserInfo request has no Authorization header of type Bearer.")
		}
	}
	return SignedIn(a)
}

func firstOf(a attempt.SignIn, kind journal.Kind) (journal.Entry, bool) {
	entries := a.Of(kind)
	if len(entries) == 0 {
		return journal.Entry{}, false
	}
	return entries[0], true
}

func names(values url.Values) []string {
	list := make([]string, 0, len(values))
	for name := range values {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
