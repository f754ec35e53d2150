package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// fetchless is how a check is judged whose deviation names an address.
const fetchless = "Passes if the deviation reached the shop, no signed-in session came of it, nobody called the address that the token names, and the same sign-in without the deviation works."

// withCanary is a check of a token that names an address.
func withCanary(c check.Check) check.Check {
	c.Judged = fetchless
	return c
}

// The checks of the header, and of how a token is written down.
var (
	SignatureKidOfOtherKey = overTLS(signature("kid-of-other-key", "A token that names a key of another type than its algorithm is refused",
		[]string{"SIG-14", rfc8725 + "3.1", rfc7515 + "4.1.4", "CVE-2026-42576"},
		"Keys are used with algorithms that they were not made for, which crashes some libraries and fools others.",
		"Look the key up by its kid and require that its type and alg are those of the token."))
	SignatureKidAbsent = check.Check{
		ID: "signature.kid-absent", Title: "A token without a kid is accepted where the provider has one fitting key",
		Level: check.Must, Needs: []check.Capability{check.FreshInstance}, Refs: []string{"SIG-18", core + "10.1"},
		Harm:   "Customers of a provider that does not name its only key cannot sign in at all.",
		Tried:  "A person signs in whose token names no key, while the provider publishes one RSA key without a name.",
		Judged: signedIn,
		Remedy: "Where the token has no kid, try the keys whose type fits the algorithm.",
	}
	SignatureKidAbsentRogue = overTLS(signature("kid-absent-rogue", "A token without a kid is refused if no key of the provider signed it",
		[]string{"SIG-19", core + "10.1", core + "3.1.3.7 (6)"},
		"Leaving the name of the key out is enough to switch the verification off.",
		"Without a kid try every fitting key of the provider, and refuse if none verifies."))
	SignatureKidUnknown = overTLS(signature("kid-unknown", "A token of a key that the provider does not have is refused after one look at the keys",
		[]string{"SIG-20", core + "10.1.1", core + "3.1.3.7 (6)"},
		"A stranger's key is taken for the provider's, or each stranger's token costs the provider many requests.",
		"For an unknown kid fetch the key set once, and refuse the token if the key is not there."))
	SignatureKidTypes = overTLS(should(signature("kid-types", "A kid of any type and length is a text that matches no key, and crashes nothing",
		[]string{"SIG-21", rfc7515 + "4.1.4", rfc8725 + "3.10"},
		"One crafted token takes the shop down, or is looked up in ways that nobody thought of.",
		"Require that kid is a text of reasonable length before it is used.")))
	SignatureKidInjected = overTLS(signature("kid-injected", "A kid that is a path, a query or a command opens no file, table or shell",
		[]string{"SIG-22", rfc8725 + "2.9", rfc8725 + "3.10"},
		"An attacker makes the shop verify with a file whose content they know, or run what they please on it.",
		"Compare kid with the names of the provider's keys and use it for nothing else."))
	SignatureKidAsKey = overTLS(withCanary(should(signature("kid-as-key", "A kid that is a URL or a key is not used as one",
		[]string{"SIG-23", rfc8725 + "3.10"},
		"An attacker brings their own key along, or makes the shop call addresses inside its network.",
		"Compare kid with the names of the provider's keys and use it for nothing else."))))
	SignatureJWKEmbedded = overTLS(withCanary(signature("jwk-embedded", "A key in the header of a token is not trusted",
		[]string{"SIG-24", rfc8725 + "3.10", rfc7515 + "4.1.3", "CVE-2018-0114", "CVE-2025-24976"},
		anybody, onlyJWKS)))
	SignatureJWKSecret = overTLS(signature("jwk-secret", "An HMAC secret in the header of a token is not trusted",
		[]string{"SIG-24", rfc8725 + "3.10", rfc7515 + "4.1.3"},
		anybody, onlyJWKS))
	SignatureJKUFollowed = overTLS(withCanary(signature("jku-followed", "A key set that a token names is neither fetched nor trusted",
		[]string{"SIG-25", rfc8725 + "3.10", rfc7515 + "4.1.2"},
		"An attacker signs with their own key and names the place where it is, or makes the shop call addresses inside its network.",
		onlyJWKS)))
	SignatureJKULookalike = overTLS(withCanary(signature("jku-lookalike", "A key set at an address that looks like the provider's is neither fetched nor trusted",
		[]string{"SIG-25", rfc8725 + "2.9", rfc8725 + "3.10"},
		"A list of allowed addresses that compares beginnings is passed by an attacker's host.",
		onlyJWKS)))
	SignatureX5CEmbedded = overTLS(signature("x5c-embedded", "A certificate in the header of a token is not trusted",
		[]string{"SIG-26", rfc8725 + "3.10", rfc7515 + "4.1.6"},
		anybody, onlyJWKS))
	SignatureX5UFollowed = overTLS(withCanary(signature("x5u-followed", "A certificate that a token names is neither fetched nor trusted",
		[]string{"SIG-26", rfc8725 + "3.10", rfc7515 + "4.1.5"},
		"An attacker signs with their own key and names the place where its certificate is, or makes the shop call addresses inside its network.",
		onlyJWKS)))
	SignatureCritUnknown = overTLS(signature("crit-unknown", "A token that insists on an extension is refused by a shop that does not know it",
		[]string{"SIG-27", rfc7515 + "4.1.11", "CVE-2026-32597", "CVE-2026-35042", "CVE-2025-59420"},
		"A provider says that a token must not be used without a certain check, and the shop uses it without.",
		"Refuse a token whose crit names an extension that is not implemented, is empty, or is no list of names."))
	SignatureB64Unencoded = signature("b64-unencoded", "A token whose payload is not base64url is refused",
		[]string{"SIG-28", "RFC 7797, 7", rfc7519 + "7.2"},
		"Two readers of one token see different payloads: one that is signed and one that is used.",
		jwsLibrary)
	SignatureB64WithoutCrit = should(signature("b64-without-crit", "A token with the extension b64 that does not insist on it is refused",
		[]string{"SIG-28", "RFC 7797, 6"},
		"Two readers of one token see different payloads: one that is signed and one that is used.",
		"Refuse ID tokens with the header member b64."))
	SignatureJSONSerialization = signature("json-serialization", "A token in JSON serialization is refused",
		[]string{"SIG-29", rfc7519 + "1", "CVE-2022-39227", "CVE-2022-3102"},
		"A second, forged signature or payload rides along with a good one and is the one that is used.",
		jwsLibrary)
	SignatureSegments = signature("segments", "A token of more or fewer than three segments is refused",
		[]string{"SIG-30", "SIG-04", rfc7515 + "7.1"},
		"Two readers of one token see different segments: one that is signed and one that is used.",
		"Require exactly three segments.")
	SignatureEncoding = should(signature("encoding", "A token with padding, another alphabet, white space or stray bits is refused",
		[]string{"SIG-30", rfc7515 + "2", "CVE-2019-18848"},
		"One token has many spellings, so that lists of used or revoked tokens are passed by.",
		"Decode base64url strictly: no padding, no other alphabet, no white space, no stray bits."))
	SignatureAlgTwice = overTLS(signature("alg-twice", "A token that says its algorithm twice gets no signature waived",
		[]string{"SIG-31", rfc7515 + "4", rfc7515 + "5.2"},
		"The list of allowed algorithms sees one value and the verification the other: anybody can write a token.",
		"Refuse headers with duplicate members, or read them once and use that one result."))
	SignatureHeaderCase = overTLS(signature("header-case", "A header member in another case does not stand in for alg or kid",
		[]string{"SIG-31", rfc7515 + "4"},
		"A member that the verification does not look at decides how the token is verified.",
		"Match the names of header members exactly; Go's encoding/json and others fold case by default."))
	SignatureClaimsInHeader = should(signature("claims-in-header", "Claims in the header do not make somebody else of a customer",
		[]string{"SIG-32", rfc7519 + "5.3"},
		"A copy of the subject that nobody verifies for meaning signs an attacker in as the victim.",
		"Read claims from the payload alone."))
	SignaturePayloadNotObject = signature("payload-not-object", "A signed payload that is no JSON object in UTF-8 is refused, without a crash",
		[]string{"SIG-33", rfc7519 + "7.2", rfc8725 + "3.7"},
		"Two readers of one token see different claims, or one crafted token takes the shop down.",
		"Require that the payload is one JSON object in UTF-8 and nothing else.")
	SignatureEncryptedCostly = should(check.Check{
		ID: "signature.encrypted-costly", Title: "An encrypted token that is costly to open keeps nobody waiting",
		Refs:   []string{"SIG-34", rfc8725 + "3.5", "CVE-2023-52428", "CVE-2023-51775", "CVE-2022-36083", "CVE-2024-28180", "CVE-2026-34986"},
		Harm:   "One crafted token keeps the shop busy, and nobody can sign in or shop.",
		Tried:  "Tokens arrive that ask for two thousand million rounds of key derivation, for a key from a point that is on no curve, or for a key that nobody has, while another customer signs in again and again.",
		Judged: "Passes if none of the tokens signs anybody in, the other customer is served as in quiet times, and the same sign-in without the deviation works.",
		Remedy: "Do not accept encrypted tokens unless they are agreed on; if so, allow only the agreed algorithms and bound p2c and decompression.",
	})
	SignatureOversized = should(check.Check{
		ID: "signature.oversized", Title: "A token with too many dots, too deep a nesting or too long a header keeps nobody waiting",
		Refs:   []string{"SIG-35", rfc8725 + "3.5", "CVE-2025-30204", "CVE-2025-27144", "CVE-2025-22868", "CVE-2025-61920", "CVE-2025-53864"},
		Harm:   "One crafted token keeps the shop busy, and nobody can sign in or shop.",
		Tried:  "Tokens with a hundred thousand dots, a hundred thousand nested lists in header and payload, and names of megabytes arrive, while another customer signs in again and again.",
		Judged: "Passes if none of the tokens signs anybody in, the other customer is served as in quiet times, and the same sign-in without the deviation works.",
		Remedy: "Bound the size of provider responses and tokens before parsing them, and use a JSON reader with a limit on nesting.",
	})
)
