package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func sessionCookieChecks() []check.Check {
	return []check.Check{
		SessionSignInCookieHTTPOnly, SessionSignInCookieSameSite, SessionSignInCookieSecure, SessionCookieHostOnly,
		SessionTampered, SessionCookieTwice, SessionCookieChunks, SessionLargeClaims, SessionIDHidden,
	}
}

const (
	pendingCookies = "A sign-in is begun; the browser tells the attributes of the cookies that it has got on the way to the provider."
	asked          = "The shop is asked who is signed in"
)

// The checks of cookies: of the session's and of those that a sign-in needs.
var (
	SessionSignInCookieHTTPOnly = check.Check{
		ID: "session.sign-in-cookie-http-only", Title: "Scripts cannot read the cookies of a sign-in under way",
		Level: check.Should, Refs: []string{"SES-03", asvs + "3.3.4"},
		Harm:  "One injected script can take a sign-in over before it is finished.",
		Tried: pendingCookies, Judged: "Passes if each of them is HttpOnly.",
		Remedy: "Set HttpOnly on every cookie that no script of yours reads.",
	}
	SessionSignInCookieSameSite = check.Check{
		ID: "session.sign-in-cookie-same-site", Title: "The cookies of a sign-in under way are not for other sites",
		Level: check.Should, Refs: []string{"SES-03", asvs + "3.3.2"},
		Harm:  "Other sites can finish or disturb a sign-in in the customer's browser with requests of their own.",
		Tried: pendingCookies, Judged: "Passes if each of them is SameSite Lax or Strict; None is accepted where the provider answers by a form.",
		Remedy: "Set SameSite=Lax. For response_mode=form_post, send the form on to an address of your own site.",
	}
	SessionSignInCookieSecure = check.Check{
		ID: "session.sign-in-cookie-secure", Title: "The cookies of a sign-in under way are sent over TLS only",
		Level: check.Should, Needs: []check.Capability{check.SecureCookies}, Refs: []string{"SES-03", asvs + "3.3.1", "CVE-2026-48058"},
		Harm:  "On the same network, others can read or set them and bring a sign-in of their own to its end.",
		Tried: pendingCookies, Judged: "Passes if each of them is Secure.",
		Remedy: "Set Secure on every cookie.",
	}
	SessionCookieHostOnly = check.Check{
		ID: "session.cookie-host-only", Title: "The session cookie goes to the shop's host alone",
		Level: check.Should, Refs: []string{"SES-03", asvs + "3.3.3"},
		Harm:   "Each neighbouring host, a forgotten blog for example, gets the customers' sessions.",
		Tried:  "A person signs in; the header fields that set the session cookie are read.",
		Judged: "Passes if none of them names a domain.",
		Remedy: "Leave Domain out; better, name the cookie __Host-.",
	}
	SessionTampered = check.Check{
		ID: "session.cookie-tampered", Title: "A changed session cookie is no session",
		Level: check.Must, Refs: []string{"SES-12", asvs + "7.2.1", "CVE-2026-47775", "CVE-2021-32791"},
		Harm:   "Somebody who has a part of a session ID, or a cookie of another kind, gets into an account.",
		Tried:  asked + " with the session cookie of a customer cut, doubled, changed in the middle, empty, very long, and with the cookies of a sign-in under way in its place.",
		Judged: "Passes if nobody is signed in each time and the status is below 500.",
		Remedy: "Compare the whole value; authenticate encrypted cookies, and bind each kind of them to its purpose.",
	}
	SessionCookieTwice = check.Check{
		ID: "session.cookie-twice", Title: "Two session cookies, or very many others, crash nothing",
		Level: check.Should, Refs: []string{"SES-13", "RFC 6265, 8.6"},
		Harm:   "A neighbouring host locks a customer out by planting cookies.",
		Tried:  asked + " with two session cookies, a planted one before and behind the customer's, with sixty more cookies, and with one of 6,000 characters; then as usual.",
		Judged: "Passes if each status is below 500, nobody else is signed in, and the usual request works.",
		Remedy: "Take the one that is valid or none; name the cookie __Host- so that no neighbour can plant it.",
	}
	SessionCookieChunks = check.Check{
		ID: "session.cookie-chunks", Title: "Cookies that say of how many parts the session is are not believed",
		Level: check.Should, Refs: []string{"SES-11", "RFC 6265, 6.1", "CVE-2024-24814"},
		Harm:   "A single request keeps the shop busy or crashes it.",
		Tried:  asked + " with cookies named like parts of the session cookie: counts of -1 and of a thousand millions, parts without a beginning, parts in another order.",
		Judged: "Passes if each answer comes within five seconds with a status below 500, and nobody is signed in.",
		Remedy: "Bound the number of parts. In mod_auth_openidc, update to 2.4.15.2 or later, or set OIDCSessionType server-cache.",
	}
	SessionLargeClaims = check.Check{
		ID: "session.large-claims", Title: "Customers with many claims can sign in and stay signed in",
		Level: check.Must, Refs: []string{"SES-10", "RFC 6265, 6.1"},
		Harm:   "Whoever belongs to many groups cannot sign in, or is sent to the provider and back for ever.",
		Tried:  "People whose ID tokens have 2,000, 4,000, 8,000 and 16,000 characters more sign in one after the other in one browser, and one with few claims at the end; each then opens the account three times.",
		Judged: "Passes if each is signed in, as themself, all the time.",
		Remedy: "Keep the session on the server, or split the cookie and remove the parts that are left over.",
	}
	SessionIDHidden = check.Check{
		ID: "session.id-not-in-addresses", Title: "Session IDs and tokens are in no address",
		Level: check.Must, Refs: []string{"SES-27", rfc9700 + "4.3", asvs + "14.2.1", "CVE-2026-56425"},
		Harm:   "Sessions end in browser histories and in the logs of the provider and of every proxy.",
		Tried:  "A public page is opened and a person signs in; all addresses that the browser asks for, the authorization request among them, are searched for the session's cookie, before and after the sign-in, and for tokens.",
		Judged: "Passes if none is found.",
		Remedy: "Keep the session in a cookie alone and make the state of random bytes of its own.",
	}
)
