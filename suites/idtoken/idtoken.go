// Package idtoken is the suite of the ID token's validation.
package idtoken

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("idtoken", func() {
		h.Refuses(catalog.IDTokenExpired, fault.IDTokenExpPast)
		h.Refuses(catalog.IDTokenExpiryMissing, fault.IDTokenExpMissing)
		h.Refuses(catalog.IDTokenNotYetValid, fault.IDTokenNbfFuture)
		h.Refuses(catalog.IDTokenIssuedAtMissing, fault.IDTokenIatMissing)
		h.Refuses(catalog.IDTokenIssuedInFuture, fault.IDTokenIatFuture)
		h.Refuses(catalog.IDTokenIssuerOther, fault.IDTokenIssOther)
		h.Refuses(catalog.IDTokenIssuerMissing, fault.IDTokenIssMissing)
		h.Refuses(catalog.IDTokenAudienceOther, fault.IDTokenAudOther)
		h.Refuses(catalog.IDTokenAudienceMissing, fault.IDTokenAudMissing)
		h.Refuses(catalog.IDTokenAudienceExtra, fault.IDTokenAudExtra)
		h.Refuses(catalog.IDTokenAuthorizedPartyOther, fault.IDTokenAzpOther)
		h.Refuses(catalog.IDTokenNonceOther, fault.IDTokenNonceOther)
		h.Refuses(catalog.IDTokenNonceMissing, fault.IDTokenNonceMissing)
		h.Refuses(catalog.IDTokenSubjectMissing, fault.IDTokenSubMissing, fault.IDTokenSubEmpty)
		h.Refuses(catalog.IDTokenUnsigned, fault.IDTokenAlgNone)
		h.Refuses(catalog.IDTokenSignatureCorrupted, fault.IDTokenSignatureCorrupted)
		h.Refuses(catalog.IDTokenSignatureOtherKey, fault.IDTokenSignatureOtherKey)
		h.Refuses(catalog.IDTokenHMACWithPublicKey, fault.IDTokenAlgHS256PublicKey)
		h.Refuses(catalog.IDTokenAlgorithmOther, fault.IDTokenAlgOtherRegistered)
		h.Refuses(catalog.IDTokenMissing, fault.TokenIDTokenMissing)
		h.Check(catalog.IDTokenKeysUnavailable, keysUnavailable)
	})
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
