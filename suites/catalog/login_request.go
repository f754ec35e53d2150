package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func loginRequestChecks() []check.Check {
	return []check.Check{
		LoginPKCEPlainPromised, LoginPKCEIgnored, LoginVerifierHidden, LoginScopes, LoginOfflineAccess,
		LoginValuesIntact, LoginWithoutScripts, LoginStartHarmless, LoginFormNotSentOn, LoginFormAnswerEmpty, LoginAbandoned, LoginReturnTamper,
	}
}

// The checks of how a sign-in begins.
var (
	LoginPKCEPlainPromised = check.Check{
		ID: "login.pkce-plain-promised", Title: "A provider that promises only the PKCE method plain is not sent a plain challenge",
		Level: check.Should, Needs: []check.Capability{check.PKCE}, Refs: []string{"LGN-07", rfc9700 + "2.1.1", rfc7636 + "7.2"},
		Harm:   "The challenge in the address is the verifier, so that whoever sees it redeems the code.",
		Tried:  "The provider's metadata lists the code challenge method plain alone; a sign-in is begun.",
		Judged: "Passes if the challenge is of method S256, or the shop begins no sign-in.",
		Remedy: "Pin S256; do not let metadata choose the method.",
	}
	LoginPKCEIgnored = check.Check{
		ID: "login.pkce-ignored", Title: "State and nonce protect also where the provider ignores PKCE",
		Level: check.Must, Refs: []string{"LGN-08", rfc9700 + "4.7.1"},
		Harm:   "A provider update that drops PKCE opens the shop to forged answers.",
		Tried:  "The provider does not compare the code verifier; it answers with another state, and with another nonce.",
		Judged: threeWays,
		Remedy: "Check state and nonce always; PKCE is no replacement while the provider's support is unknown.",
	}
	LoginVerifierHidden = check.Check{
		ID: "login.verifier-hidden", Title: "No script in the browser can read the code verifier",
		Level: check.Must, Refs: []string{"LGN-06", rfc7636 + "7.1"},
		Harm:   "Who can read the customer's browser redeems the code in the customer's place.",
		Tried:  "A person signs in; addresses, cookies that scripts can read, also decoded, and the page are searched for the code verifier of the token request.",
		Judged: "Passes if the verifier is in none of them.",
		Remedy: "Keep the verifier on the server, or in a cookie that is HttpOnly or encrypted.",
	}
	LoginScopes = check.Check{
		ID: "login.scopes", Title: "No more scopes are asked for than documented",
		Level: check.Should, Needs: []check.Capability{check.Scopes}, Refs: []string{"LGN-36", asvs + "10.2.3"},
		Harm:   "Customers hand over data that the shop has no use for, and a thief of its tokens gets it too.",
		Tried:  "A sign-in is begun; the scopes of the authorization request are read.",
		Judged: "Passes if each is one that the shop's description lists.",
		Remedy: "Ask for the scopes that are configured, and for nothing else.",
	}
	LoginOfflineAccess = check.Check{
		ID: "login.offline-access", Title: "Offline access is asked for only together with consent",
		Level: check.Should, Refs: []string{"LGN-36", core + "11"},
		Harm:   "The shop can act for customers who are long gone and never agreed to it.",
		Tried:  "A sign-in is begun; scope and prompt of the authorization request are read.",
		Judged: "Passes if offline_access is not asked for, or prompt has consent.",
		Remedy: "Leave offline_access out where no refresh token is needed; else send prompt=consent.",
	}
	LoginValuesIntact = check.Check{
		ID: "login.values-intact", Title: "Values with reserved and other letters reach the provider as they are",
		Level: check.Should, Needs: []check.Capability{check.ACRValues, check.Settings}, Refs: []string{"LGN-35", core + "3.1.2.1", "RFC 3986, 2.1"},
		Harm:   "The provider asks for less than the shop wants, or for what nobody meant.",
		Tried:  "The shop is told to ask for authentication context classes with an ampersand, a plus, a per cent sign and an umlaut; a sign-in is begun.",
		Judged: "Passes if acr_values comes once and is what the shop was told.",
		Remedy: "Build the authorization request with the URL functions of the platform, never by joining texts.",
	}
	LoginWithoutScripts = check.Check{
		ID: "login.without-scripts", Title: "A sign-in works without scripts and without third-party cookies",
		Level: check.Should, Refs: []string{"LGN-39", core + "3.1.2.5"},
		Harm:   "Customers whose browser blocks scripts or the cookies of other sites cannot sign in.",
		Tried:  "A visitor that follows redirects, keeps the cookies of the page that it visits, sends forms and runs no scripts signs in.",
		Judged: signedIn,
		Remedy: "Start the sign-in and take the answer by redirects, on the server.",
	}
	LoginStartHarmless = check.Check{
		ID: "login.start-harmless", Title: "A link that starts a sign-in changes nothing by itself",
		Level: check.Should, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"LGN-34", asvs + "7.6.2", "CVE-2015-9284"},
		Harm:   "A link or a picture on another site signs customers out, or links their account to an attacker's.",
		Tried:  "While a person is signed in, the address that starts a sign-in is opened and left at the provider's page, by the address bar and by a page of another site.",
		Judged: "Passes if the same person is signed in afterwards.",
		Remedy: "Change the session when an answer has passed every check, not when a sign-in begins.",
	}
	LoginFormNotSentOn = check.Check{
		ID: "login.form-not-sent-on", Title: "A form that needs a sign-in is not sent on to the provider",
		Level: check.Must, Needs: []check.Capability{check.DeepLink}, Refs: []string{"LGN-33", rfc9700 + "4.12"},
		Harm:   "What a customer typed, card data included, ends in the provider's logs.",
		Tried:  "A form is posted without a session to a page for signed-in customers, and the person signs in.",
		Judged: "Passes if no redirect repeats the form: its status is neither 307 nor 308.",
		Remedy: "Answer with status 303.",
	}
	LoginFormAnswerEmpty = check.Check{
		ID: "login.form-answer-empty", Title: "The answer to a form without a session shows nothing of the page behind it",
		Level: check.Must, Needs: []check.Capability{check.DeepLink}, Refs: []string{"LGN-33", "CVE-2025-31492"},
		Harm:   "Anybody reads pages for customers by posting to them.",
		Tried:  "A form is posted without a session to each page for signed-in customers; the body of the answer is compared with the page that a customer sees.",
		Judged: "Passes if no text of the customer's page is in it that is not on a public page too.",
		Remedy: "Decide before the page is made. In mod_auth_openidc, update to 2.4.16.11 or later.",
	}
	LoginAbandoned = check.Check{
		ID: "login.abandoned", Title: "Sign-ins that were begun and left do not lock the customer out",
		Level: check.Must, Refs: []string{"LGN-24", rfc9700 + "4.7.1"},
		Harm:   "After some clicks on Sign in, cookies are too many for the server and the shop stays closed to this customer.",
		Tried:  "Forty sign-ins are begun and left in one browser; the last one is completed.",
		Judged: "Passes if the person is signed in, and the shop's cookies are at most twenty and take at most 8,000 characters.",
		Remedy: "Keep one cookie for all pending sign-ins of a browser, or remove the oldest: OIDCStateMaxNumberOfCookies in mod_auth_openidc.",
	}
	LoginReturnTamper = check.Check{
		ID: "login.return-tampered", Title: "The page to return to cannot be changed on the way",
		Level: check.Should, Needs: []check.Capability{check.DeepLink}, Refs: []string{"LGN-32", rfc9700 + "4.7.1"},
		Harm:   "Who can set a cookie for the shop makes a real sign-in end on a copy of it.",
		Tried:  "A sign-in is begun at a page for customers; wherever a cookie of the shop has that page in the clear, it is replaced by an address of another site, and the sign-in is completed.",
		Judged: "Passes if the browser comes to rest at the shop; a page that no cookie shows is kept on the server or protected.",
		Remedy: "Keep the page on the server, or sign the cookie, and check it again before the redirect.",
	}
)
