// Package token is the suite of the answers of the token endpoint, and of what
// the shop sends there.
package token

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("token", func() {
		h.AcceptsWritten(catalog.TokenTypeCase, typesInCases()...)
		h.Check(catalog.TokenTypeOther, typeOther)
		h.AcceptsWritten(catalog.TokenExpiresInMissing, without("expires_in", "a token response without expires_in"))
		h.Check(catalog.TokenExpiresInOdd, expiresInOdd)
		h.Check(catalog.TokenScope, scope)
		h.AcceptsWritten(catalog.TokenUnknownMembers, unknownMembers()...)
		h.RefusesWritten(catalog.TokenIDTokenWrongType, idTokenTypes()...)
		h.Check(catalog.TokenAccessTokenMissing, accessTokenMissing)
		h.Check(catalog.TokenErrorAnswers, errorAnswers)
		h.RefusesWritten(catalog.TokenErrorBesideTokens, errorsBesideTokens()...)
		h.RefusesWritten(catalog.TokenNamesOther, namesOther()...)
		h.AcceptsWritten(catalog.TokenNamesTwice, namesTwice()...)
		h.Check(catalog.TokenAccessTokenNoProof, accessTokenNoProof)
		h.CheckWith(catalog.TokenBasicClientID, environ.Setup{Basic: true, ClientID: "shop:1 +%2b/&=", Secret: "p:%+ q&=§"}, basicClientID)
		h.CheckWith(catalog.TokenAuthMethodsListed, environ.Setup{Discover: true}, authMethodsListed)
		h.CheckWith(catalog.TokenPrivateKeyJWT, environ.Setup{Assertion: identity.AuthPrivateJWT}, assertions(identity.AuthPrivateJWT))
		h.CheckWith(catalog.TokenSecretJWT, environ.Setup{Assertion: identity.AuthSecretJWT}, assertions(identity.AuthSecretJWT))
		h.CheckWith(catalog.TokenAssertionAudience, evilEndpoint(), assertionAudience)
		refreshSpecs(h)
	})
}
