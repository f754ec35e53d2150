package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func idtokenFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"signature-unchecked": {
			catalog.IDTokenSignatureCorrupted, catalog.IDTokenSignatureOtherKey, catalog.IDTokenKeysUnavailable,
		},
		"none-accepted":       {catalog.IDTokenUnsigned},
		"hmac-accepted":       {catalog.IDTokenHMACWithPublicKey},
		"alg-any":             {catalog.IDTokenAlgorithmOther},
		"iss-unchecked":       {catalog.IDTokenIssuerOther, catalog.IDTokenIssuerMissing},
		"aud-unchecked":       {catalog.IDTokenAudienceOther, catalog.IDTokenAudienceMissing},
		"aud-extra-accepted":  {catalog.IDTokenAudienceExtra},
		"azp-unchecked":       {catalog.IDTokenAuthorizedPartyOther},
		"nonce-unchecked":     {catalog.IDTokenNonceOther, catalog.IDTokenNonceMissing},
		"nonce-optional":      {catalog.IDTokenNonceMissing},
		"exp-unchecked":       {catalog.IDTokenExpired, catalog.IDTokenExpiryMissing},
		"exp-optional":        {catalog.IDTokenExpiryMissing},
		"nbf-unchecked":       {catalog.IDTokenNotYetValid},
		"iat-optional":        {catalog.IDTokenIssuedAtMissing},
		"iat-future-accepted": {catalog.IDTokenIssuedInFuture},
		"sub-unchecked":       {catalog.IDTokenSubjectMissing},
		"userinfo-fallback":   {catalog.IDTokenMissing},
	}
}
