package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func loginFormChecks() []check.Check {
	return []check.Check{
		LoginFormPost, LoginFormPostError, LoginHybridToken, LoginHybridCodeHash, LoginHybridAccessHash,
		LoginHybridTwoTokens, LoginImplicitToken,
	}
}

const (
	formPostMode   = "OAuth 2.0 Form Post Response Mode, 2"
	whileFormPosts = "The shop is set to take answers by a form; "
)

// The checks of answers that the provider's page posts, and of those that bring
// an ID token through the browser.
var (
	LoginFormPost = check.Check{
		ID: "login.form-post", Title: "A sign-in works whose answer is posted",
		Level: check.Must, Needs: []check.Capability{check.FormPost}, Refs: []string{"LGN-09", formPostMode},
		Harm:   "Customers cannot sign in, or only those who are quicker than two minutes.",
		Tried:  whileFormPosts + "a person signs in, and another one in a browser that does not treat new cookies without SameSite as for other sites, as none does after two minutes.",
		Judged: signedIn,
		Remedy: "Take the form and redirect to an address of your own by GET, where Lax cookies come along; or make the cookie of the sign-in SameSite=None and Secure.",
	}
	LoginFormPostError = check.Check{
		ID: "login.form-post-error", Title: "An error that is posted ends on a page of the shop",
		Level: check.Must, Needs: []check.Capability{check.FormPost}, Refs: []string{"LGN-10", formPostMode, core + "3.1.2.6"},
		Harm:   "Customers who cancel meet a crash or go in circles.",
		Tried:  whileFormPosts + "the provider posts access_denied, login_required and an invented error; then a person signs in.",
		Judged: "Passes if each time a page of the shop is shown that is no crash, no code is redeemed, nobody is signed in, and the sign-in works.",
		Remedy: "Handle a posted error as one in the query.",
	}
	LoginHybridToken = check.Check{
		ID: "login.hybrid-token", Title: "A bad ID token that comes with a code is refused",
		Level: check.Must, Needs: []check.Capability{check.Hybrid}, Refs: []string{"LGN-11", core + "3.3.2.12"},
		Harm:   "Whoever can change the answer in the browser decides which code is redeemed.",
		Tried:  "The shop is set to the response type code id_token; the ID token that comes through the browser has another nonce, audience, issuer or key, a broken signature or none, or has expired, and the one from the token endpoint is good. Then both are.",
		Judged: threeWays,
		Remedy: "Verify the first ID token fully, its signature too, before the code is redeemed.",
	}
	LoginHybridCodeHash = check.Check{
		ID: "login.hybrid-code-hash", Title: "An ID token that comes with a code is of this code",
		Level: check.Must, Needs: []check.Capability{check.Hybrid}, Refs: []string{"TOK-36", core + "3.3.2.10", core + "3.3.2.11"},
		Harm:   "A stolen code can be put beside a customer's own ID token.",
		Tried:  "The shop is set to the response type code id_token; c_hash is that of another code, is cut, and is missing.",
		Judged: threeWays,
		Remedy: "Compare c_hash with the left half of the code's hash; without one, refuse.",
	}
	LoginHybridAccessHash = check.Check{
		ID: "login.hybrid-access-hash", Title: "An ID token that comes with an access token is of this access token",
		Level: check.Must, Needs: []check.Capability{check.Hybrid}, Refs: []string{"TOK-35", core + "3.3.2.9", core + "3.2.2.9"},
		Harm:   "An access token that was stolen from another customer is used as this one's.",
		Tried:  "The shop is set to the response type code id_token token; at_hash of the first ID token is that of another access token, is cut, and is missing.",
		Judged: threeWays,
		Remedy: "Compare at_hash with the left half of the access token's hash; where a token comes through the browser, refuse without one.",
	}
	LoginHybridTwoTokens = check.Check{
		ID: "login.hybrid-two-tokens", Title: "Two ID tokens of one sign-in are of the same person",
		Level: check.Must, Needs: []check.Capability{check.Hybrid, check.LetterSubjects}, Refs: []string{"TOK-39", core + "3.3.3.6"},
		Harm:   "A customer ends in the account of somebody else.",
		Tried:  "The shop is set to the response type code id_token; the ID token that comes through the browser is of another subject, then of the same one in capitals, and all else is good.",
		Judged: threeWays,
		Remedy: "Compare iss and sub of both ID tokens.",
	}
	LoginImplicitToken = check.Check{
		ID: "login.implicit-token", Title: "A bad ID token that comes alone is refused",
		Level: check.Must, Needs: []check.Capability{check.Implicit}, Refs: []string{"LGN-12", core + "3.2.2.11"},
		Harm:   "Whoever writes an ID token is signed in as anybody.",
		Tried:  "The shop is set to the response type id_token; the ID token has another nonce, none, another audience, issuer or key, a broken signature or none, or has expired.",
		Judged: threeWays,
		Remedy: "Verify the ID token fully; no policy leaves its signature to TLS here.",
	}
)
