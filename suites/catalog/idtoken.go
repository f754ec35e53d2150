package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func idTokenChecks() []check.Check {
	return append([]check.Check{
		IDTokenExpired, IDTokenExpiryMissing, IDTokenNotYetValid, IDTokenIssuedAtMissing, IDTokenIssuedInFuture,
		IDTokenIssuerOther, IDTokenIssuerMissing, IDTokenAudienceOther, IDTokenAudienceMissing, IDTokenAudienceExtra,
		IDTokenAuthorizedPartyOther, IDTokenNonceOther, IDTokenNonceMissing, IDTokenSubjectMissing,
		IDTokenUnsigned, IDTokenSignatureCorrupted, IDTokenSignatureOtherKey, IDTokenHMACWithPublicKey,
		IDTokenAlgorithmOther, IDTokenMissing, IDTokenKeysUnavailable,
	}, idTokenValueChecks()...)
}

func idToken(noun, title string, refs []string, harm, remedy string) check.Check {
	return check.Check{
		ID: check.ID("idtoken." + noun), Title: title, Level: check.Must, Refs: refs,
		Harm: harm, Tried: withFault, Judged: threeWays, Remedy: remedy,
	}
}

// should is a check of what specifications recommend and do not demand.
func should(c check.Check) check.Check {
	c.Level = check.Should
	return c
}

// overTLS is a check of what a shop may leave to TLS, if it says so.
func overTLS(c check.Check) check.Check {
	c.Policy = check.UnsignedOverTLS
	return c
}

// The checks of the ID token's validation.
var (
	IDTokenExpired = idToken("expired", "An ID token that has expired is refused",
		[]string{"TOK-19", core + "3.1.3.7 (9)"},
		"Somebody who finds an old token in a log or a backup is signed in as the customer.",
		"Compare exp with the current time and allow at most a few minutes of clock difference.")
	IDTokenExpiryMissing = idToken("expiry-missing", "An ID token without an expiry is refused",
		[]string{"TOK-21", core + "2"},
		"A token that never ends opens the customer's account for as long as it exists.",
		"Require exp and require it to be a number.")
	IDTokenNotYetValid = idToken("not-yet-valid", "An ID token that is not valid yet is refused",
		[]string{"TOK-26", rfc7519 + "4.1.5"},
		"Tokens made ahead of time for a later use open an account before they should.",
		"Compare nbf, where present, with the current time.")
	IDTokenIssuedAtMissing = idToken("issued-at-missing", "An ID token that does not say when it was issued is refused",
		[]string{"TOK-23", core + "2"},
		"The shop cannot tell a fresh token from one that was kept for later.",
		"Require iat and require it to be a number.")
	IDTokenIssuedInFuture = should(idToken("issued-in-future", "An ID token from the future is refused",
		[]string{"TOK-24", core + "3.1.3.7 (10)"},
		"A forged or replayed token with a made-up time is taken for a fresh one.",
		"Refuse an iat that lies further ahead than the allowed clock difference."))
	IDTokenIssuerOther = idToken("issuer-other", "An ID token of another issuer is refused",
		[]string{"TOK-12", core + "3.1.3.7 (2)"},
		"Another tenant of the same provider, or a provider of an attacker, can sign people in to this shop.",
		"Compare iss with the configured issuer, character by character.")
	IDTokenIssuerMissing = idToken("issuer-missing", "An ID token without an issuer is refused",
		[]string{"TOK-13", core + "2"},
		"A token of unknown origin opens an account.",
		"Require iss before comparing it; a missing value must not skip the comparison.")
	IDTokenAudienceOther = idToken("audience-other", "An ID token for another client is refused",
		[]string{"TOK-14", core + "3.1.3.7 (3)"},
		"Whoever runs another application at the same provider can take its customers' tokens and be them here.",
		"Require that aud contains this shop's client ID, as a whole string.")
	IDTokenAudienceMissing = idToken("audience-missing", "An ID token without an audience is refused",
		[]string{"TOK-15", core + "2"},
		"Tokens that were never meant for this shop open accounts in it.",
		"Require aud; a missing value must not skip the comparison.")
	IDTokenAudienceExtra = idToken("audience-extra", "An ID token that is also meant for an unknown client is refused",
		[]string{"TOK-17", core + "3.1.3.7 (3)"},
		"The other party that holds the same token can use it to be the customer here.",
		"Refuse audiences beyond this client unless they are configured as trusted.")
	IDTokenAuthorizedPartyOther = should(idToken("authorized-party-other", "An ID token issued to another party is refused",
		[]string{"TOK-17", "TOK-18", core + "3.1.3.7 (5)"},
		"A token that another application asked for opens an account here.",
		"Where azp is present, require that it is this shop's client ID."))
	IDTokenNonceOther = idToken("nonce-other", "An ID token with another nonce is refused",
		[]string{"TOK-27", "TOK-29", core + "3.1.3.7 (11)"},
		"An attacker can slip the token of another sign-in into the customer's browser, or the customer's into their own.",
		"Keep the nonce of each authorization request and compare it with the one in the ID token.")
	IDTokenNonceMissing = idToken("nonce-missing", "An ID token without the nonce that was sent is refused",
		[]string{"TOK-28", core + "3.1.3.7 (11)"},
		"Leaving the nonce out is enough to slip in the token of another sign-in.",
		"Where a nonce was sent, require it in the ID token; a missing value must not skip the comparison.")
	IDTokenSubjectMissing = idToken("subject-missing", "An ID token without a subject, or with an empty one, is refused",
		[]string{"CLM-10", core + "2"},
		"Everybody whose token lacks a subject shares one account and sees each other's orders.",
		"Require sub and require it to be a string that is not empty.")
	IDTokenUnsigned = overTLS(idToken("unsigned", "An unsigned ID token is refused",
		[]string{"SIG-05", rfc8725 + "3.2"},
		"Anybody can write a token that says they are the customer.",
		"Accept only the configured signature algorithm; never take alg none from the token's header."))
	IDTokenSignatureCorrupted = overTLS(idToken("signature-corrupted", "An ID token with a broken signature is refused",
		[]string{"SIG-03", core + "3.1.3.7 (6)"},
		"Claims can be changed after signing: the customer number, the e-mail address, the subject.",
		"Verify the signature with the keys of the JWKS URI before any claim is read."))
	IDTokenSignatureOtherKey = overTLS(idToken("signature-other-key", "An ID token signed with a key that the provider never published is refused",
		[]string{"SIG-20", core + "3.1.3.7 (6)"},
		"Anybody with a key pair of their own can sign tokens for any customer.",
		"Verify with the keys of the JWKS URI only, never with a key that the token brings or names."))
	IDTokenHMACWithPublicKey = overTLS(idToken("hmac-with-public-key", "An ID token authenticated with the public key as a secret is refused",
		[]string{"SIG-09", rfc8725 + "2.1"},
		"The public key is public: anybody can sign tokens for any customer with it.",
		"Fix the accepted algorithm per client; never let the header choose between HMAC and signatures."))
	IDTokenAlgorithmOther = overTLS(should(idToken("algorithm-other", "An ID token with an algorithm that was not agreed on is refused",
		[]string{"SIG-07", core + "3.1.3.7 (7)"},
		"Weaker algorithms that the provider still has keys for become a way in.",
		"Accept only the algorithm that is registered for the client; RS256 where nothing is registered.")))
	IDTokenMissing = idToken("missing", "A token response without an ID token signs nobody in",
		[]string{"TOK-07", core + "3.1.3.3"},
		"An access token of another application is enough to be signed in as its owner.",
		"Require id_token in the token response; UserInfo alone is no proof of a sign-in.")
	IDTokenKeysUnavailable = check.Check{
		ID: "idtoken.keys-unavailable", Title: "Nobody is signed in while the provider's keys cannot be fetched",
		Level: check.Must, Policy: check.UnsignedOverTLS, Needs: []check.Capability{check.FreshInstance}, Refs: []string{"NET-05", "DSC-32", core + "3.1.3.7 (6)"},
		Harm:   "An outage of the provider, or one that an attacker brings about, switches the verification of signatures off.",
		Tried:  "A shop that has not fetched the keys yet meets a JWKS URI that answers 503; later the keys are back.",
		Judged: "Passes if no signed-in session comes of the first sign-in and the second works.",
		Remedy: "Treat keys that cannot be fetched as a failed verification, and fetch them again at the next sign-in.",
	}
)
