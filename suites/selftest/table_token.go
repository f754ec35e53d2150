package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func tokenFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"token-type-exact":            {catalog.TokenTypeCase},
		"token-type-unchecked":        {catalog.TokenTypeOther},
		"expires-in-required":         {catalog.TokenExpiresInMissing},
		"expires-in-crash":            {catalog.TokenExpiresInOdd},
		"scope-required":              {catalog.TokenScope},
		"token-members-strict":        {catalog.TokenUnknownMembers, catalog.TokenNamesTwice},
		"id-token-list-accepted":      {catalog.TokenIDTokenWrongType},
		"userinfo-fallback":           {catalog.TokenIDTokenWrongType, catalog.TokenNamesOther, catalog.TokenAccessTokenNoProof},
		"access-token-optional":       {catalog.TokenAccessTokenMissing},
		"access-token-as-id-token":    {catalog.TokenAccessTokenNoProof},
		"token-refusal-repeated":      {catalog.TokenErrorAnswers},
		"token-error-ignored":         {catalog.TokenErrorBesideTokens},
		"token-status-unchecked":      {catalog.TokenErrorBesideTokens},
		"token-names-folded":          {catalog.TokenNamesOther, catalog.TokenNamesTwice},
		"basic-unencoded":             {catalog.TokenBasicClientID},
		"auth-methods-ignored":        {catalog.TokenAuthMethodsListed},
		"refresh-token-kept":          {catalog.TokenRefreshRotation},
		"refresh-id-token-required":   {catalog.TokenRefreshRotation},
		"refresh-id-token-unchecked":  {catalog.TokenRefreshIDToken},
		"refresh-auth-time-unchecked": {catalog.TokenRefreshIDToken},
		"refresh-refusal-ignored":     {catalog.TokenRefreshRefused},
		"refresh-outage-ends":         {catalog.TokenRefreshOutage},
		"refresh-pressed":             {catalog.TokenRefreshOutage},
		"refresh-unguarded":           {catalog.TokenRefreshParallel},
		"assertion-kept":              {catalog.TokenPrivateKeyJWT, catalog.TokenSecretJWT},
		"assertion-long":              {catalog.TokenPrivateKeyJWT, catalog.TokenSecretJWT},
		"assertion-to-many":           {catalog.TokenPrivateKeyJWT, catalog.TokenSecretJWT, catalog.TokenAssertionAudience},
		"assertion-to-endpoint":       {catalog.TokenAssertionAudience},
	}
}
