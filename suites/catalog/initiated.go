package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func initiatedChecks() []check.Check {
	return []check.Check{
		InitiatedSignsIn, InitiatedPosted, InitiatedIssuerUnknown, InitiatedHintEncoded, InitiatedExtraParameters, InitiatedTwoPending,
		InitiatedTargetOwn, InitiatedTargetForeign, InitiatedTargetItself, InitiatedSessionAsked, InitiatedInvisible, InitiatedReadyAnswer,
	}
}

// initiate is what the checks of this area need.
var initiate = []check.Capability{check.InitiateLogin}

// The checks of sign-ins that a third party starts (OpenID Connect Core 1.0,
// section 4).
var (
	InitiatedSignsIn = check.Check{
		ID: "initiated.signs-in", Title: "A third party can start a sign-in",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-01", core + "4"},
		Harm:   "Customers who start at the provider's list of apps, or in a mail, do not get in.",
		Tried:  "A browser is sent to the shop's initiation with the issuer of its provider, and the person signs in; three more sign-ins are initiated.",
		Judged: "Passes if the person is signed in, and each authorization request has a state, a nonce and a code challenge of its own.",
		Remedy: "Start an ordinary sign-in from the initiation, with everything that belongs to one.",
	}
	InitiatedPosted = check.Check{
		ID: "initiated.posted", Title: "A third party can start a sign-in by a form",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-02", core + "4"},
		Harm:   "Customers who start at a portal that posts meet an error.",
		Tried:  "A page of another site posts the issuer to the shop's initiation, without the shop's cookies; the person signs in.",
		Judged: signedIn,
		Remedy: "Take the initiation by GET and by POST; turn a POST into a redirect to oneself, so that cookies with SameSite=Lax come along.",
	}
	InitiatedIssuerUnknown = check.Check{
		ID: "initiated.issuer-unknown", Title: "An initiation with an issuer that the shop does not have is refused",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-03", core + "4"},
		Harm:   "A link makes the shop call addresses of an attacker's choice, or sends the customer to a provider of the attacker's.",
		Tried:  "Sign-ins are initiated with issuers that are unknown, almost right, empty, missing, twice, no URL, long, internal addresses and a host that notes who calls.",
		Judged: "Passes if no authorization request comes of it, nobody calls that host, the shop shows no crash, and the right issuer works.",
		Remedy: "Compare iss byte by byte with the configured issuers; fetch nothing of one that is not among them.",
	}
	InitiatedHintEncoded = check.Check{
		ID: "initiated.hint-encoded", Title: "A login hint stays one parameter",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-04", "LGN-35", core + "4", core + "3.1.2.1"},
		Harm:   "A link adds parameters of an attacker's choice to the authorization request.",
		Tried:  "Sign-ins are initiated with hints that hold separators, line feeds, other scripts, markup and 10 KB.",
		Judged: "Passes if the provider gets the hint as it was, or none, nothing else is changed, and the person is signed in.",
		Remedy: "Build the authorization request with the URL functions of the platform, never by joining texts.",
	}
	InitiatedExtraParameters = check.Check{
		ID: "initiated.extra-parameters", Title: "An initiation chooses nothing but issuer, hint and target",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-07", core + "4"},
		Harm:   "A link asks for more access, or for a weaker sign-in, in the shop's name.",
		Tried:  "Sign-ins are initiated with scope, redirect_uri, prompt, nonce, state and other parameters of an authorization request.",
		Judged: "Passes if the authorization request is the same as without them, and the person is signed in.",
		Remedy: "Read iss, login_hint and target_link_uri alone; switch off what hands other parameters on.",
	}
	InitiatedTwoPending = check.Check{
		ID: "initiated.two-pending", Title: "An initiation leaves another sign-in alone",
		Level: check.Must, Needs: []check.Capability{check.InitiateLogin, check.SeveralProviders}, Refs: []string{"TPL-12", rfc9700 + "4.4"},
		Harm:   "A link moves a sign-in that is under way to another provider.",
		Tried:  "While a sign-in at the first provider is pending, one at the second is initiated in the same browser; both are finished.",
		Judged: "Passes if each ends signed in and its code reaches its own provider alone.",
		Remedy: "Keep the provider with the state of each sign-in, not in the session.",
	}
	InitiatedTargetOwn = check.Check{
		ID: "initiated.target-own", Title: "An initiated sign-in ends on the page that was named",
		Level: check.Should, Needs: []check.Capability{check.InitiateLogin, check.DeepLink}, Refs: []string{"TPL-05", core + "4"},
		Harm:   "Customers who follow a link to an offer end elsewhere.",
		Tried:  "A sign-in is initiated with a page of the shop as target_link_uri, with a query.",
		Judged: "Passes if the browser comes to rest there, signed in.",
		Remedy: "Keep target_link_uri with the pending sign-in if it is a page of the shop.",
	}
	InitiatedTargetForeign = check.Check{
		ID: "initiated.target-foreign", Title: "An initiated sign-in leads to no other site",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-06", core + "4", "CVE-2021-39191"},
		Harm:   "A link to the real shop, with a real sign-in, ends on a copy of it that asks for card data.",
		Tried:  "Sign-ins are initiated with pages of another site as target_link_uri, in all families of spellings.",
		Judged: "Passes if the browser comes to rest at the shop each time.",
		Remedy: "Parse the target as browsers do, compare scheme, host and port with the shop's own, and go to the path alone.",
	}
	InitiatedTargetItself = check.Check{
		ID: "initiated.target-itself", Title: "An initiation of itself does not loop, and many do no harm",
		Level: check.Should, Needs: initiate, Refs: []string{"TPL-11", core + "4"},
		Harm:   "A link keeps the customer's browser going round, and many visits keep others out.",
		Tried:  "A sign-in is initiated with the initiation as target_link_uri; then hundreds are initiated that nobody finishes.",
		Judged: "Passes if the first ends signed in on another page, and an ordinary sign-in works afterwards.",
		Remedy: "Do not take pages of signing in or out as targets; let pending sign-ins end, and bound how many there are.",
	}
	InitiatedSessionAsked = check.Check{
		ID: "initiated.session-asked", Title: "An initiation does not replace who is signed in unasked",
		Level: check.Should, Needs: initiate, Refs: []string{"TPL-08", core + "4", asvs + "7.6.2"},
		Harm:   "A link moves a customer to somebody else's account, where the next order is paid.",
		Tried:  "A customer is signed in; a sign-in as somebody else is initiated in the same browser, and that person signs in at the provider.",
		Judged: "Passes if the customer is still the one who is signed in, because the shop asks first.",
		Remedy: "Where somebody is signed in, show a page that asks before a new sign-in starts.",
	}
	InitiatedInvisible = check.Check{
		ID: "initiated.invisible", Title: "A sign-in is not started where nobody sees it",
		Level: check.Should, Needs: initiate, Refs: []string{"TPL-09", core + "4", rfc9700 + "4.16"},
		Harm:   "Pages of other sites sign customers in behind their backs.",
		Tried:  "A page of another site embeds the initiation as an image, in a hidden frame and by fetch, in a browser that the provider knows.",
		Judged: "Passes if no authorization request comes of it and nobody is signed in.",
		Remedy: "Refuse where Sec-Fetch-Dest is there and is not document, and forbid framing.",
	}
	InitiatedReadyAnswer = check.Check{
		ID: "initiated.ready-answer", Title: "A third party cannot hand over a finished sign-in",
		Level: check.Must, Needs: initiate, Refs: []string{"TPL-10", rfc6749 + "10.12"},
		Harm:   "A link signs the customer in to the attacker's account.",
		Tried:  "The attacker's own authorization response is sent to the initiation, with and without an issuer, and to the sign-in redirect.",
		Judged: notTaken,
		Remedy: "Take codes at the sign-in redirect alone, and only where the browser began the sign-in.",
	}
)
