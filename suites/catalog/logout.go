package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

func logoutChecks() []check.Check {
	return slices.Concat([]check.Check{
		LogoutLocalSession, LogoutCookieReplay, LogoutProviderSession, LogoutRequest, LogoutReturnsToShop,
		LogoutReturnForeign, LogoutStateOther, LogoutProviderFailure, LogoutByLink,
	}, moreLogoutChecks(), noticeChecks(), frameChecks())
}

// The checks of signing out.
var (
	LogoutLocalSession = check.Check{
		ID: "logout.local-session", Title: "Signing out ends the session in the browser",
		Level: check.Must, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-01", "SES-15", asvs + "7.4.1"},
		Harm:   "The next person at the same computer is in the customer's account.",
		Tried:  "A person signs in, presses Sign out, and opens the shop again in the same browser.",
		Judged: "Passes if the shop no longer says that anybody is signed in.",
		Remedy: "End the local session before the browser is sent to the provider's logout endpoint.",
	}
	LogoutCookieReplay = check.Check{
		ID: "logout.cookie-replay", Title: "A cookie copied before signing out is worthless afterwards",
		Level: check.Must, Needs: []check.Capability{check.SignOut}, Refs: []string{"SES-15", asvs + "7.4.1"},
		Harm:   "Whoever copied the cookie stays in the account although the customer signed out to be safe.",
		Tried:  "The cookies of a signed-in browser are copied, the person signs out, and the copy is used in another browser.",
		Judged: "Passes if the copy signed in before signing out and does not afterwards.",
		Remedy: "Delete the session on the server at sign-out; deleting only the cookie is not enough.",
	}
	LogoutProviderSession = check.Check{
		ID: "logout.provider-session", Title: "Signing out ends the session at the provider too",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-01", "LGO-14", rpLogout + "2"},
		Harm:   "One click on Sign in brings the next person at the same computer into the customer's account, without a password.",
		Tried:  "A person signs in and out, and then starts a new sign-in in the same browser.",
		Judged: "Passes if the provider asks for the password again.",
		Remedy: "Send the browser to the provider's logout endpoint at sign-out, with id_token_hint.",
	}
	LogoutRequest = check.Check{
		ID: "logout.request", Title: "The sign-out request names the session and a registered page to return to",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-01", "LGO-02", rpLogout + "2"},
		Harm:   "The provider has to ask the customer or refuses to return: people close the window and stay signed in.",
		Tried:  "A person signs in and out; the provider's journal shows the request at its logout endpoint.",
		Judged: "Passes if it has the id_token_hint of this sign-in and the registered post_logout_redirect_uri.",
		Remedy: "Keep the ID token on the server and send it as id_token_hint with post_logout_redirect_uri and state.",
	}
	LogoutReturnsToShop = check.Check{
		ID: "logout.returns-to-shop", Title: "After signing out the customer is back at the shop",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-01", rpLogout + "3"},
		Harm:   "Customers end on a bare page of the provider and do not know whether they are signed out.",
		Tried:  "A person signs in, presses Sign out, and follows the redirects.",
		Judged: "Passes if the browser comes to rest on a page of the shop without an error.",
		Remedy: "Register the sign-out redirect at the provider and send it as post_logout_redirect_uri.",
	}
	LogoutReturnForeign = check.Check{
		ID: "logout.return-foreign", Title: "The sign-out redirect leads to no other site",
		Level: check.Must, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"LGO-09", "SEC-25", rfc9700 + "4.11.1"},
		Harm:   "A link to the real shop lands on a copy of it that asks for the password.",
		Tried:  "The sign-out redirect is opened with a page of another site to return to, in more than fifty spellings.",
		Judged: "Passes if the browser stays at the shop each time.",
		Remedy: "Ignore return addresses that are not a path of the shop, or have none.",
	}
	LogoutStateOther = check.Check{
		ID: "logout.state-other", Title: "A wrong or missing state after signing out does no harm",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout, check.LogoutState}, Refs: []string{"LGO-05", rpLogout + "3"},
		Harm:   "Customers meet an error page and do not know whether they are signed out.",
		Tried:  "The provider returns the browser with another state, and then with none.",
		Judged: "Passes if a page without an error is shown each time and nobody is signed in.",
		Remedy: "Show the signed-out page whatever the state is; use the state only to find the page to show.",
	}
	LogoutProviderFailure = check.Check{
		ID: "logout.provider-failure", Title: "The local session ends also when the provider's logout fails",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-04", rpLogout + "2"},
		Harm:   "An outage of the provider leaves every customer signed in who thinks to have signed out.",
		Tried:  "The provider's logout endpoint answers 500 while a person signs out.",
		Judged: "Passes if the shop says afterwards that nobody is signed in.",
		Remedy: "End the local session before the browser is sent to the provider.",
	}
	LogoutByLink = check.Check{
		ID: "logout.by-link", Title: "A mere link cannot sign a customer out",
		Level: check.Must, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-08", rfc6749 + "10.12"},
		Harm:   "Any page or mail can end the customer's session in the middle of an order.",
		Tried:  "A signed-in browser opens the sign-out redirect's address by itself.",
		Judged: "Passes if the person is still signed in.",
		Remedy: "Sign out on POST with a CSRF token, or ask for confirmation.",
	}
)
