package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func sessionGuardChecks() []check.Check {
	return []check.Check{
		SessionForgedHeaders, SessionPathSpellings, SessionMethods, SessionHealthChecker, SessionForwardedURI,
		SessionProviderBroken, SessionForgedHost, SessionStartNotCached, SessionSharedCache, SessionConcurrent,
	}
}

const (
	notShown = "Passes if no answer has a text that only the customer's page has."
	closed   = "Anybody reads pages for customers, and with some shops everybody is somebody."
)

// The checks of who gets to see what.
var (
	SessionForgedHeaders = check.Check{
		ID: "session.header-identity", Title: "No header of a request says who is signed in",
		Level: check.Must, Refs: []string{"SES-22", asvs + "4.1.3", "CVE-2025-64484", "CVE-2022-29226"},
		Harm:   "Whoever sends the right header is signed in as anybody.",
		Tried:  asked + " with headers that name a customer, in the spellings that proxies use, and with tokens as Authorization: by a stranger, and by another customer.",
		Judged: "Passes if the stranger is nobody and the other customer stays themself.",
		Remedy: "Read identity from the session alone. Behind a proxy that sets such headers, have it remove those that come from outside, underscores included.",
	}
	SessionPathSpellings = check.Check{
		ID: "session.path-spellings", Title: "Pages for customers are closed in every spelling of their address",
		Level: check.Must, Refs: []string{"SES-23", asvs + "8.3.1", "CVE-2025-54576", "CVE-2026-41059"},
		Harm: closed, Tried: "A stranger asks for the account page in some twenty spellings: escapes, slashes, dots, semicolons, capitals, and the path of a public file in the query.",
		Judged: notShown,
		Remedy: "Guard by the route that serves the page and not by a pattern over the address.",
	}
	SessionMethods = check.Check{
		ID: "session.methods", Title: "Pages for customers are closed for every method",
		Level: check.Must, Refs: []string{"SES-23", asvs + "8.3.1"},
		Harm: closed, Tried: "A stranger asks for the account page with POST, PUT, PATCH, DELETE, OPTIONS, TRACE and an invented method.",
		Judged: notShown,
		Remedy: "Guard the route, whatever the method.",
	}
	SessionHealthChecker = check.Check{
		ID: "session.health-checker", Title: "Who says to be a health checker needs a session too",
		Level: check.Must, Refs: []string{"SES-23", asvs + "8.3.1", "CVE-2026-34457"},
		Harm: closed, Tried: "A stranger asks for the account page with the User-Agent of five health checkers.",
		Judged: notShown,
		Remedy: "Give health checkers an address of their own.",
	}
	SessionForwardedURI = check.Check{
		ID: "session.forwarded-address", Title: "Headers that name another address open no page",
		Level: check.Must, Refs: []string{"SES-21", "SES-23", asvs + "4.1.3", "CVE-2026-40575"},
		Harm: closed, Tried: "A stranger asks for the account page with X-Forwarded-Uri, X-Original-URL, X-Original-URI, X-Rewrite-URL and X-Forwarded-Prefix that name a public file.",
		Judged: notShown,
		Remedy: "Take the address from the request line. Where a proxy asks you about another one, accept the header from that proxy alone.",
	}
	SessionProviderBroken = check.Check{
		ID: "session.provider-broken", Title: "A provider that does not work opens no page",
		Level: check.Must, Refs: []string{"SES-26", asvs + "8.3.1", "CVE-2026-73421"},
		Harm: closed, Tried: "While neither the provider's metadata nor its keys can be had, a stranger asks for the account page and who is signed in.",
		Judged: "Passes if nobody is signed in and the answer has no text that only the customer's page has.",
		Remedy: "Treat an error while looking for a session as no session.",
	}
	SessionForgedHost = check.Check{
		ID: "session.forged-host-links", Title: "Forged host headers do not get into pages",
		Level: check.Should, Refs: []string{"SES-21", asvs + "4.1.3"},
		Harm:   "With a cache in between, the links of the shop lead to an attacker's host.",
		Tried:  "A public page is asked for with a foreign host in X-Forwarded-Host, Forwarded, X-Host, X-Original-Host and Host.",
		Judged: "Passes if the foreign host is neither in the page nor in its headers; refusing the request is right too.",
		Remedy: "Make absolute links of a configured address.",
	}
	SessionStartNotCached = check.Check{
		ID: "session.start-not-cached", Title: "Answers that begin a sign-in or a session are not cached",
		Level: check.Must, Refs: []string{"SES-08", asvs + "14.3.2", "CVE-2025-48947", "CVE-2025-64762"},
		Harm:   "A proxy hands one customer's cookie to the next.",
		Tried:  "A sign-in is walked without a browser; the headers of the answer that begins it and of the one that sets the session cookie are read.",
		Judged: "Passes if each answer with a Set-Cookie header forbids caching, or is a redirect that says nothing of it.",
		Remedy: "Send Cache-Control: no-store with every answer that sets a cookie.",
	}
	SessionSharedCache = check.Check{
		ID: "session.shared-cache", Title: "A shared cache in front of the shop shows nobody another customer's page",
		Level: check.Must, Refs: []string{"SES-09", "RFC 9111, 3", "CVE-2025-48947"},
		Harm:   "A customer sees another one's name, address and orders.",
		Tried:  "Two people who are signed in, and a stranger, ask for the account page and who is signed in through one cache that keeps what HTTP lets it keep.",
		Judged: "Passes if nobody gets an answer that was made for another one.",
		Remedy: "Send Cache-Control: no-store, or private, with everything that depends on the session.",
	}
	SessionConcurrent = check.Check{
		ID: "session.concurrent", Title: "Fifty customers who sign in at the same time do not get mixed up",
		Level: check.Must, Refs: []string{"SES-19", core + "3.1.3.7 (11)"},
		Harm:   "At busy hours customers end in each other's accounts, or cannot sign in.",
		Tried:  "Fifty people begin a sign-in without a browser; when all are at the provider's page, all sign in at once.",
		Judged: "Passes if each is signed in as themself. A shop that needs scripts to sign in is skipped.",
		Remedy: "Keep nothing of a sign-in in a variable that requests share.",
	}
)
