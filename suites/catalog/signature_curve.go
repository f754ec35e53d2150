package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// otherAlgorithm is a check of a shop that is told what ID tokens are signed
// with.
func otherAlgorithm(c check.Check, tried string) check.Check {
	c.Needs, c.Tried = []check.Capability{check.IDTokenAlg}, tried
	return c
}

const (
	agreedES256  = "The shop is told that ID tokens are signed with ES256. "
	otherUse     = "Keys that were made for one algorithm are used with another, which nobody has proved safe."
	curveLibrary = "Verify ES256 with a JOSE library that is kept up to date, and refuse signatures that are not exactly 64 bytes."
)

// The checks of signatures by elliptic curves, where the shop expects them.
var (
	SignatureCurveAccepted = otherAlgorithm(check.Check{
		ID: "signature.curve-accepted", Title: "An ID token signed with ES256 is accepted where that is agreed on", Level: check.Must,
		Refs:   []string{"SIG-02", "SIG-16", core + "3.1.3.7 (7)", rfc7518 + "3.4"},
		Harm:   "Customers cannot sign in, or one sign-in of 128 fails for no reason that anybody can see.",
		Judged: "Passes if the person is signed in each time.",
		Remedy: "Read r and s as two numbers of exactly 32 bytes each, leading zeros included.",
	}, agreedES256+"A person signs in with an ordinary ID token, then with tokens whose r and whose s begins with a zero byte.")
	SignatureCurveRange = otherAlgorithm(overTLS(signature("curve-range", "An ECDSA signature of zeros, of ones or of the group's order is refused",
		[]string{"SIG-15", rfc8725 + "3.4", "CVE-2022-21449", "CVE-2021-43570", "CVE-2022-24884"},
		anybody, curveLibrary)), agreedES256+withVariants)
	SignatureCurveForm = otherAlgorithm(overTLS(signature("curve-form", "An ECDSA signature in ASN.1 or of another length is refused",
		[]string{"SIG-16", rfc7518 + "3.4", "CVE-2026-65632", "CVE-2020-14966"},
		"One token has many spellings, so that what was revoked or used up comes back in another one.",
		curveLibrary)), agreedES256+withVariants)
	SignatureCurveOther = otherAlgorithm(overTLS(signature("curve-other", "A token with alg ES256 of a key on another curve is refused",
		[]string{"SIG-14", rfc8725 + "3.1", rfc7518 + "3.4", "CVE-2026-42576"},
		otherUse, curveLibrary)), agreedES256+"A person signs in with a token that says ES256 and is signed by a published key on P-384; then as registered.")
	SignatureAlgorithmAgreed = otherAlgorithm(overTLS(should(signature("algorithm-agreed", "With ES256 agreed on, a token signed with RS256 or ES384 is refused",
		[]string{"SIG-07", core + "3.1.3.7 (7)", rfc8725 + "3.1"},
		otherUse, pinAlg))), agreedES256+"A person signs in with tokens signed with RS256 and ES384 by published keys; then as registered.")
)
