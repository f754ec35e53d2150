package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// The checks of TLS, crowds and what comes after an outage.
var (
	ResilienceUserInfoRedirect = check.Check{
		ID: "resilience.userinfo-redirect", Title: "Redirects of UserInfo and key set carry no token along",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"NET-14", "CVE-2026-54603", "RFC 6750, 5.3"},
		Harm:   "Whoever can redirect one request gets an access token of the customer.",
		Tried:  "Key set and UserInfo redirect with 301, 302, 303, 307 and 308 to a foreign host that remembers what comes.",
		Judged: "Passes if nothing that comes there has the access token or a secret in it.",
		Remedy: "Turn redirects off for requests to the provider, or drop the Authorization header when the host changes.",
	}
	ResilienceRedirectLoop = check.Check{
		ID: "resilience.redirect-loop", Title: "Endpoints that redirect to themselves are given up",
		Level: check.Must, Refs: []string{"NET-13", "NET-14", "RFC 9110, 15.4"},
		Harm:   "One sign-in makes the shop call the provider for ever.",
		Tried:  "Token endpoint, key set and UserInfo redirect to themselves.",
		Judged: weatheredJudged,
		Remedy: "Do not follow redirects of the provider, or bound their number.",
	}
	ResilienceCertificate = check.Check{
		ID: "resilience.certificate", Title: "Nothing is sent to a provider whose certificate is not good",
		Level: check.Must, Needs: []check.Capability{check.TLSProvider}, Refs: []string{"NET-15", core + "16.17", "RFC 9525, 6", "CVE-2022-31105", "CVE-2025-66001"},
		Harm:   "Anybody on the way to the provider reads the client secret and says who signed in.",
		Tried:  "Key set, token endpoint and UserInfo show certificates that are self-signed, of an unknown CA, expired, and of another host, and then a good one.",
		Judged: "Passes if the shop connects and the provider's journal shows no request behind that, no session comes of it, and the sign-in with a good certificate works.",
		Remedy: "Never switch verification off; add the CA of the provider to those that the shop trusts (RootCAs in Go, NODE_EXTRA_CA_CERTS in Node).",
	}
	ResilienceOldTLS = check.Check{
		ID: "resilience.old-tls", Title: "Nothing is sent to a provider that speaks TLS 1.1 at most",
		Level: check.Must, Needs: []check.Capability{check.TLSProvider}, Refs: []string{"NET-15", "RFC 8996, 5", core + "16.17"},
		Harm:   "Somebody on the way makes both sides speak what they can break, and reads the client secret.",
		Tried:  "Key set, token endpoint and UserInfo show a good certificate and speak TLS 1.0 and 1.1 alone, and then a current version.",
		Judged: "Passes if the shop connects and the provider's journal shows no request behind that, no session comes of it, and the sign-in by a current version works.",
		Remedy: "Demand TLS 1.2 at least, as current libraries do by default.",
	}
	ResilienceCertificateRenewed = check.Check{
		ID: "resilience.certificate-renewed", Title: "A provider may renew its certificate",
		Level: check.Must, Needs: []check.Capability{check.TLSProvider}, Refs: []string{"NET-16", "RFC 9525, 6"},
		Harm:   "Nobody can sign in on the day when the provider renews its certificate.",
		Tried:  "A person signs in, the provider shows a new certificate of the same CA, and the person signs in again.",
		Judged: "Passes if both sign-ins work.",
		Remedy: "Trust the CA and the name, and do not pin single certificates.",
	}
	ResilienceOldHTTP = check.Check{
		ID: "resilience.http-1-0", Title: "A UserInfo endpoint may speak HTTP/1.0",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"NET-12", "NET-18", "RFC 9112, 9.3"},
		Harm:   "Nobody can sign in through an old proxy.",
		Tried:  "UserInfo answers by HTTP/1.0: no length, and the connection ends with the body.",
		Judged: "Passes if the sign-in works.",
		Remedy: "Let the HTTP client find the end of the body.",
	}
	ResilienceLiteralAddress = check.Check{
		ID: "resilience.literal-address", Title: "The provider may be at a literal address, also of IPv6",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"NET-18", "RFC 3986, 3.2.2"},
		Harm:   "Nobody can sign in where the network has IPv6 alone.",
		Tried:  "Token endpoint, key set and UserInfo are at the literal address [::1], or 127.0.0.1 where the machine has no IPv6, each at a port of its own.",
		Judged: "Passes if the sign-in works.",
		Remedy: "Parse URLs with a library and do not cut them at colons.",
	}
	ResilienceStartFlood = check.Check{
		ID: "resilience.start-flood", Title: "Sign-ins that nobody finishes do not keep others out",
		Level: check.Must, Refs: []string{"SEC-31", "CVE-2026-55512", "CVE-2021-22119"},
		Harm:   "Anybody can keep all customers out with a few thousand requests.",
		Tried:  "Sign-ins are started 2,500 times by nobody in particular, while another customer signs in again and again.",
		Judged: "Passes if the last starts take no longer than the first, the other customer is served meanwhile, and a sign-in works afterwards.",
		Remedy: "Keep pending sign-ins in a bounded store or in a sealed cookie, and let the oldest go.",
	}
	ResilienceLongValues = check.Check{
		ID: "resilience.long-values", Title: "Long values do not slow the shop down",
		Level: check.Must, Refs: []string{"SEC-36", "CVE-2022-36087"},
		Harm:   "A handful of requests keeps the shop busy for all customers.",
		Tried:  "Values of 50 KB, of letters and of signs, are sent as state, code, iss, error and cookie to the sign-in redirect, and a person with an e-mail address of 24 KB signs in.",
		Judged: "Passes if the fastest of three takes about as long as a short value does, and nothing crashes.",
		Remedy: "Bound the length of parameters before anything else, and use no regular expressions that backtrack on them.",
	}
	ResilienceRecovers = check.Check{
		ID: "resilience.recovers", Title: "After an outage the next sign-in works at once",
		Level: check.Must, Refs: []string{"NET-22", "NET-05", "RFC 9110, 15.6.4"},
		Harm:   "The shop stays broken after the provider has come back, until somebody restarts it.",
		Tried:  "The provider fails in eleven ways at authorization endpoint, token endpoint and UserInfo; after each the same browser signs in again.",
		Judged: "Passes if each of these sign-ins works.",
		Remedy: "Cache no failures, and let a circuit breaker try again within seconds.",
	}
	ResilienceBrowserGone = check.Check{
		ID: "resilience.browser-gone", Title: "A sign-in that the browser left can be opened again without harm",
		Level: check.Must, Refs: []string{"NET-19", rfc6749 + "4.1.2"},
		Harm:   "An impatient customer who presses reload loses the session to an error, or the provider revokes it.",
		Tried:  "The browser gives up on the sign-in redirect while the token endpoint takes its time, and opens it again.",
		Judged: "Passes if each code is sent to the token endpoint once, nothing crashes, nobody else is signed in, and a sign-in elsewhere works.",
		Remedy: "Take the pending sign-in out of its store before the code is redeemed.",
	}
	ResilienceClockSkew = check.Check{
		ID: "resilience.clock-skew", Title: "Clocks may be half a minute apart, and not a day",
		Level: check.Must, Refs: []string{"NET-21", core + "2", "RFC 7519, 4.1.4"},
		Harm:   "Nobody can sign in because of a clock that is off by seconds, or tokens of yesterday still do.",
		Tried:  "The provider dates its tokens by a clock that is off by thirty seconds, two and ten minutes, and a day, both ways.",
		Judged: "Passes if half a minute works both ways and a token that ended a day ago does not; the rest is recorded.",
		Remedy: "Allow a leeway of about a minute on iat, nbf and exp, and never switch the checks off.",
	}
	ResilienceErrorsTellNothing = check.Check{
		ID: "resilience.errors-tell-nothing", Title: "Failed sign-ins show nothing of the inside",
		Level: check.Must, Refs: []string{"SEC-33", asvs + "16.5.1"},
		Harm:   "Error pages hand attackers tokens, paths and the provider's own words.",
		Tried:  "Sign-ins fail in fourteen ways; everything that the browser saw of them is searched.",
		Judged: "Passes if no page, header or address has a token, code, secret, stack trace, file path or answer of the provider in it.",
		Remedy: "Show words of your own and log the rest.",
	}
	ResilienceSecretsKept = check.Check{
		ID: "resilience.secrets-kept", Title: "Secrets never come near the browser",
		Level: check.Must, Refs: []string{"SEC-34", rfc6749 + "10.1", asvs + "10.1.1"},
		Harm:   "Whoever reads an address, a header or a page of one sign-in can act for the shop or the customer.",
		Tried:  "A person signs in and out; all addresses, headers and pages that the browser saw are searched.",
		Judged: "Passes if client secret, code verifier, access token and refresh token are nowhere, and code and ID token only where they belong.",
		Remedy: "Send secrets in requests from server to server alone.",
	}
	ResilienceLargeTokens = check.Check{
		ID: "resilience.large-tokens", Title: "Large ID tokens sign in, or are refused in clear words",
		Level: check.Must, Refs: []string{"TOK-47", "SES-10", "RFC 6265, 6.1"},
		Harm:   "Customers with many groups are signed in and out again at every page.",
		Tried:  "A person has an ID token of more than 1, 4, 8, 16 and 64 KiB, and then a small one again; pages are opened afterwards.",
		Judged: "Passes if the person stays signed in, or is refused by an error page.",
		Remedy: "Keep the session on the server; where it has to be in cookies, split and bound it.",
	}
)
