package judge

import (
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// MetadataRefused decides whether a shop refused its provider's metadata: it
// read them, nobody was signed in, and, where they are not to be used at all,
// nobody was sent on to sign in.
func MetadataRefused(bad, good attempt.SignIn, unused bool) Finding {
	if f := Reached(bad); f.Verdict != check.Pass {
		return f
	}
	switch {
	case bad.Who.SignedIn && aboutKeys(bad) && KeysFetched(good) == 0:
		return Unasked()
	case bad.Who.SignedIn:
		return Fail("The shop signed %s although the provider %s.", asWhom(bad), did(bad))
	case unused && len(bad.Of(journal.Authorize)) > 0:
		return Fail("The shop sent the customer on to sign in although the provider %s.", did(bad))
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	if crashed(bad) {
		return Fail("Nobody was signed in, but the shop %s although the provider only %s.", broke(bad), did(bad))
	}
	return Pass("The provider %s: nobody was signed in, and the right document works.", did(bad))
}

// aboutKeys is true for metadata whose only deviation is the address of the
// keys.
func aboutKeys(a attempt.SignIn) bool {
	r := a.Fault.Response
	if r == nil {
		return false
	}
	_, changed := r.Set["jwks_uri"]
	return changed && len(r.Set) == 1 || len(r.Remove) == 1 && r.Remove[0] == "jwks_uri"
}

// StillUp decides whether a shop that could not sign anybody in said so on a
// page of its own. That the provider is at fault is a true answer.
func StillUp(a attempt.SignIn) Finding {
	if crashed(a) {
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the shop answered with %s.", a.Title, answered(a.Page))
}

// LedAway decides whether a browser that the metadata of its provider were to
// lead elsewhere stayed with shop and provider.
func LedAway(a attempt.SignIn, issuer string) Finding {
	at := a.Page.Origin()
	if at != a.ShopOrigin && at != attempt.Origin(issuer) {
		return Fail("%s: the browser rests at %s.", a.Title, a.Page.URL)
	}
	for _, q := range a.Record.Requests {
		if o := attempt.Origin(q.URL); q.Document && o != a.ShopOrigin && o != attempt.Origin(issuer) {
			return Fail("%s: the browser was sent to %s.", a.Title, q.URL)
		}
	}
	return Pass("%s: the browser stayed with shop and provider.", a.Title)
}
