package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func signatureChecks() []check.Check {
	return []check.Check{
		SignatureKeysOfProvider, SignatureByteFlipped, SignaturePayloadChanged, SignatureHeaderChanged, SignatureEmpty,
		SignatureOfAnother, SignatureNoneSpellings, SignatureNoneWithLeftover, SignatureAlgorithmUnknown,
		SignatureHMACClientSecret, SignatureHMACPublicKey, SignatureHMACKeyParts, SignatureHMACWeakSecret,
		SignaturePublishedSecret, SignatureIssuerKeys,
		SignatureKidOfOtherKey, SignatureKidAbsent, SignatureKidAbsentRogue, SignatureKidUnknown, SignatureKidTypes,
		SignatureKidInjected, SignatureKidAsKey, SignatureJWKEmbedded, SignatureJWKSecret, SignatureJKUFollowed,
		SignatureJKULookalike, SignatureX5CEmbedded, SignatureX5UFollowed,
		SignatureCritUnknown, SignatureB64Unencoded, SignatureB64WithoutCrit, SignatureJSONSerialization,
		SignatureSegments, SignatureEncoding, SignatureAlgTwice, SignatureHeaderCase, SignatureClaimsInHeader,
		SignaturePayloadNotObject, SignatureEncryptedCostly, SignatureOversized,
		SignatureCurveAccepted, SignatureCurveRange, SignatureCurveForm, SignatureCurveOther, SignatureAlgorithmAgreed,
	}
}

const (
	rfc7515 = "RFC 7515, "
	rfc7517 = "RFC 7517, "
	rfc7518 = "RFC 7518, "

	// withVariants is how a check with several deviations is tried.
	withVariants = "A person signs in with each variant of the deviation, each time in a browser that the shop does not know, and then while the provider does everything right."
)

func signature(noun, title string, refs []string, harm, remedy string) check.Check {
	return check.Check{
		ID: check.ID("signature." + noun), Title: title, Level: check.Must, Refs: refs,
		Harm: harm, Tried: withVariants, Judged: threeWays, Remedy: remedy,
	}
}

const (
	anybody    = "Anybody can write a token that says they are the customer."
	pinAlg     = "Fix the accepted algorithm per client (SupportedSigningAlgs in coreos/go-oidc, OIDCIDTokenSignedResponseAlg in mod_auth_openidc, id_token_signed_response_alg in openid-client); never let the header choose it."
	onlyJWKS   = "Verify with the keys of the JWKS URI only; ignore what the header of the token says about keys."
	jwsLibrary = "Leave reading and verifying to a JOSE library that is kept up to date, and hand it only tokens in compact serialization."
)

// The checks of the signature itself.
var (
	SignatureKeysOfProvider = overTLS(check.Check{
		ID: "signature.keys-of-provider", Title: "The signature is verified with the keys that the provider publishes",
		Level: check.Must, Needs: []check.Capability{check.FreshInstance}, Refs: []string{"SIG-01", "SIG-38", core + "3.1.3.7 (6)", core + "10.1"},
		Harm:   "Keys from anywhere else are out of the provider's hands, and a signature that nobody verifies is worth nothing.",
		Tried:  "A person signs in at a shop that has just started; the provider's journal shows what the shop fetched.",
		Judged: "Passes if the shop asked the JWKS URI for its keys before it signed the person in.",
		Remedy: "Verify each ID token with the keys of the JWKS URI.",
	})
	SignatureByteFlipped = overTLS(signature("byte-flipped", "A signature with a wrong first or last byte, or of another length, is refused",
		[]string{"SIG-03", "SIG-38", core + "3.1.3.7 (6)", "CVE-2021-22573"},
		"Claims can be changed after signing: the customer number, the e-mail address, the subject.",
		"Compare the whole signature; take what the library says about it as the last word."))
	SignaturePayloadChanged = overTLS(signature("payload-changed", "A token whose claims were changed after signing is refused",
		[]string{"SIG-03", core + "3.1.3.7 (6)", rfc7515 + "5.2"},
		"A customer rewrites the subject in their own token and is somebody else.",
		"Verify the signature over the token as it was received, before any claim is read."))
	SignatureHeaderChanged = overTLS(signature("header-changed", "A token whose header was changed after signing is refused",
		[]string{"SIG-03", rfc7515 + "5.2"},
		"The header says how to verify: whoever can change it can choose a weaker way.",
		"Verify the signature over the first two segments as they were received; do not encode the header anew."))
	SignatureEmpty = overTLS(signature("empty", "A token whose signature is empty or left out is refused",
		[]string{"SIG-04", rfc7515 + "5.2", "CVE-2020-15240"},
		anybody,
		"Require three segments and a signature; a check that is skipped when there is nothing to check is none."))
	SignatureOfAnother = overTLS(signature("of-another-token", "A signature that belongs to other content is refused",
		[]string{"SIG-04", rfc7515 + "5.2"},
		"A signature copied from any old token makes every forged one good.",
		"Verify the signature over this token's own header and payload."))
	SignatureNoneSpellings = overTLS(signature("none-spellings", "An unsigned token is refused however it spells its algorithm",
		[]string{"SIG-06", "SIG-05", rfc8725 + "3.1", rfc8725 + "3.2"},
		anybody,
		"Have a list of the algorithms that are allowed, not of those that are forbidden, and compare exactly."))
	SignatureNoneWithLeftover = overTLS(signature("none-with-leftover", "A token of algorithm none is refused although it carries a signature",
		[]string{"SIG-05", "SIG-06", rfc8725 + "3.2"},
		anybody,
		pinAlg))
	SignatureAlgorithmUnknown = overTLS(should(signature("algorithm-unknown", "A token with an algorithm of another family, or one that nobody knows, is refused",
		[]string{"SIG-07", "SIG-14", core + "3.1.3.7 (7)", rfc8725 + "3.1"},
		otherUse, pinAlg)))
	SignatureHMACClientSecret = overTLS(should(signature("hmac-client-secret", "A token authenticated with the client's secret is refused where RS256 is agreed on",
		[]string{"SIG-08", core + "3.1.3.7 (7)", rfc8725 + "3.1"},
		"Whoever reads the shop's configuration, where the secret stands, can sign tokens for any customer.",
		pinAlg)))
	SignatureHMACPublicKey = overTLS(signature("hmac-public-key-forms", "The public key is no HMAC secret, however it is written down",
		[]string{"SIG-09", rfc8725 + "2.1", "CVE-2017-11424", "CVE-2022-29217", "CVE-2024-37568", "CVE-2026-33322"},
		"The public key is public: anybody can sign tokens for any customer with it.",
		pinAlg))
	SignatureHMACKeyParts = overTLS(signature("hmac-key-parts", "Parts of the public key, and names that everybody knows, are no HMAC secrets",
		[]string{"SIG-10", rfc8725 + "3.1"},
		"These texts are public: anybody can sign tokens for any customer with them.",
		pinAlg))
	SignatureHMACWeakSecret = overTLS(signature("hmac-weak-secret", "An empty, zero or guessable HMAC secret verifies nothing",
		[]string{"SIG-11", rfc8725 + "3.5", "CVE-2026-44351", "CVE-2026-45363"},
		anybody,
		"A key that is not found ends the verification; never go on with an empty one."))
	SignaturePublishedSecret = overTLS(should(signature("published-secret", "A secret that the key set tells everybody verifies nothing",
		[]string{"SIG-12", rfc8725 + "3.5", rfc7517 + "9"},
		"Anybody who reads the key set can sign tokens for any customer.",
		"Leave keys of type oct in a JWKS alone.")))
	SignatureIssuerKeys = check.Check{
		ID: "signature.issuer-keys", Title: "A key of one provider does not verify tokens of another",
		Level: check.Must, Needs: []check.Capability{check.SeveralProviders},
		Refs:   []string{"SIG-36", rfc8725 + "3.8", core + "3.1.3.7 (6)", "CVE-2026-49998"},
		Harm:   "Whoever runs one of the shop's providers can sign in as the customers of all others.",
		Tried:  "Two providers publish different keys under one kid. The second one's keys are fetched by a sign-in, then a token of the first is signed with the second one's key; afterwards with its own.",
		Judged: threeWays,
		Remedy: "Keep the keys of each issuer apart, and choose the set by the provider that the sign-in was started with.",
	}
)
