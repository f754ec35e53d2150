package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// idTokenValueChecks are about values of claims that are spelt, typed or timed
// otherwise than they should be.
func idTokenValueChecks() []check.Check {
	return []check.Check{
		IDTokenExpiryWrongType, IDTokenExpiryZero, IDTokenExpiryFar, IDTokenTimesWithFraction, IDTokenLeeway,
		IDTokenNotBeforeWrongType, IDTokenIssuedAtWrongType, IDTokenIssuedLongAgo, IDTokenIssuerWrongType,
		IDTokenAudienceWrongType, IDTokenAudienceList, IDTokenNonceWrongType, IDTokenNonceOfAnother, IDTokenReplayed,
		IDTokenOtherTokens, IDTokenOrdinaryTypes, IDTokenAccessTokenHashOther, IDTokenAccessTokenHashMissing, IDTokenAccessTokenHashAlgorithm, IDTokenLarge,
		IDTokenAuthTime, IDTokenAuthClass, IDTokenEncrypted, IDTokenEncryptedUnasked,
	}
}

// permitted is a check of what a provider may do.
func permitted(c check.Check) check.Check {
	c.Tried = "A person signs in while the provider does what is unusual and allowed, each variant once."
	c.Judged = "Passes if the provider's journal shows that the variant reached the shop and the person is signed in each time."
	return c
}

// choice is a check of what a shop may do or leave.
func choice(c check.Check, p check.Policy) check.Check {
	c.Policy = p
	c.Judged = "Passes if the shop does in every variant what its policies say; without a statement what was seen is recorded. A crash fails, and so does a session of another person."
	return c
}

// The checks of values.
var (
	IDTokenExpiryWrongType = idToken("expiry-wrong-type", "An ID token whose expiry is no number is refused",
		[]string{"TOK-21", core + "2"},
		"A reader that makes something of the value keeps tokens alive that never end.",
		"Require exp to be a JSON number; a text of digits is none.")
	IDTokenExpiryZero = idToken("expiry-zero", "An ID token whose expiry is zero, negative or no number is refused",
		[]string{"TOK-22", rfc7519 + "2"},
		"A token with the expiry 0 is good for ever, and so is whoever holds it.",
		"Compare every exp with the clock; zero is a time in 1970 and not the absence of one.")
	IDTokenExpiryFar = check.Check{
		ID: "idtoken.expiry-far", Title: "An expiry that no integer holds does no harm", Level: check.Must,
		Refs:   []string{"TOK-22", rfc7519 + "2"},
		Harm:   "A number that overflows ends sessions at once, keeps them for ever, or takes the shop down.",
		Tried:  "A person signs in with an ID token whose expiry is 1e300, 2^63, 2^64 or in milliseconds, each once.",
		Judged: "Passes if the shop refuses the sign-in with a page of its own or signs in the right person; a crash fails.",
		Remedy: "Refuse times beyond the year 9999 before they are converted to an integer.",
	}
	IDTokenTimesWithFraction = permitted(idToken("times-with-fraction", "Times with a fraction of a second are understood",
		[]string{"TOK-22", rfc7519 + "2"},
		"Customers cannot sign in once the provider writes its times more exactly.",
		"Read NumericDate as a number that need not be whole."))
	IDTokenLeeway = check.Check{
		ID: "idtoken.leeway", Title: "Expiry, not-before and issue time are compared with one small leeway", Level: check.Must,
		Refs:   []string{"TOK-20", core + "2"},
		Harm:   "A leeway that is larger than anybody knows keeps stolen tokens alive; none at all locks customers out when clocks drift.",
		Tried:  "A person signs in with exp 1 s, 30 s, 2 min and 4 min past, then with nbf and with iat as far ahead.",
		Judged: "Fails if what the shop accepts is not what policies.leeway says, give or take five seconds; warns if the claims are treated differently. Without a statement what was seen is recorded.",
		Remedy: "Configure one clock tolerance of at most a few minutes and document it.",
	}
	IDTokenNotBeforeWrongType = idToken("not-before-wrong-type", "An ID token whose not-before time is no number is refused",
		[]string{"TOK-26", rfc7519 + "4.1.5"},
		"A token that must not be used yet is used, because its time could not be read.",
		"Require nbf, where present, to be a JSON number.")
	IDTokenIssuedAtWrongType = idToken("issued-at-wrong-type", "An ID token whose issue time is no number is refused",
		[]string{"TOK-23", core + "2"},
		"The shop cannot tell a fresh token from one that was kept for later.",
		"Require iat to be a JSON number.")
	IDTokenIssuedLongAgo = choice(idToken("issued-long-ago", "An ID token issued long ago is treated as the shop documents",
		[]string{"TOK-25", core + "3.1.3.7 (10)"},
		"A token that was kept for a week opens the account, though nobody meant it to.",
		"Decide on an age limit for iat, or document that there is none."), check.IDTokenAge)
	IDTokenIssuerWrongType = idToken("issuer-wrong-type", "An ID token whose issuer is no text is refused",
		[]string{"TOK-13", core + "2", "CVE-2025-30144", "CVE-2024-53861"},
		"A list of issuers with the right one in it is how somebody else's token is taken for the provider's.",
		"Require iss to be a JSON string and compare the whole of it.")
	IDTokenAudienceWrongType = idToken("audience-wrong-type", "An ID token whose audience is neither a client ID nor a list of them is refused",
		[]string{"TOK-15", core + "2", "CVE-2020-26160"},
		"Tokens that were meant for nobody open accounts, because the comparison is skipped for what it cannot read.",
		"Require aud to be a string or an array of strings with the client ID among them.")
	IDTokenAudienceList = permitted(idToken("audience-list", "An audience that is a list of the client ID alone is accepted",
		[]string{"TOK-16", core + "2"},
		"Customers cannot sign in with a provider that writes the audience as a list.",
		"Read aud as a string or an array of strings."))
	IDTokenNonceWrongType = idToken("nonce-wrong-type", "An ID token whose nonce is no text, or an empty one, is refused",
		[]string{"TOK-27", core + "3.1.3.7 (11)"},
		"A token that carries no nonce of this sign-in is taken for one that does.",
		"Require nonce to be a JSON string and compare the whole of it.")
	IDTokenNonceOfAnother = idToken("nonce-of-another-sign-in", "An ID token with the nonce of another sign-in is refused",
		[]string{"TOK-29", core + "15.5.2", "CVE-2024-10318"},
		"An attacker begins a sign-in of their own, takes its nonce, and slips a stolen token into another browser.",
		"Keep the nonce with the one sign-in that it was made for, bound to the browser, and use it once.")
	IDTokenReplayed = idToken("replayed", "The ID token of an earlier sign-in is refused",
		[]string{"TOK-31", core + "16.9", asvs + "10.5.1"},
		"Whoever copied a token from a log or a proxy is the customer until it expires.",
		"Make a new nonce for each authorization request and compare it.")
	IDTokenOtherTokens = idToken("other-tokens", "Another JWT of the provider in the place of the ID token is refused",
		[]string{"TOK-40", rfc8725 + "2.8", rfc8725 + "3.12", "OpenID Connect Back-Channel Logout 1.0, 4.1", "CVE-2026-41164"},
		"An access token that an API has seen, or a logout token, is as good as a sign-in.",
		"Require every claim of an ID token, nonce included, and refuse a typ that names another kind of token.")
	IDTokenOrdinaryTypes = permitted(idToken("ordinary-types", "An ID token without typ, or of type jwt, is accepted",
		[]string{"TOK-40", "RFC 7515, 4.1.9"},
		"Customers cannot sign in with a provider that leaves the header member typ out.",
		"Refuse a typ that names another kind of token and nothing else; its case does not count."))
	IDTokenAccessTokenHashOther = choice(idToken("access-token-hash-other", "An at_hash of another access token is treated as the shop documents",
		[]string{"TOK-34", core + "3.1.3.8"},
		"An access token of somebody else is used beside the customer's ID token, and fills the account with their data.",
		"Compare at_hash, where present, with the access token that came along; go-oidc has VerifyAccessToken for it."), check.AccessTokenHash)
	IDTokenAccessTokenHashMissing = permitted(idToken("access-token-hash-missing", "An ID token without at_hash is accepted with the code flow",
		[]string{"TOK-34", core + "3.1.3.6"},
		"Customers cannot sign in with a provider that leaves out what is optional.",
		"Demand at_hash only of ID tokens that came through the browser."))
	IDTokenAccessTokenHashAlgorithm = otherAlgorithm(idToken("access-token-hash-algorithm", "An at_hash is computed with the hash of the ID token's algorithm",
		[]string{"TOK-38", "SIG-02", core + "3.1.3.6"},
		"Customers cannot sign in with a provider that signs with anything but RS256.",
		"Take the hash function from the algorithm of the ID token: SHA-384 for ES384, SHA-512 for PS512 and for EdDSA with Ed25519."),
		"Three shops are told that ID tokens are signed with ES384, PS512 and EdDSA. A person signs in at each.")
	IDTokenLarge = check.Check{
		ID: "idtoken.large", Title: "People with many groups can sign in, or are told that they cannot", Level: check.Must,
		Refs:   []string{"TOK-47", rfc8725 + "3.5"},
		Harm:   "Customers of large companies are signed in and out again on every page, or see the shop crash.",
		Tried:  "A person signs in with ID tokens of 4, 8, 16 and 64 KiB and opens another page afterwards.",
		Judged: "Passes if 4 KiB work, and each larger one works or ends on a page of the shop; a crash or a session that is gone on the next page fails.",
		Remedy: "Keep tokens on the server and not in the cookie; where there is a limit, say so on a page.",
	}
)

// The checks of what a shop asks for.
var (
	IDTokenAuthTime = needs(should(idToken("auth-time", "A sign-in that is older than max_age allows is refused",
		[]string{"TOK-32", core + "3.1.3.7 (13)", asvs + "6.8.4"},
		"Somebody at an unattended computer confirms an order with the sign-in of this morning.",
		"Where max_age was sent, require auth_time, as a number, and compare it with the clock.")), check.Settings, check.MaxAge)
	IDTokenAuthClass = needs(should(idToken("auth-class", "A sign-in of a lower class than was asked for is refused",
		[]string{"TOK-33", core + "3.1.3.7 (12)", asvs + "6.8.4"},
		"A second factor that the shop asks for is left out, and nobody notices.",
		"Where acr_values were sent, require that acr is one of them, and that amr is a list where it is there.")), check.Settings, check.ACRValues)
	IDTokenEncrypted = needs(idToken("encrypted", "Of encrypted ID tokens only those that are signed and encrypted as registered are accepted",
		[]string{"TOK-45", core + "3.1.3.7 (1)", rfc8725 + "3.3"},
		"Everybody can encrypt for the shop: what is inside a token proves nothing before its signature is verified.",
		"Fix the algorithms of encryption, refuse a token without it, and verify what comes out as any other ID token."), check.Settings, check.EncryptedIDToken)
	IDTokenEncryptedUnasked = needs(idToken("encrypted-unasked", "An encrypted ID token is refused where no encryption was agreed on",
		[]string{"TOK-46", rfc8725 + "2.3", "CVE-2023-51774"},
		"Whoever knows the public key writes a token for any customer, encrypts it, and is signed in.",
		"Take tokens of the type that is registered and of no other; never read claims out of an encrypted token without verifying a signature."), check.ClientAssertion)
)
