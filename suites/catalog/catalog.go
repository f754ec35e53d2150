// Package catalog holds every check, once: what a shop must do, why, how it is
// tried and judged, and how to mend it.
package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Areas are the suites in the order in which a customer meets them.
func Areas() []string {
	return []string{
		"login", "claims", "session", "logout", "idtoken", "signature", "keys", "discovery", "token", "resilience",
		"attack", "initiated", "accounts",
	}
}

// All are all checks, area by area.
func All() []check.Check {
	return slices.Concat(
		loginChecks(), claimChecks(), sessionChecks(), logoutChecks(), idTokenChecks(), signatureChecks(), keysChecks(),
		discoveryChecks(), tokenChecks(), resilienceChecks(), attackChecks(), initiatedChecks(), accountsChecks(),
	)
}

// Find is the check with an ID.
func Find(id check.ID) (check.Check, bool) {
	all := All()
	i := slices.IndexFunc(all, func(c check.Check) bool { return c.ID == id })
	if i < 0 {
		return check.Check{}, false
	}
	return all[i], true
}

const (
	// threeWays is how every negative check is judged.
	threeWays = "Passes only if the provider's journal shows that the deviation reached the shop, no signed-in session came of it in the browser, and the same sign-in without the deviation works."
	// withFault is how most negative checks are tried.
	withFault = "A person signs in while the provider deviates in this one point, then again while it does everything right."
	signedIn  = "Passes if the shop says afterwards, in the same browser, that this very person is signed in."

	core      = "OpenID Connect Core 1.0, "
	rfc6749   = "RFC 6749, "
	rfc9700   = "RFC 9700, "
	rpLogout  = "OpenID Connect RP-Initiated Logout 1.0, "
	bcLogout  = "OpenID Connect Back-Channel Logout 1.0, "
	fcLogout  = "OpenID Connect Front-Channel Logout 1.0, "
	asvs      = "OWASP ASVS 5.0, "
	rfc7519   = "RFC 7519, "
	rfc8725   = "RFC 8725, "
	rfc9207   = "RFC 9207, "
	rfc7636   = "RFC 7636, "
	shopGuide = "Shop set-up guide, "
)
