package judge

import (
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// ShowsPage decides whether the browser rests on a page of the shop that is no
// error.
func ShowsPage(a attempt.SignIn) Finding {
	switch {
	case a.Page.Origin() != a.ShopOrigin:
		address, _, _ := strings.Cut(a.Page.URL, "?") // the query may have the ID token
		return Fail("%s ended at %s, not at the shop.", a.Title, address)
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

// HintAddress decides whether the ID token of a sign-in is in no address and no
// Referer but that of the provider's logout endpoint (OpenID Connect
// RP-Initiated Logout 1.0, section 2).
func HintAddress(in, out attempt.SignIn, endpoint string) Finding {
	tokens := in.Issued("id_token")
	if len(tokens) == 0 {
		return Undecided("The provider issued no ID token.")
	}
	if len(out.Of(journal.EndSession)) == 0 {
		return Skip("The shop did not send the browser to the provider's logout endpoint.")
	}
	where, _, _ := strings.Cut(endpoint, "?")
	for _, q := range out.Record.Requests {
		for _, t := range tokens {
			if strings.Contains(q.URL, t) && !strings.HasPrefix(q.URL, where) {
				address, _, _ := strings.Cut(q.URL, "?")
				return Fail("The ID token is in the query of %s.", address)
			}
		}
	}
	for _, e := range out.Entries {
		for _, t := range tokens {
			if strings.Contains(e.Header.Get("Referer"), t) {
				return Fail("The ID token is in the Referer of a request to %s.", e.Path)
			}
		}
	}
	return Pass("The ID token went to the provider's logout endpoint and nowhere else.")
}

// NotReflected decides on a page that was asked for with HTML and line breaks
// in its parameters. Element says that the HTML became part of the page, and
// header is the name of the field that the line breaks would make.
func NotReflected(a attempt.SignIn, element bool, header string) Finding {
	switch {
	case a.Page.Origin() != a.ShopOrigin && !a.Usual:
		return Fail("%s led to %s.", a.Title, a.Page.URL)
	case len(a.Record.Dialogs) > 0, element:
		return Fail("%s: the page has what came in a parameter as HTML.", a.Title)
	case a.Page.Header[strings.ToLower(header)] != "":
		return Fail("%s: a line break in a parameter made a header.", a.Title)
	case a.Page.Status >= 500 && !a.Usual:
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: nothing of it is in the page.", a.Title)
}

// CookiesCleared decides whether the cookies without which the account does
// not open are gone, or hold nothing of what they did.
func CookiesCleared(keys, left []attempt.Cookie) Finding {
	if len(keys) == 0 {
		return Undecided("No cookie was found without which the account does not open.")
	}
	for _, k := range keys {
		for _, c := range left {
			if c.Name == k.Name && c.Value == k.Value {
				return Fail("The cookie %s has the same value after signing out.", k.Name)
			}
		}
	}
	return Pass("No cookie is left that opened the account.")
}

// SignedOutTwice decides on a sign-out of nobody: it shows a page, of the shop
// or the provider, and no error of the shop's own.
func SignedOutTwice(a attempt.SignIn) Finding {
	if a.Who.SignedIn {
		return Fail("%s: somebody is signed in.", a.Title)
	}
	if a.Page.Origin() == a.ShopOrigin && (a.Page.Status >= 400 || a.Page.Failed != "") {
		return Fail("%s ended on an error of the shop: %s.", a.Title, answered(a.Page))
	}
	return Pass("%s ended on %q.", a.Title, a.Page.Title)
}

// NextPerson decides on a sign-in in a browser that somebody else has left.
// The customers are the shop's own identifiers, empty where it tells none.
func NextPerson(first, second attempt.SignIn, account attempt.Page, firstCustomer, secondCustomer string) Finding {
	switch {
	case second.Who.SignedIn && second.Who.Subject == first.Subject:
		return Fail("The next person is signed in as the one before.")
	case !second.Who.SignedIn:
		return Fail("The next person could not sign in: %s.", rests(second.Page))
	case firstCustomer != "" && firstCustomer == secondCustomer:
		return Fail("The next person is the same customer to the shop as the one before.")
	case strings.Contains(account.Text, first.Subject), strings.Contains(account.Text, first.Username+"@"):
		return Fail("The account page of the next person shows the one before.")
	}
	return SignedIn(second)
}

// ShowsNothingOf decides on a page that Back leads to after a sign-out. A page
// that the shop made for it, after asking the provider who this is, is not a
// stale one: a provider without a logout endpoint goes on with its session.
func ShowsNothingOf(in attempt.SignIn, page attempt.Page, asked []journal.Entry) Finding {
	if slices.ContainsFunc(asked, func(e journal.Entry) bool { return e.Error == "" }) {
		return Pass("After signing out, Back leads to the provider, which goes on with its session and signs the customer in anew.")
	}
	if strings.Contains(page.Text, in.Subject) || strings.Contains(page.Text, in.Username+"@") {
		return Fail("After signing out, Back shows the page %q with the customer's data.", page.Title)
	}
	return Pass("After signing out, Back leads to %q, with nothing of the customer.", page.Title)
}

// NothingKept decides on what is in the storage of the browser after a
// sign-out.
func NothingKept(in attempt.SignIn, storage string) Finding {
	for what, value := range map[string]string{"subject": in.Subject, "e-mail address": in.Username + "@"} {
		if strings.Contains(storage, value) {
			return Fail("After signing out, the browser's storage still has the customer's %s.", what)
		}
	}
	for _, token := range append(in.Issued("id_token"), in.Issued("access_token")...) {
		if strings.Contains(storage, token) {
			return Fail("After signing out, the browser's storage still has a token.")
		}
	}
	return Pass("After signing out, the browser's storage has nothing of the customer.")
}
