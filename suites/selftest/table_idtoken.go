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
		"none-accepted":      {catalog.IDTokenUnsigned},
		"hmac-accepted":      {catalog.IDTokenHMACWithPublicKey},
		"alg-any":            {catalog.IDTokenAlgorithmOther},
		"iss-unchecked":      {catalog.IDTokenIssuerOther, catalog.IDTokenIssuerMissing, catalog.IDTokenIssuerWrongType, catalog.TokenRefreshIDToken},
		"iss-folded":         {catalog.IDTokenIssuerOther},
		"iss-prefix":         {catalog.IDTokenIssuerOther, catalog.LoginImplicitToken, catalog.TokenRefreshIDToken},
		"iss-list-accepted":  {catalog.IDTokenIssuerWrongType},
		"aud-unchecked":      {catalog.IDTokenAudienceOther, catalog.IDTokenAudienceMissing, catalog.IDTokenAudienceWrongType},
		"aud-substring":      {catalog.IDTokenAudienceOther, catalog.IDTokenAudienceWrongType},
		"aud-empty-accepted": {catalog.IDTokenAudienceWrongType},
		"aud-list-refused":   {catalog.IDTokenAudienceList},
		"aud-extra-accepted": {catalog.IDTokenAudienceExtra},
		"aud-extra-with-azp": {catalog.IDTokenAudienceExtra},
		"azp-unchecked":      {catalog.IDTokenAuthorizedPartyOther},
		"nonce-unchecked": {
			catalog.IDTokenNonceOther, catalog.IDTokenNonceMissing, catalog.IDTokenNonceWrongType,
			catalog.IDTokenNonceOfAnother, catalog.IDTokenReplayed, catalog.IDTokenOtherTokens,
			catalog.LogoutNoticeAsIDToken, catalog.TokenRefreshIDToken,
		},
		"nonce-optional":      {catalog.IDTokenNonceMissing, catalog.IDTokenOtherTokens, catalog.LogoutNoticeAsIDToken},
		"nonce-folded":        {catalog.IDTokenNonceOther},
		"nonce-list-accepted": {catalog.IDTokenNonceWrongType},
		"nonce-remembered":    {catalog.IDTokenNonceOfAnother, catalog.IDTokenReplayed},
		"exp-unchecked": {
			catalog.IDTokenExpired, catalog.IDTokenExpiryMissing, catalog.IDTokenExpiryWrongType, catalog.IDTokenExpiryZero,
			catalog.IDTokenLeeway, catalog.TokenRefreshIDToken,
		},
		"exp-optional":        {catalog.IDTokenExpiryMissing},
		"exp-zero-unlimited":  {catalog.IDTokenExpiryZero},
		"nbf-unchecked":       {catalog.IDTokenNotYetValid, catalog.IDTokenNotBeforeWrongType, catalog.IDTokenLeeway},
		"iat-optional":        {catalog.IDTokenIssuedAtMissing},
		"iat-future-accepted": {catalog.IDTokenIssuedInFuture, catalog.IDTokenLeeway},
		"iat-age-limited":     {catalog.IDTokenIssuedLongAgo},
		"leeway-hour": {
			catalog.IDTokenExpired, catalog.IDTokenNotYetValid, catalog.IDTokenLeeway, catalog.IDTokenAuthTime,
		},
		"leeway-none": {catalog.IDTokenLeeway, catalog.ResilienceClockSkew},
		"dates-as-text": {
			catalog.IDTokenExpiryWrongType, catalog.IDTokenIssuedAtWrongType, catalog.IDTokenNotBeforeWrongType,
			catalog.IDTokenAuthTime,
		},
		"dates-whole-only":     {catalog.IDTokenTimesWithFraction},
		"dates-overflow":       {catalog.IDTokenExpiryFar},
		"at-hash-sha256":       {catalog.IDTokenAccessTokenHashAlgorithm},
		"at-hash-unchecked":    {catalog.IDTokenAccessTokenHashOther},
		"at-hash-required":     {catalog.IDTokenAccessTokenHashMissing},
		"typ-unchecked":        {catalog.IDTokenOtherTokens},
		"typ-required":         {catalog.IDTokenOrdinaryTypes},
		"token-answer-cut":     {catalog.IDTokenLarge},
		"auth-time-unchecked":  {catalog.IDTokenAuthTime},
		"auth-time-optional":   {catalog.IDTokenAuthTime},
		"acr-unchecked":        {catalog.IDTokenAuthClass},
		"jwe-optional":         {catalog.IDTokenEncrypted, catalog.LogoutNoticeEncrypted},
		"jwe-inner-unverified": {catalog.IDTokenEncrypted},
		"jwe-any-algorithm":    {catalog.IDTokenEncrypted},
		"jwe-by-client-key":    {catalog.IDTokenEncryptedUnasked},
		"sub-unchecked":        {catalog.IDTokenSubjectMissing},
		"userinfo-fallback":    {catalog.IDTokenMissing},
	}
}
