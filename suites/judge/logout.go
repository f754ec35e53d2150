package judge

import (
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// ShowsPage decides whether the browser rests on a page of the shop that is no
// error.
func ShowsPage(a attempt.SignIn) Finding {
	switch {
	case a.Page.Origin() != a.ShopOrigin:
		return Fail("%s ended at %s, not at the shop.", a.Title, a.Page.URL)
	case a.Page.Status >= 400 || a.Page.Failed != "":
		return Fail("%s ended on an error of the shop: %s.", a.Title, answered(a.Page))
	}
	return Pass("%s ended on the shop's page %q.", a.Title, a.Page.Title)
}

// LogoutRequest decides on the request at the provider's logout endpoint
// (OpenID Connect RP-Initiated Logout 1.0, section 2).
func LogoutRequest(in, out attempt.SignIn, c identity.Client) Finding {
	request, ok := firstOf(out, journal.EndSession)
	if !ok {
		return Fail("The shop did not send the browser to the provider's logout endpoint.")
	}
	q := request.Query
	if request.Method == "POST" {
		q = request.Form
	}
	hint, back := q.Get("id_token_hint"), q.Get("post_logout_redirect_uri")
	switch {
	case hint == "":
		return Fail("The sign-out request has no id_token_hint: the provider does not know whose session to end.")
	case !slices.Contains(in.Issued("id_token"), hint):
		return Fail("The id_token_hint of the sign-out request is not the ID token of this sign-in.")
	case back == "":
		return Fail("The sign-out request does not say where to return to.")
	case !slices.Contains(c.PostLogoutRedirectURIs, back):
		return Fail("The sign-out request wants to return to %q, which is not registered.", back)
	}
	return Pass("The sign-out request names this session and a registered page to return to.")
}

// Fired is undecided unless the fault of a sign-out took effect. A shop that
// does not tell the provider gives it nothing to go wrong at.
func Fired(a attempt.SignIn) Finding {
	if len(a.Of(journal.EndSession)) == 0 {
		return Skip("The shop did not send the browser to the provider's logout endpoint.")
	}
	if a.Fired == 0 {
		return Undecided("The fault %s never took effect: the provider saw %s.", a.Fault.ID, saw(a))
	}
	return Pass("The fault took effect.")
}
