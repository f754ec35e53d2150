package judge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// ChallengeNotPlain decides whether a shop kept from sending a code verifier
// as its own challenge (RFC 7636, section 7.2). Without a method, plain is meant.
func ChallengeNotPlain(a attempt.SignIn) Finding {
	requests := a.Of(journal.Authorize)
	for _, e := range requests {
		challenge, method := e.Query.Get("code_challenge"), e.Query.Get("code_challenge_method")
		if challenge != "" && method != "S256" {
			return Fail("The code challenge is of method %q: who sees it can redeem the code.", method)
		}
	}
	if len(requests) == 0 {
		return Pass("The shop begins no sign-in at a provider without S256.")
	}
	return Pass("The shop sends no plain code challenge.")
}

// Scopes decides whether authorization requests ask for documented scopes only.
func Scopes(requests []journal.Entry, documented []string) Finding {
	for _, e := range requests {
		for _, scope := range strings.Fields(e.Query.Get("scope")) {
			if !slices.Contains(documented, scope) {
				return Fail("The shop asks for the scope %q, which is not among those it documents (%s).", scope, strings.Join(documented, ", "))
			}
		}
	}
	if len(requests) == 0 {
		return Undecided("The provider saw no authorization request.")
	}
	return Pass("The shop asks for documented scopes only.")
}

// OfflineAccess decides whether offline access is asked for without consent
// (OpenID Connect Core 1.0, section 11).
func OfflineAccess(requests []journal.Entry) Finding {
	if len(requests) == 0 {
		return Undecided("The provider saw no authorization request.")
	}
	for _, e := range requests {
		offline := slices.Contains(strings.Fields(e.Query.Get("scope")), "offline_access")
		if offline && !slices.Contains(strings.Fields(e.Query.Get("prompt")), "consent") {
			return Fail("The shop asks for offline_access, but prompt is %q and not consent.", e.Query.Get("prompt"))
		}
	}
	return Pass("The shop does not ask for offline access without consent.")
}

// StillSignedIn decides whether something that should change nothing left a
// session alone.
func StillSignedIn(what string, before attempt.SignIn, after attempt.Who) Finding {
	switch {
	case !before.Who.SignedIn:
		return Control(before)
	case !after.SignedIn:
		return Fail("After %s the customer is no longer signed in.", what)
	case after.Subject != before.Subject:
		return Fail("After %s somebody else is signed in: %q.", what, after.Subject)
	}
	return Pass("After %s the same customer is signed in.", what)
}

// NotSentOn decides whether a redirect makes the browser send a form again
// (RFC 9110, section 15.4).
func NotSentOn(what string, status int) Finding {
	if status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect {
		return Fail("%s is answered with status %d, so that the browser sends the form on to the provider.", what, status)
	}
	return Pass("%s is answered with status %d, which does not send it on.", what, status)
}

// Room is what the cookies of a shop may take: servers refuse headers of some
// 8 KiB, and browsers drop the cookies of a host beyond a number.
const (
	roomCookies = 20
	roomLength  = 8000
)

// CookiesBounded decides whether sign-ins that were begun and left piled up
// cookies.
func CookiesBounded(begun int, cookies []attempt.Cookie) Finding {
	length := 0
	for _, c := range cookies {
		length += len(c.Name) + len(c.Value) + len("=; ")
	}
	if len(cookies) > roomCookies || length > roomLength {
		return Fail("After %d sign-ins that were begun and left the browser has %d cookies of the shop, of %d characters.", begun, len(cookies), length)
	}
	return Pass("After %d sign-ins that were begun and left the browser has %d cookies of the shop, of %d characters.", begun, len(cookies), length)
}
