package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func moreLogoutChecks() []check.Check {
	return []check.Check{
		LogoutHintAddress, LogoutWithoutEndpoint, LogoutProviderGone, LogoutStateHostile, LogoutCrossSite,
		LogoutCookiesCleared, LogoutTwice, LogoutOtherPerson, LogoutBackButton, LogoutStorage,
	}
}

// The checks of signing out that begin at the shop and go beyond the ordinary.
var (
	LogoutHintAddress = check.Check{
		ID: "logout.hint-address", Title: "The ID token of a sign-out goes to the provider and to nobody else",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-03", rpLogout + "2", rfc9700 + "4.2"},
		Harm:   "The ID token, with the customer's personal data, ends up in the logs of whoever serves those addresses.",
		Tried:  "A person signs in and out; every request of the browser is searched for the ID token.",
		Judged: "Passes if no address but that of the provider's logout endpoint has the ID token in it, nor any Referer.",
		Remedy: "Redirect to the logout endpoint directly, and send Referrer-Policy. For large tokens POST is better.",
	}
	LogoutWithoutEndpoint = check.Check{
		ID: "logout.without-endpoint", Title: "Signing out works where the provider has no logout endpoint",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.Settings}, Refs: []string{"LGO-06", rpLogout + "2.1"},
		Harm:   "Customers of such a provider cannot sign out at all.",
		Tried:  "The shop is set up without a logout endpoint; a person signs in and presses Sign out.",
		Judged: "Passes if a page of the shop without an error is shown and nobody is signed in.",
		Remedy: "End the local session and show the signed-out page where the provider's metadata has no end_session_endpoint.",
	}
	LogoutProviderGone = check.Check{
		ID: "logout.provider-gone", Title: "The local session ends also when the provider cannot be reached",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-04", rpLogout + "2"},
		Harm:   "An outage of the provider, or a closed tab, leaves customers signed in who think to have signed out.",
		Tried:  "The provider's logout endpoint drops the connection, resets it, answers no HTTP, and does not return the browser, while a person signs out.",
		Judged: "Passes if the shop says afterwards, each time, that nobody is signed in.",
		Remedy: "End the local session before the browser is sent to the provider.",
	}
	LogoutStateHostile = check.Check{
		ID: "logout.state-hostile", Title: "Nothing that comes back from a sign-out is shown or obeyed",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout, check.LogoutState}, Refs: []string{"LGO-05", "LGO-10", rpLogout + "3", rpLogout + "6"},
		Harm:   "A link to the shop runs a script there, which can take over the account.",
		Tried:  "The browser returns from a sign-out with two states, with a script as state, and with an unknown parameter; then the sign-out redirect is opened with scripts and line breaks in each parameter.",
		Judged: "Passes if a page of the shop without an error is shown each time, no script runs, the text is not in the page as HTML, and no header came of it.",
		Remedy: "Look the state up and forget it; never write a parameter into page or header.",
	}
	LogoutCrossSite = check.Check{
		ID: "logout.cross-site", Title: "A page of another site cannot sign the customer out",
		Level: check.Should, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-08", rpLogout + "6", rfc6749 + "10.12"},
		Harm:   "Any page that the customer opens can end their session in the middle of an order.",
		Tried:  "A page of another site loads the shop's sign-out addresses as pictures, frames and scripts, sends the sign-out form by POST, and brings the browser to the address.",
		Judged: "Passes if the browser asked the shop each time and the customer is still signed in.",
		Remedy: "Sign out by POST with a CSRF token, and keep the session cookie SameSite=Lax or Strict.",
	}
	LogoutCookiesCleared = check.Check{
		ID: "logout.cookies-cleared", Title: "Signing out removes the session cookie",
		Level: check.Should, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-11", asvs + "7.4.1"},
		Harm:   "What is left in the browser opens the account again if the server forgets that the session ended.",
		Tried:  "A person signs in and out; the cookies of the browser are compared.",
		Judged: "Passes if no cookie of the shop has the value any more that opened the account.",
		Remedy: "Expire the cookie with the very name, path, domain and attributes that it was set with; __Host- and __Secure- cookies need Secure there too, and each chunk of a split cookie its own.",
	}
	LogoutTwice = check.Check{
		ID: "logout.twice", Title: "Signing out twice is no error",
		Level: check.Must, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-13", rpLogout + "4"},
		Harm:   "A customer with two tabs meets an error and does not know whether they are signed out.",
		Tried:  "The session of a page with the sign-out button is ended in another tab, and then the button is pressed; afterwards the sign-out redirect is opened by nobody.",
		Judged: "Passes if no error is shown and nobody is signed in.",
		Remedy: "Show the signed-out page to everybody who is not signed in.",
	}
	LogoutBackButton = check.Check{
		ID: "logout.back-button", Title: "The browser's Back button shows nothing of the customer after signing out",
		Level: check.Must, Needs: []check.Capability{check.SignOut}, Refs: []string{"SES-16", asvs + "7.4.1", asvs + "14.3.2"},
		Harm:   "The next person at the same computer presses Back and reads the customer's data.",
		Tried:  "A person opens their account page, signs out, and goes back in the browser's history.",
		Judged: "Passes if the page that Back leads to has nothing of the person.",
		Remedy: "Send Cache-Control: no-store with every page that shows a customer's data.",
	}
	LogoutStorage = check.Check{
		ID: "logout.storage-cleared", Title: "Nothing of the customer is left in the browser's storage after signing out",
		Level: check.Should, Needs: []check.Capability{check.SignOut}, Refs: []string{"LGO-46", fcLogout + "2", asvs + "14.3.1"},
		Harm:   "The next person at the same computer, or any script in the shop's pages, finds who the customer was.",
		Tried:  "A person opens their account page and signs out; local and session storage and the IndexedDB of the shop are read.",
		Judged: "Passes if neither holds the person's subject, name at the provider or a token.",
		Remedy: "Clear localStorage and sessionStorage at sign-out, or send Clear-Site-Data: \"storage\".",
	}
	LogoutOtherPerson = check.Check{
		ID: "logout.other-person", Title: "The next person at the same browser meets nothing of the one before",
		Level: check.Must, Needs: []check.Capability{check.SignOut, check.RPLogout}, Refs: []string{"LGO-14", asvs + "7.4.1"},
		Harm:   "A customer sees and uses the data of whoever sat at the computer before.",
		Tried:  "A person signs in and out, and in the same browser another one signs in.",
		Judged: "Passes if the second one is signed in, as another customer, and the account page has nothing of the first.",
		Remedy: "Keep nothing of a person beside the session, and end the session at the provider too.",
	}
)
