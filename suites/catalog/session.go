package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

func sessionChecks() []check.Check {
	return slices.Concat(sessionBasics(), sessionCookieChecks(), sessionGuardChecks())
}

func sessionBasics() []check.Check {
	return []check.Check{
		SessionLengthConfigured, SessionDefaultHour, SessionNotExtended, SessionEndsOnServer, SessionAfterExpiry,
		SessionCookieHTTPOnly, SessionCookieSameSite, SessionCookieSecure, SessionRotated, SessionOldEnded,
		SessionIDUnpredictable, SessionNoTokens, SessionNotCached,
	}
}

func needsClock() []check.Capability { return []check.Capability{check.Clock, check.Settings} }

// The checks of the shop's own session.
var (
	SessionLengthConfigured = check.Check{
		ID: "session.length-configured", Title: "The session ends after the configured length",
		Level: check.Must, Needs: needsClock(), Refs: []string{"SES-14", shopGuide + "Session length"},
		Harm:   "Customers stay signed in on shared computers for longer than the operator decided, or are thrown out early.",
		Tried:  "With a session length of ten minutes the shop's clock is moved to just before and just after its end.",
		Judged: "Passes if the person is signed in before and not after.",
		Remedy: "Store the end of the session on the server when it begins, from the configured length.",
	}
	SessionDefaultHour = check.Check{
		ID: "session.default-hour", Title: "Without a configured length the session ends after one hour",
		Level: check.Must, Needs: needsClock(), Refs: []string{"SES-14", shopGuide + "Session length"},
		Harm:   "An operator who leaves the field empty gets sessions of a length that nobody chose.",
		Tried:  "With an empty session length the shop's clock is moved to 59 and then to 61 minutes.",
		Judged: "Passes if the person is signed in after 59 minutes and not after 61.",
		Remedy: "Treat an empty session length as one hour.",
	}
	SessionNotExtended = check.Check{
		ID: "session.not-extended", Title: "Activity does not make the session outlive its length",
		Level: check.Must, Needs: needsClock(), Refs: []string{"SES-14", asvs + "7.3"},
		Harm:   "A stolen session that is used now and then lives for ever.",
		Tried:  "With a length of ten minutes the person opens a page after six minutes, and again after eleven.",
		Judged: "Passes if the person is no longer signed in after eleven minutes.",
		Remedy: "Do not move the end of the session on activity.",
	}
	SessionEndsOnServer = check.Check{
		ID: "session.ends-on-server", Title: "A cookie kept beyond the end of the session is worthless",
		Level: check.Must, Needs: needsClock(), Refs: []string{"SES-14", asvs + "7.3"},
		Harm:   "A cookie copied once opens the account until somebody changes the server.",
		Tried:  "The cookies of a signed-in browser are copied and used in another browser after the session's end.",
		Judged: "Passes if the copy signs in before the end and not after it.",
		Remedy: "Check the end of the session on the server at every request; a cookie's Max-Age is no protection.",
	}
	SessionAfterExpiry = check.Check{
		ID: "session.after-expiry", Title: "After the session's end the customer is asked to sign in again and returns",
		Level: check.Must, Needs: append(needsClock(), check.DeepLink), Refs: []string{"SES-14", "LGN-32", shopGuide + "Flow (4)"},
		Harm:   "Customers meet an error in the middle of an order and give up.",
		Tried:  "After the session's end a page for signed-in customers is opened, then a public page.",
		Judged: "Passes if the first leads through the provider back to itself and the second shows without an error.",
		Remedy: "Treat an expired session as none: start a sign-in and remember the page.",
	}
	SessionCookieHTTPOnly = check.Check{
		ID: "session.cookie-http-only", Title: "Scripts cannot read the session cookie",
		Level: check.Must, Refs: []string{"SES-03", asvs + "3.3.4"},
		Harm:   "One script injected into any page can send the customer's session away.",
		Tried:  "A person signs in; the browser tells the attributes of the cookie that carries the session.",
		Judged: "Passes if each cookie that opens the account by itself is HttpOnly.",
		Remedy: "Set HttpOnly on the session cookie.",
	}
	SessionCookieSameSite = check.Check{
		ID: "session.cookie-same-site", Title: "Other sites cannot use the session cookie",
		Level: check.Must, Refs: []string{"SES-03", asvs + "3.3.2"},
		Harm:   "Another site can act in the customer's name: place an order, change an address.",
		Tried:  "A person signs in; the browser tells the attributes of the cookie that carries the session.",
		Judged: "Passes if each cookie that opens the account by itself is SameSite Lax or Strict.",
		Remedy: "Set SameSite=Lax on the session cookie.",
	}
	SessionCookieSecure = check.Check{
		ID: "session.cookie-secure", Title: "The session cookie is sent over TLS only",
		Level: check.Must, Needs: []check.Capability{check.SecureCookies}, Refs: []string{"SES-03", asvs + "3.3.1"},
		Harm:   "Anybody on the same network can read the session off one unencrypted request.",
		Tried:  "A person signs in; the browser tells the attributes of the cookie that carries the session.",
		Judged: "Passes if each cookie that opens the account by itself is Secure.",
		Remedy: "Set Secure on the session cookie.",
	}
	SessionRotated = check.Check{
		ID: "session.rotated", Title: "A session planted before sign-in is not signed in",
		Level: check.Must, Refs: []string{"SES-01", asvs + "7.2.4"},
		Harm:   "An attacker who plants a cookie beforehand shares the customer's account afterwards.",
		Tried:  "The cookies that the shop gave an attacker are planted in a browser, a person signs in there, and the attacker looks.",
		Judged: "Passes if the person is signed in and the attacker is not.",
		Remedy: "Make a new session ID at sign-in and drop the old one.",
	}
	SessionOldEnded = check.Check{
		ID: "session.old-ended", Title: "Signing in again ends the session before",
		Level: check.Must, Refs: []string{"SES-02", asvs + "7.2.4"},
		Harm:   "Sessions that the customer believes to be replaced stay open for whoever copied them.",
		Tried:  "A person signs in, signs in again in the same browser, and the first session's cookies are used elsewhere.",
		Judged: "Passes if the first session's cookies no longer sign in.",
		Remedy: "End the session that a browser brings along when a new one begins.",
	}
	SessionIDUnpredictable = check.Check{
		ID: "session.id-unpredictable", Title: "Session IDs cannot be guessed",
		Level: check.Must, Refs: []string{"SEC-32", asvs + "7.2.3"},
		Harm:   "Whoever can count can sign in as the customer before.",
		Tried:  "Three sessions are begun and their cookies compared.",
		Judged: "Passes if the values differ, share no counted part and are long enough for 128 random bits.",
		Remedy: "Take session IDs of at least 128 bits from a cryptographic random source.",
	}
	SessionNoTokens = check.Check{
		ID: "session.no-tokens-in-browser", Title: "Tokens and secrets do not reach the browser",
		Level: check.Must, Refs: []string{"SEC-34", "SES-06", asvs + "10.1.1"},
		Harm:   "A script, an extension or a shared screen can take what signs in as the customer elsewhere.",
		Tried:  "A person signs in; the account page's source, its Web Storage, its IndexedDB and its cookies are searched for what the provider issued.",
		Judged: "Passes if neither the ID token nor the access token nor the client secret is found.",
		Remedy: "Keep tokens on the server; give pages only the claims that they show.",
	}
	SessionNotCached = check.Check{
		ID: "session.not-cached", Title: "Pages for signed-in customers are not cached",
		Level: check.Must, Refs: []string{"SES-08", asvs + "14.3.2"},
		Harm:   "A proxy or the Back button shows one customer's data to another.",
		Tried:  "A person signs in and opens the account page; the headers of the callback and of the page are read.",
		Judged: "Passes if both forbid caching by Cache-Control no-store.",
		Remedy: "Send Cache-Control: no-store with everything that depends on the session.",
	}
)
