package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func valueChecks() []check.Check {
	return []check.Check{
		ClaimsMarkupEscaped, ClaimsLinksHarmless, ClaimsHeadersIntact, ClaimsPictureNotFetched, ClaimsAggregatedNotTrusted,
		ClaimsDistributedNotFetched,
	}
}

// The checks of claims whose values attack the shop.
var (
	ClaimsMarkupEscaped = check.Check{
		ID: "claims.markup-escaped", Title: "Markup in any claim is shown as text on every page",
		Level: check.Must, Refs: []string{"CLM-21", rfc8725 + "3.10"},
		Harm:   "A script in a customer's profile runs in their account, and in the pages of the staff who look at it.",
		Tried:  "A person signs in whose every standard claim has a script, an element and a template expression, each with its own mark, and opens the public page, the account page and the deep one.",
		Judged: "Passes if no script of them runs, none makes an element of a page, and no expression is computed.",
		Remedy: "Let the template engine escape everything; forbid inline scripts with a Content-Security-Policy.",
	}
	ClaimsLinksHarmless = check.Check{
		ID: "claims.links-harmless", Title: "No claim becomes a link that runs a script",
		Level: check.Must, Refs: []string{"CLM-21", rfc8725 + "3.10"},
		Harm:   "Whoever follows the link to a customer's website runs that customer's script in the shop.",
		Tried:  "People sign in whose website, profile and picture are javascript: addresses, in three spellings, or data: documents, and open the account page.",
		Judged: "Passes if no link, image or frame of the page has such an address.",
		Remedy: "Link http and https addresses only; escaping alone does not help.",
	}
	ClaimsHeadersIntact = check.Check{
		ID: "claims.headers-intact", Title: "Line breaks and separators in a name add no header and no cookie",
		Level: check.Must, Refs: []string{"CLM-22", rfc8725 + "3.10", "RFC 9110, 5.5"},
		Harm:   "A name sets a cookie, or a header that the systems behind the shop trust.",
		Tried:  "People sign in whose names have a line break and a header behind it, or a semicolon, a comma or a zero byte and a cookie.",
		Judged: "Passes if no answer of the shop has that header or cookie.",
		Remedy: "Keep claims out of headers and cookies, or encode them (base64) before they go there.",
	}
	ClaimsPictureNotFetched = check.Check{
		ID: "claims.picture-not-fetched", Title: "The shop calls no internal address that a claim names",
		Level: check.Should, Refs: []string{"CLM-27", rfc8725 + "2.9", "CVE-2026-23603", "CVE-2026-33679"},
		Harm:   "A customer reads the shop's internal services, or a cloud's metadata, by their profile picture.",
		Tried:  "People sign in whose picture, website and profile are addresses of a host on loopback, in five spellings.",
		Judged: "Passes if nobody but the customer's own browser calls that host.",
		Remedy: "Leave pictures to the browser; if they must be fetched, only from public addresses, with bounds on size and time.",
	}
	ClaimsAggregatedNotTrusted = check.Check{
		ID: "claims.aggregated-not-trusted", Title: "Aggregated claims do not change who is signed in",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-37", core + "5.6.2"},
		Harm:   "An unsigned token within the token makes the attacker another customer.",
		Tried:  "A victim is a customer; an attacker signs in whose ID token has aggregated claims with the victim's sub and e-mail address: unsigned, signed by a stranger, and with a source that is missing.",
		Judged: "Passes if the attacker is signed in as a customer of their own, or refused.",
		Remedy: "Ignore _claim_sources, or verify each JWT with the keys of a trusted source and let it set nothing but the claims that it is asked for.",
	}
	ClaimsDistributedNotFetched = check.Check{
		ID: "claims.distributed-not-fetched", Title: "Distributed claims lead to no internal address",
		Level: check.Should, Refs: []string{"CLM-38", core + "5.6.2", rfc8725 + "2.9"},
		Harm:   "A token makes the shop call its own internal services, perhaps with the provider's access token.",
		Tried:  "People sign in whose ID token has distributed claims at a host on loopback, with an access token and without.",
		Judged: "Passes if the host is not called, and each is signed in.",
		Remedy: "Ignore _claim_sources, or call endpoints of an allow-list only, never with the provider's own access token.",
	}
)
