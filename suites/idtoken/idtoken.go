// Package idtoken is the suite of the ID token's validation.
package idtoken

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("idtoken", func() {
		h.RefusesWritten(catalog.IDTokenExpired, expired()...)
		h.Refuses(catalog.IDTokenExpiryMissing, fault.IDTokenExpMissing)
		h.RefusesWritten(catalog.IDTokenNotYetValid, notYetValid()...)
		h.Refuses(catalog.IDTokenIssuedAtMissing, fault.IDTokenIatMissing)
		h.RefusesWritten(catalog.IDTokenIssuedInFuture, issuedInFuture()...)
		h.Check(catalog.IDTokenIssuerOther, issuerOther)
		h.Refuses(catalog.IDTokenIssuerMissing, fault.IDTokenIssMissing)
		h.RefusesWritten(catalog.IDTokenAudienceOther, audiencesLike()...)
		h.Refuses(catalog.IDTokenAudienceMissing, fault.IDTokenAudMissing)
		h.RefusesWritten(catalog.IDTokenAudienceExtra, audiencesBeside()...)
		h.RefusesWritten(catalog.IDTokenAuthorizedPartyOther, otherParties()...)
		h.Check(catalog.IDTokenNonceOther, nonceOther)
		h.Refuses(catalog.IDTokenNonceMissing, fault.IDTokenNonceMissing)
		h.Refuses(catalog.IDTokenSubjectMissing, fault.IDTokenSubMissing, fault.IDTokenSubEmpty)
		h.Refuses(catalog.IDTokenUnsigned, fault.IDTokenAlgNone)
		h.Refuses(catalog.IDTokenSignatureCorrupted, fault.IDTokenSignatureCorrupted)
		h.Refuses(catalog.IDTokenSignatureOtherKey, fault.IDTokenSignatureOtherKey)
		h.Refuses(catalog.IDTokenHMACWithPublicKey, fault.IDTokenAlgHS256PublicKey)
		h.Refuses(catalog.IDTokenAlgorithmOther, fault.IDTokenAlgOtherRegistered)
		h.Refuses(catalog.IDTokenMissing, fault.TokenIDTokenMissing)
		h.Check(catalog.IDTokenKeysUnavailable, keysUnavailable)
		valueSpecs(h)
		askedSpecs(h)
	})
}

// valueSpecs are the checks of claims that are spelt, typed or timed otherwise
// than they should be.
func valueSpecs(h *harness.Harness) {
	h.RefusesWritten(catalog.IDTokenExpiryWrongType, expiryTypes()...)
	h.RefusesWritten(catalog.IDTokenExpiryZero, expiryZero()...)
	h.SurvivesWritten(catalog.IDTokenExpiryFar, expiryFar()...)
	h.AcceptsWritten(catalog.IDTokenTimesWithFraction, fractions()...)
	h.Check(catalog.IDTokenLeeway, leeway)
	h.RefusesWritten(catalog.IDTokenNotBeforeWrongType, wrongTypes("nbf", "a not-before time", [3]string{"digits", "a not-before time that is a text of digits", `"1600000000"`})...)
	h.RefusesWritten(catalog.IDTokenIssuedAtWrongType, wrongTypes("iat", "a time of issue", [3]string{"digits", "a time of issue that is a text of digits", `"1600000000"`})...)
	h.Check(catalog.IDTokenIssuedLongAgo, chosen(check.IDTokenAge, "an ID token that was issued a week or a year ago", issuedLongAgo()...))
	h.RefusesWritten(catalog.IDTokenIssuerWrongType, issuerTypes()...)
	h.RefusesWritten(catalog.IDTokenAudienceWrongType, audienceTypes()...)
	h.AcceptsWritten(catalog.IDTokenAudienceList, with("aud.list", "a list of the client ID alone as the audience", set{"aud": `[{"$client":"id"}]`}))
	h.RefusesWritten(catalog.IDTokenNonceWrongType, nonceTypes()...)
	h.Check(catalog.IDTokenNonceOfAnother, nonceOfAnother)
	h.Check(catalog.IDTokenReplayed, replayed)
	h.RefusesWritten(catalog.IDTokenOtherTokens, otherTokens()...)
	h.AcceptsWritten(catalog.IDTokenOrdinaryTypes, ordinaryTypes()...)
	h.Check(catalog.IDTokenAccessTokenHashOther, chosen(check.AccessTokenHash, "an at_hash that does not fit the access token", accessTokenHashes()...))
	h.AcceptsWritten(catalog.IDTokenAccessTokenHashMissing, with("at_hash.missing", "an ID token without at_hash", nil, "at_hash"))
	h.CheckWith(catalog.IDTokenAccessTokenHashAlgorithm, signedBy("ES384"), hashByAlgorithm)
	h.Check(catalog.IDTokenLarge, large)
}

// issuerOther needs to know the issuer that the cases are made from.
func issuerOther(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	return s.RefusedWritten(ctx, issuersLike(s.Lane.Provider.Issuer())...)
}

// keysUnavailable needs a shop that has not fetched the keys yet, which that
// of a new lane is. The fault is everybody's: nobody is known at the JWKS URI.
func keysUnavailable(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	bad, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in while the JWKS URI answers 503", User: u, Fault: fault.JWKSStatus503, Everybody: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	if bad.Who.SignedIn && bad.Fired == 0 {
		return judge.Fail("The shop signed the customer in without ever asking for the provider's keys."), nil
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in once the keys are back", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Refused(*bad, *good), nil
}
